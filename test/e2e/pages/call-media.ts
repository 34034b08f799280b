import { Room } from "livekit-client";

import { Source } from "../../../src/internal/readable.js";
import { INITIAL_CALL_KEYS, type CallKeysState } from "../../../src/media/call-keys-state.js";
import { CallManager, type ManagedCalls } from "../../../src/media/call-manager.js";
import type { Calls } from "../../../src/media/calls-state.js";
import {
  INITIAL_ROOM_CALL,
  type OwnCallData,
  type RoomCall,
  type RoomCallState,
  type SfuAccess,
} from "../../../src/media/room-call-state.js";

/** A key as a test names it: `fill` is the value of all its bytes. */
export interface TestKey {
  readonly identity: string;
  readonly index: number;
  readonly fill: number;
  readonly isOwn?: boolean;
}

/** What the page does when it is told to; the memberships and keys that a homeserver would tell are said by the test. */
export interface MediaPage {
  readonly state: ManagedCalls;
  readonly room: RoomCallState;
  readonly told: readonly OwnCallData[];
  readonly left: number;
  setRoom(change: Partial<RoomCallState>): void;
  setKeys(keys: readonly TestKey[], refused?: CallKeysState["refused"]): void;
  /** Shows a track in a video element; resolves with its name. */
  show(trackId: string): string;
  hide(name: string): void;
  /** From the next connection on, tells the SFU that tracks of that source are encrypted, or are not, whatever they are: 0 is "not", 1 is AES-GCM. */
  declare(source: "microphone" | "camera", encryption: 0 | 1): void;
  /** An action; resolves with `"done"`, or the code of the error. */
  act<N extends Action>(name: N, ...args: Parameters<Calls[N]>): Promise<string>;
}

type Action = Exclude<keyof CallManager & keyof Calls, "state" | "subscribe" | "attach" | "watchLevel">;

declare global {
  interface Window {
    giveAccess(serviceUrl?: string): Promise<SfuAccess>;
    media: MediaPage;
  }
}

const room = new Source<RoomCallState>({ ...INITIAL_ROOM_CALL, status: "ready", roomId: "!call", canJoin: "allowed", canSpeak: true });
const keys = new Source<CallKeysState>(INITIAL_CALL_KEYS);
const told: OwnCallData[] = [];
let left = 0;

const call: RoomCall = {
  get state() {
    return room.state;
  },
  subscribe: (listener, options) => room.subscribe(listener, options),
  join: async ({ data }) => {
    told.push(data);
    room.merge({ own: "joined" });
  },
  leave: async () => {
    left++;
    room.merge({ own: "none" });
  },
  tell: async (data) => void told.push(data),
  access: (serviceUrl) => window.giveAccess(serviceUrl),
  raiseHand: async () => {},
  react: async () => {},
  remove: async () => {},
};

/** LiveKit's numbers of the sources. */
const SOURCES = { camera: 1, microphone: 2 } as const;
const declared = new Map<number, number>();
const inside = Room.prototype as unknown as { maybeCreateEngine(this: Room): void };
const create = inside.maybeCreateEngine;
inside.maybeCreateEngine = function () {
  create.call(this);
  const { engine } = this;
  if (Object.hasOwn(engine, "addTrack")) return;
  const add = engine.addTrack.bind(engine);
  engine.addTrack = (request) => {
    const lie = declared.get(request.source);
    return add(lie === undefined ? request : Object.assign(request, { encryption: lie }));
  };
};

const manager = await CallManager.start({ room: () => ({ call, callKeys: keys }), memory: async () => undefined });
const hidings = new Map<string, () => void>();

window.media = {
  get state() {
    return manager.state;
  },
  get room() {
    return room.state;
  },
  told,
  get left() {
    return left;
  },
  setRoom: (change) => room.merge(change),
  setKeys: (list, refused = []) =>
    keys.merge({
      keys: list.map(({ identity, index, fill, isOwn = false }) => ({ identity, index, key: new Uint8Array(16).fill(fill), isOwn })),
      refused,
    }),
  show(trackId) {
    const element = document.createElement("video");
    element.id = `video-${hidings.size}`;
    element.style.cssText = "display: block; width: 320px; height: 240px";
    document.body.append(element);
    const detach = manager.attach(trackId, element);
    hidings.set(element.id, () => {
      detach();
      element.remove();
    });
    return element.id;
  },
  declare: (source, encryption) => void declared.set(SOURCES[source], encryption),
  hide: (name) => hidings.get(name)?.(),
  async act(name, ...args) {
    try {
      const result = await (manager[name] as (...given: unknown[]) => unknown)(...args);
      return typeof result === "string" ? result : "done";
    } catch (error) {
      return (error as { code?: string }).code ?? String(error);
    }
  },
};
