import { EventShieldColour, EventShieldReason, type CryptoApi } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { MatrixEvent } from "matrix-js-sdk/lib/matrix.js";

import type { Security } from "../internal/event-security.js";

/** The specification sends these in clear text even in encrypted rooms. */
const ALWAYS_CLEAR: ReadonlySet<string> = new Set(["m.reaction", "m.room.redaction"]);

/**
 * What is to be said against a readable event; `undefined` when all is well. `roomIsEncrypted` is the sticky answer, not what the room's state says now.
 * State events are never encrypted and never judged, nor are own messages on their way, nor what could not be decrypted (that has its own reason).
 */
export async function eventSecurity(
  crypto: Pick<CryptoApi, "getEncryptionInfoForEvent">,
  event: MatrixEvent,
  roomIsEncrypted: boolean,
): Promise<Security | undefined> {
  if (event.status !== null || event.isState() || event.isRedacted() || event.isDecryptionFailure()) return undefined;
  if (!event.isEncrypted()) {
    return roomIsEncrypted && !ALWAYS_CLEAR.has(event.getType()) ? { level: "bad", reason: "unencrypted" } : undefined;
  }
  if (!event.getClearContent()) return undefined; // not decrypted yet
  const info = await crypto.getEncryptionInfoForEvent(event);
  if (info?.shieldColour === EventShieldColour.NONE) return undefined;
  const reason = REASONS[info?.shieldReason ?? EventShieldReason.UNKNOWN] ?? "unknown";
  return { level: info?.shieldColour === EventShieldColour.RED ? "bad" : "care", reason };
}

const REASONS: Readonly<Record<EventShieldReason, Security["reason"]>> = {
  [EventShieldReason.UNKNOWN]: "unknown",
  [EventShieldReason.UNVERIFIED_IDENTITY]: "unverified-identity",
  [EventShieldReason.UNSIGNED_DEVICE]: "unsigned-device",
  [EventShieldReason.UNKNOWN_DEVICE]: "unknown-device",
  [EventShieldReason.AUTHENTICITY_NOT_GUARANTEED]: "authenticity-not-guaranteed",
  [EventShieldReason.MISMATCHED_SENDER_KEY]: "sender-mismatch",
  [EventShieldReason.SENT_IN_CLEAR]: "unencrypted",
  [EventShieldReason.VERIFICATION_VIOLATION]: "identity-changed",
  [EventShieldReason.MISMATCHED_SENDER]: "sender-mismatch",
};
