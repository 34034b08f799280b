import type { CallMembership } from "matrix-js-sdk/lib/matrixrtc/CallMembership.js";
import type { MatrixRTCSession } from "matrix-js-sdk/lib/matrixrtc/MatrixRTCSession.js";

import type { DeviceOf } from "./device-trust.js";

/** What of the SDK's session (43.0.0) makes the media keys, as far as it is needed here. A test sees it go. */
interface WithKeys {
  readonly encryptionManager?: { getMemberships: () => CallMembership[] };
}

/**
 * Keeps the SDK from changing this device's media key without a reason; to be called after each `joinRTCSession`. It makes a new key whenever it sees somebody go, or come when the key is
 * older than ten seconds, and takes for that what is none:
 * - this device itself, whose membership a busy homeserver tells of later than that;
 * - a member by a sticky event that says something new: what names it for as long as it is in the call is its id (MSC4143), where it has one of its own, and not the time of its last event.
 */
export function rotateWithReason(session: MatrixRTCSession, own: DeviceOf): void {
  const manager = (session as unknown as WithKeys).encryptionManager;
  if (!manager) return;
  const all = manager.getMemberships;
  const begun = new Map<string, number>();
  let wasSeen = false;
  manager.getMemberships = () => {
    const memberships = all();
    const present = memberships.some((membership) => isOf(membership, own));
    wasSeen ||= present;
    const ids = new Set(memberships.map(({ memberId }) => memberId));
    for (const id of begun.keys()) if (!ids.has(id)) begun.delete(id);
    const others = memberships
      .filter((membership) => !isOf(membership, own))
      .map((membership) => {
        const { memberId, userId, deviceId } = membership;
        if (memberId === `${userId}:${deviceId}`) return membership; // the next membership of that device has the same one
        const since = begun.get(memberId) ?? membership.createdTs();
        begun.set(memberId, since);
        return since === membership.createdTs() ? membership : begunAt(membership, since);
      });
    // Once it was lost, the others have forgotten the key: then it is among those who left.
    return wasSeen && !present ? others : [...others, placeOf(own)];
  };
}

function isOf({ userId, deviceId }: CallMembership, own: DeviceOf): boolean {
  return userId === own.userId && deviceId === own.deviceId;
}

function begunAt(membership: CallMembership, since: number): CallMembership {
  return Object.create(membership, { createdTs: { value: () => since } }) as CallMembership;
}

/** As much of a membership as the SDK looks at when it deals out keys. It sends itself none. */
function placeOf({ userId, deviceId }: DeviceOf): CallMembership {
  const place = { userId, sender: userId, deviceId, rtcBackendIdentity: `${userId}:${deviceId}`, createdTs: () => 0 };
  return place as unknown as CallMembership;
}
