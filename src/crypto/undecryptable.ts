import { DecryptionFailureCode } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { MatrixEvent } from "matrix-js-sdk/lib/matrix.js";

import type { UndecryptableReason } from "../internal/event-security.js";

type FailedEvent = Pick<MatrixEvent, "isDecryptionFailure" | "decryptionFailureReason" | "getWireContent">;

/** Why an event could not be decrypted; `undefined` if it could, or has not been tried. */
export function undecryptable(event: FailedEvent): UndecryptableReason | undefined {
  if (!event.isDecryptionFailure()) return undefined;
  const reason = REASONS[event.decryptionFailureReason ?? DecryptionFailureCode.UNKNOWN_ERROR] ?? "unknown";
  return reason === "unknown" && !isMegolm(event.getWireContent()) ? "malformed" : reason;
}

/** Indexed by every code, so that a code which an upgrade of the SDK adds fails the type check. */
const REASONS: Readonly<Record<DecryptionFailureCode, UndecryptableReason>> = {
  [DecryptionFailureCode.MEGOLM_UNKNOWN_INBOUND_SESSION_ID]: "key-missing",
  [DecryptionFailureCode.MEGOLM_KEY_WITHHELD]: "withheld",
  [DecryptionFailureCode.MEGOLM_KEY_WITHHELD_FOR_UNVERIFIED_DEVICE]: "withheld-unverified",
  [DecryptionFailureCode.OLM_UNKNOWN_MESSAGE_INDEX]: "key-too-new",
  [DecryptionFailureCode.HISTORICAL_MESSAGE_NO_KEY_BACKUP]: "before-device-no-backup",
  [DecryptionFailureCode.HISTORICAL_MESSAGE_BACKUP_UNCONFIGURED]: "before-device-backup-locked",
  [DecryptionFailureCode.HISTORICAL_MESSAGE_WORKING_BACKUP]: "before-device-not-in-backup",
  [DecryptionFailureCode.HISTORICAL_MESSAGE_USER_NOT_JOINED]: "before-joining",
  [DecryptionFailureCode.SENDER_IDENTITY_PREVIOUSLY_VERIFIED]: "identity-changed",
  [DecryptionFailureCode.UNSIGNED_SENDER_DEVICE]: "unsigned-device",
  [DecryptionFailureCode.UNKNOWN_SENDER_DEVICE]: "unknown-device",
  [DecryptionFailureCode.UNKNOWN_ERROR]: "unknown",
};

/** The fields that `m.megolm.v1.aes-sha2` requires. Client-server specification, "m.room.encrypted". */
function isMegolm(content: Record<string, unknown>): boolean {
  return content.algorithm === "m.megolm.v1.aes-sha2" && typeof content.ciphertext === "string" && typeof content.session_id === "string";
}
