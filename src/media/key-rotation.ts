import type { CallMembership } from "matrix-js-sdk/lib/matrixrtc/CallMembership.js";
import type { MatrixRTCSession } from "matrix-js-sdk/lib/matrixrtc/MatrixRTCSession.js";

import type { DeviceOf } from "./device-trust.js";

/** What of the SDK's session (43.0.0) makes the media keys, as far as it is needed here. Tests see it go. */
interface WithKeys {
  readonly encryptionManager?: { getMemberships: () => CallMembership[] };
}

/**
 * Keeps the SDK from changing this device's media key without a reason, and from using another one than it sent; to be called after each `joinRTCSession`. The SDK makes a new key whenever it
 * sees somebody go, or come when the key is older than ten seconds, and counts this device among them. It is shown these instead:
 * - This device is always there. Otherwise it came anew when a busy homeserver tells late of its membership, and after a restart of the homeserver, when all have gone at once, the SDK would
 *   make a key for nobody, and send that, but not use it, when they are back.
 * - When the own membership was lost and is back, all others have come: they have forgotten the key with it.
 * - A member by a sticky event begins with the first event of its id (MSC4143), where it has one of its own, and not with the last: telling something new is not coming.
 */
export function rotateWithReason(session: MatrixRTCSession, own: DeviceOf): void {
  const manager = (session as unknown as WithKeys).encryptionManager;
  if (!manager) return;
  const all = manager.getMemberships;
  const begun = new Map<string, number>();
  const here = placeOf(own);
  let state: "new" | "there" | "lost" = "new";
  let returns = 0;
  manager.getMemberships = () => {
    const memberships = all();
    const others = memberships.filter((membership) => !isOf(membership, own));
    if (others.length < memberships.length) {
      if (state === "lost") returns++;
      state = "there";
    } else if (state === "there") state = "lost";
    const ids = new Set(others.map(({ memberId }) => memberId));
    for (const id of begun.keys()) if (!ids.has(id)) begun.delete(id);
    const since = (membership: CallMembership): number => {
      const { memberId, userId, deviceId } = membership;
      if (memberId === `${userId}:${deviceId}`) return membership.createdTs(); // the next membership of that device has the same id
      if (!begun.has(memberId)) begun.set(memberId, membership.createdTs());
      return begun.get(memberId)!;
    };
    return [...others.map((membership) => begunAt(membership, since(membership) + returns)), here];
  };
}

function isOf({ userId, deviceId }: CallMembership, own: DeviceOf): boolean {
  return userId === own.userId && deviceId === own.deviceId;
}

function begunAt(membership: CallMembership, time: number): CallMembership {
  return Object.create(membership, { createdTs: { value: () => time } }) as CallMembership;
}

/** As much of a membership as the SDK looks at when it deals out keys. It sends itself none. */
function placeOf({ userId, deviceId }: DeviceOf): CallMembership {
  const place = { userId, sender: userId, deviceId, rtcBackendIdentity: `${userId}:${deviceId}`, createdTs: () => 0 };
  return place as unknown as CallMembership;
}
