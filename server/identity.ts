import { createHash } from "node:crypto";

/** The one slot that calls of a room use (MSC4143); `/sfu/get` knows no other. */
export const ROOM_CALL = "m.call#ROOM";

/** Where a visitor, or the doctor, tries out whether media come through: to the SFU it is another room than the call's, so that nobody in a call notices. */
export const TEST_CALL = "m.call#io.melo.test";

/** The SFU's name for the call of a Matrix room. Both kinds of clients (`/sfu/get` and `/get_token`) meet under it. MSC4195. */
export function roomAlias(roomId: string, slotId: string): string {
  return hash([roomId, slotId]);
}

/** Who somebody is at the SFU if the membership is a state event: readable, and derived from the membership by everybody. */
export function deviceIdentity(userId: string, deviceId: string): string {
  return `${userId}:${deviceId}`;
}

/** Who somebody is at the SFU if the membership is a sticky event: the SFU's operator cannot read it off. MSC4195. */
export function memberIdentity(userId: string, deviceId: string, memberId: string): string {
  return hash([userId, deviceId, memberId]);
}

/** Unpadded base64 of the SHA-256 of the strings as compact JSON. */
function hash(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64").replace(/=+$/, "");
}
