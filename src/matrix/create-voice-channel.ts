import type { ICreateRoomOpts, MatrixClient, StateEvents } from "matrix-js-sdk/lib/matrix.js";

import { MeloError } from "../internal/errors.js";
import { MEGOLM } from "./encryption-event.js";
import { EVENT_LEVELS } from "./event-levels.js";
import type { RoomCrypto } from "./room-domain.js";
import type { CreateVoiceChannelOptions } from "./rooms-state.js";
import { SPACE_CHILD, VOICE_CHANNEL } from "./space-child.js";
import { assertUserId } from "./user-id.js";

/** Its entry in the power levels says who may be heard and seen. */
const SPEAK = "io.melo.call.speak";

/**
 * Creates a voice channel as other clients know it, a channel of a space where one is named, and resolves with its id. Encrypted unless `encrypted` is literally `false`. Rejects with a
 * MeloError or the SDK's error. MSC3417 (the room's type); client-server specification, "Creation", "Spaces" and "Restricted rooms".
 */
export async function createVoiceChannel(
  client: Pick<MatrixClient, "createRoom" | "getDomain" | "getRoom" | "getSafeUserId" | "sendStateEvent">,
  crypto: Pick<RoomCrypto, "remember">,
  options: CreateVoiceChannelOptions,
): Promise<string> {
  const { name, topic, alias, invite = [], public: isPublic = false, encrypted, space, speakLevel } = options;
  invite.forEach(assertUserId);
  if (speakLevel !== undefined && !(Number.isInteger(speakLevel) && speakLevel >= 0 && speakLevel <= 100))
    throw new MeloError("unknown", "A power level is a whole number from 0 to 100.");
  const via = [client.getDomain() ?? ""].filter(Boolean);
  if (space !== undefined) assertMayAdd(client, space);
  const state: { type: string; state_key: string; content: object }[] = [];
  if (encrypted !== false) state.push({ type: "m.room.encryption", state_key: "", content: { algorithm: MEGOLM } });
  if (space !== undefined) {
    state.push({ type: "m.space.parent", state_key: space, content: { via, canonical: true } });
    const join_rule = isPublic ? "public" : "restricted";
    const allow = isPublic ? undefined : [{ type: "m.room_membership", room_id: space }];
    state.push({ type: "m.room.join_rules", state_key: "", content: { join_rule, allow } });
  }
  const speak = speakLevel === undefined ? {} : { [SPEAK]: speakLevel };
  const { room_id: roomId } = await client.createRoom({
    preset: isPublic ? "public_chat" : "private_chat",
    name,
    topic,
    room_alias_name: alias,
    invite: [...invite],
    creation_content: { type: VOICE_CHANNEL },
    power_level_content_override: { events: { ...EVENT_LEVELS, ...speak } },
    initial_state: state,
  } as unknown as ICreateRoomOpts);
  if (encrypted !== false) await crypto.remember(roomId);
  if (space !== undefined) await client.sendStateEvent(space, SPACE_CHILD as keyof StateEvents, { via }, roomId);
  return roomId;
}

/** Said before there is a room that belongs nowhere. */
function assertMayAdd(client: Pick<MatrixClient, "getRoom" | "getSafeUserId">, spaceId: string): void {
  const space = client.getRoom(spaceId);
  if (space?.getMyMembership() !== "join" || !space.isSpaceRoom())
    throw new MeloError("room-not-found", "This account is in no such space.");
  if (!space.currentState.maySendStateEvent(SPACE_CHILD, client.getSafeUserId()))
    throw new MeloError("forbidden", "The space does not let this account add channels.");
}
