import type { ICreateRoomOpts, MatrixClient, StateEvents } from "matrix-js-sdk/lib/matrix.js";

import { MeloError } from "../internal/errors.js";
import { MEGOLM } from "./encryption-event.js";
import type { RoomCrypto } from "./room-domain.js";
import type { CreateVoiceChannelOptions } from "./rooms-state.js";
import { SPACE_CHILD, VOICE_CHANNEL } from "./space-child.js";
import { assertUserId } from "./user-id.js";

/** Events that every member has to be allowed to send to be in a call (MSC3401, MSC4143). Elsewhere such state takes a moderator. */
const MEMBERSHIPS = { "org.matrix.msc3401.call.member": 0, "org.matrix.msc4143.rtc.member": 0 };
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
    power_level_content_override: { events: { ...DEFAULT_EVENTS, ...MEMBERSHIPS, ...speak } },
    initial_state: state,
  } as unknown as ICreateRoomOpts);
  if (encrypted !== false) await crypto.remember(roomId);
  if (space !== undefined) await client.sendStateEvent(space, SPACE_CHILD as keyof StateEvents, { via }, roomId);
  return roomId;
}

/** What Synapse and the specification give a new room. An override replaces the list as a whole, so it has to be there again. */
const DEFAULT_EVENTS = {
  "m.room.name": 50,
  "m.room.avatar": 50,
  "m.room.canonical_alias": 50,
  "m.room.power_levels": 100,
  "m.room.history_visibility": 100,
  "m.room.encryption": 100,
  "m.room.server_acl": 100,
  "m.room.tombstone": 100,
};

/** Said before there is a room that belongs nowhere. */
function assertMayAdd(client: Pick<MatrixClient, "getRoom" | "getSafeUserId">, spaceId: string): void {
  const space = client.getRoom(spaceId);
  if (space?.getMyMembership() !== "join" || !space.isSpaceRoom())
    throw new MeloError("room-not-found", "This account is in no such space.");
  if (!space.currentState.maySendStateEvent(SPACE_CHILD, client.getSafeUserId()))
    throw new MeloError("forbidden", "The space does not let this account add channels.");
}
