import type { IdentityState } from "../crypto/identity-state.js";
import type { RecoveryState } from "../crypto/recovery-state.js";
import type { SessionState } from "../session/session-state.js";

/** The one thing that would help most now. */
export type EncryptionStep =
  /** Another device, or the recovery key, has to vouch for this one. */
  | "verify-device"
  /** Nobody can vouch for this device any more. */
  | "reset-identity"
  /** This device lacks something that the recovery key opens. */
  | "enter-recovery-key"
  /** Somebody whom the visitor verified has another identity now: messages to them wait for a decision. */
  | "check-people"
  /** Nobody could open the backup after the loss of all devices. */
  | "set-up-recovery"
  /** The recovery key does not protect everything; a new one does. */
  | "renew-recovery"
  /** Messages can be read on this device only. */
  | "turn-on-backup"
  /** All is well, and a device that nobody has verified is new in the account: it may be somebody else's. */
  | "check-devices";

export interface EncryptionHealth {
  /** `healing`: what is missing is on its way, and comes by itself. `attention`: it does not, and `step` helps. */
  readonly status: "loading" | "ok" | "healing" | "attention";
  readonly step?: EncryptionStep;
}

export interface HealthInputs {
  readonly session: Pick<SessionState, "status" | "crossSigning" | "recoverySecret">;
  readonly identity: Pick<IdentityState, "status">;
  readonly recovery: Pick<RecoveryState, "status" | "canSetUp" | "declined" | "unconfirmed" | "backup">;
  /** There is a room whose messages could be lost. */
  readonly hasEncryptedRoom: boolean;
  /** This device has been verified only now: secrets follow within seconds. */
  readonly isFreshlyVerified: boolean;
  /** Messages to somebody wait for a decision, and nothing else on the page asks for it. */
  readonly hasChangedPerson: boolean;
  /** There is a new device with keys that nobody has verified, and that the visitor has not said to know. */
  readonly hasNewDevice: boolean;
}

const LOADING: EncryptionHealth = Object.freeze({ status: "loading" });
const OK: EncryptionHealth = Object.freeze({ status: "ok" });
const HEALING: EncryptionHealth = Object.freeze({ status: "healing" });

/**
 * Whether this device can read and send everything, and if not, the one step that helps. Each question is asked only when the one before it is settled, so there are never two prompts at once;
 * what is not known yet is never a problem.
 */
export function encryptionHealth(inputs: HealthInputs): EncryptionHealth {
  const health = ownHealth(inputs);
  return health === OK && inputs.hasNewDevice ? attention("check-devices") : health;
}

function ownHealth({ session, identity, recovery, hasEncryptedRoom, isFreshlyVerified, hasChangedPerson }: HealthInputs): EncryptionHealth {
  if (session.status !== "ready" && session.status !== "reconnecting") return LOADING;
  if (session.crossSigning === "unknown") return LOADING;
  if (session.recoverySecret === "asking") return HEALING;
  if (session.crossSigning === "missing") {
    if (identity.status === "loading") return LOADING;
    return attention(identity.status === "unusable" ? "reset-identity" : "verify-device");
  }
  const { status, canSetUp, declined, unconfirmed, backup } = recovery;
  if (status === "loading" || status === "failed" || backup.status === "unknown") return LOADING;
  const lacksSecrets = !canSetUp || backup.status === "locked";
  if (lacksSecrets && isFreshlyVerified) return HEALING;
  if (status === "locked") return attention("enter-recovery-key");
  if (lacksSecrets) return attention(canSetUp ? "turn-on-backup" : "verify-device");
  if (hasChangedPerson) return attention("check-people"); // what waits now, before what could be lost one day
  if (backup.status === "off") return backup.turnedOff || !hasEncryptedRoom ? OK : attention("turn-on-backup");
  if (status === "ready" && unconfirmed) return attention("set-up-recovery"); // nobody has it
  if (status === "none") return hasEncryptedRoom && !declined ? attention("set-up-recovery") : OK;
  return status === "out-of-sync" ? attention("renew-recovery") : OK;
}

function attention(step: EncryptionStep): EncryptionHealth {
  return Object.freeze({ status: "attention", step });
}
