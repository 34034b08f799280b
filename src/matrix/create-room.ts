import type { ICreateRoomOpts, MatrixClient } from "matrix-js-sdk/lib/matrix.js";

import { MeloError } from "../internal/errors.js";
import { recordDirectRoom } from "./direct-rooms.js";
import { MEGOLM } from "./encryption-event.js";
import { EVENT_LEVELS } from "./event-levels.js";
import type { RoomCrypto } from "./room-domain.js";
import type { CreateRoomOptions } from "./rooms-state.js";
import { assertUserId } from "./user-id.js";

/**
 * Creates a room and resolves with its id. It is encrypted unless `encrypted` is literally `false`, and counts as such here even if the server leaves that out. Everybody in it can join its calls. Rejects with a
 * MeloError or the SDK's error. Client-server specification, "Creation".
 */
export async function createRoom(
  client: Pick<MatrixClient, "createRoom" | "getSafeUserId" | "http">,
  crypto: Pick<RoomCrypto, "remember">,
  options: CreateRoomOptions,
): Promise<string> {
  const { name, topic, alias, invite = [], direct = false, encrypted } = options;
  invite.forEach(assertUserId);
  const [person, ...others] = invite;
  if (direct && (person === undefined || others.length > 0)) throw new MeloError("unknown", "A direct chat is with exactly one person.");
  const isOpen = encrypted === false;
  const answer = await client.createRoom({
    preset: presetOf(options),
    name,
    topic,
    room_alias_name: alias,
    invite: [...invite],
    is_direct: direct || undefined,
    power_level_content_override: { events: { ...EVENT_LEVELS } },
    initial_state: isOpen ? [] : [{ type: "m.room.encryption", state_key: "", content: { algorithm: MEGOLM } }],
  } as ICreateRoomOpts);
  const roomId = answer.room_id;
  if (!isOpen) await crypto.remember(roomId);
  // The room is there; without this note it is merely listed among the others.
  if (direct && person !== undefined) await recordDirectRoom(client, person, roomId).catch(() => {});
  return roomId;
}

function presetOf({ public: isPublic, direct }: CreateRoomOptions): string {
  if (isPublic) return "public_chat";
  return direct ? "trusted_private_chat" : "private_chat";
}
