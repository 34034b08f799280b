import type { ErrorInfo } from "../internal/errors.js";
import type { Readable } from "../internal/readable.js";

/** The identity that vouches for the devices of the account, as this device sees it. Client-server specification, "Cross-signing". */
export interface IdentityState {
  /**
   * `none`: the account has no identity yet. `ready`: it vouches for this device, which can vouch for others. `signed`: it vouches for this device, whose part of its keys is missing or on its
   * way. `unverified`: another device or the recovery key has to vouch for this one. `unusable`: nobody has the identity's keys any more, so only a reset helps.
   */
  readonly status: "loading" | "failed" | "none" | "ready" | "signed" | "unverified" | "unusable";
  /** Users of the encrypted rooms whose identity changed after the visitor had verified it: messages to them wait until the visitor decides. */
  readonly changedPeople: readonly string[];
  /** A reset is being carried out. */
  readonly resetting: boolean;
  /** Where the owner of the account has to allow the reset, on the server's own page; then call `reset()` again. */
  readonly approvalUrl?: string;
  readonly error?: ErrorInfo;
}

export const INITIAL_IDENTITY: IdentityState = Object.freeze({ status: "loading", resetting: false, changedPeople: Object.freeze([]) });

/** The proof that the server wants for a reset. */
export interface ResetProof {
  /** Sent to the server where it asks for it, and never kept. */
  readonly password?: string;
}

export interface Identity extends Readable<IdentityState> {
  /**
   * Begins anew: a new identity, which signs this device; then the recovery key, what it protects and all backups are deleted, and a new backup begins with the keys that this device has. All
   * other devices of the account are unverified afterwards, and people who verified its owner are told. Nothing is changed before the server has accepted the proof, and what is cut off
   * after that is finished at the next start. Afterwards `recovery.setUp()` makes a new recovery key.
   * Rejects `password-needed` and `approval-needed` (get it and call again), `password-wrong`, `proof-unsupported`, or a homeserver error; calling again goes on where it stopped.
   */
  reset(proof?: ResetProof): Promise<void>;
}
