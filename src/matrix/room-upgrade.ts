import type { MatrixClient, Room as SdkRoom } from "matrix-js-sdk/lib/matrix.js";

import { fieldsOf, textIn } from "./event-content.js";
import { parseRoomReference } from "./room-reference.js";

/** The room's tombstone. Client-server specification, "m.room.tombstone". */
export interface Tombstone {
  /** The room that the tombstone names, whether or not it agrees. */
  readonly claims?: string;
  readonly text?: string;
}

/** What the room says about being replaced; `undefined` if it is not. */
export function tombstoneOf(room: SdkRoom): Tombstone | undefined {
  const event = room.currentState.getStateEvents("m.room.tombstone", "");
  if (!event || event.isRedacted()) return undefined;
  const content = fieldsOf(event.getOriginalContent());
  return { claims: roomIdOf(textIn(content, "replacement_room"), room.roomId), text: textIn(content, "body") };
}

/**
 * Whether `newId` may be offered as what replaced `oldId`: its create event must name the old room as its predecessor (CVE-2025-59160). Where that event cannot be seen from
 * outside, the word of the old room's administrators stands until it can.
 */
export async function mayReplace(client: Pick<MatrixClient, "getRoom" | "getStateEvent">, newId: string, oldId: string): Promise<boolean> {
  const known = client.getRoom(newId)?.currentState.getStateEvents("m.room.create", "");
  const content = known ? known.getOriginalContent() : await client.getStateEvent(newId, "m.room.create", "").catch(() => undefined);
  if (content === undefined) return true;
  return textIn(fieldsOf(fieldsOf(content)["predecessor"]), "room_id") === oldId;
}

function roomIdOf(text: string | undefined, oldId: string): string | undefined {
  try {
    const reference = parseRoomReference(text ?? "");
    return reference.type === "id" && reference.roomId !== oldId ? reference.roomId : undefined;
  } catch {
    return undefined;
  }
}
