import { Room, type RoomOptions } from "livekit-client";

export interface LiveKitRoom {
  readonly room: Room;
  /** Takes back what the room has left on the page. */
  readonly release: () => void;
}

/**
 * Makes a room of LiveKit that can be let go of. By itself (livekit-client 2.23) it listens for changes of the devices until the browser has collected it, and never is collected, since what
 * listens still holds it: 50 kB more for each call that a page has been in. What LiveKit would do after the collection is done by `release`.
 */
export function makeRoom(options: RoomOptions): LiveKitRoom {
  const registry = Room.cleanupRegistry;
  const cleanups: (() => void)[] = [];
  Room.cleanupRegistry = {
    [Symbol.toStringTag]: "FinalizationRegistry",
    register: (_room, cleanup) => void cleanups.push(cleanup),
    unregister: () => false,
  };
  try {
    const room = new Room(options);
    return { room, release: () => cleanups.splice(0).forEach((cleanup) => cleanup()) };
  } finally {
    Room.cleanupRegistry = registry;
  }
}
