import type { ErrorInfo } from "../internal/errors.js";
import type { Readable } from "../internal/readable.js";

/** Where the account's message keys are kept a second time, encrypted, at the server. Client-server specification, "Server-side key backups". */
export interface BackupState {
  /**
   * `off`: the server holds none. `on`: this device adds its keys and can read what is there. `locked`: there is one, and this device has no key for it: the recovery key
   * brings it.
   */
  readonly status: "unknown" | "off" | "on" | "locked";
  readonly version?: string;
  /** While it is `off`: its owner has turned it off, and no device begins another by itself. */
  readonly turnedOff?: true;
  /** What another device has done to the backup that this one used before. */
  readonly takenAway?: "deleted" | "replaced";
  /** How many keys of this device are not there yet; absent while nobody has counted. */
  readonly remaining?: number;
  /** A restore is under way; both 0 until the server has told how many keys there are. */
  readonly restoring?: { readonly done: number; readonly total: number };
  /** The visitor stopped the restore; `restore()` goes on from there. */
  readonly restoreStopped?: true;
  /** Why the last restore ended early; `restore()` tries again. */
  readonly restoreError?: ErrorInfo;
}

export interface RecoveryState {
  /**
   * `none`: nobody has set up a recovery key. `ready`: it protects everything, and this device has everything. `locked`: this device lacks something that the recovery key brings.
   * `out-of-sync`: this device has everything, and not all of it is protected by the recovery key: a new one mends that.
   */
  readonly status: "loading" | "failed" | "none" | "ready" | "locked" | "out-of-sync";
  /** This device holds what a recovery key protects, so it can make one. */
  readonly canSetUp: boolean;
  /** A passphrase opens it as well. */
  readonly hasPassphrase: boolean;
  /** It was made on this device, and nobody has said yet that they have it: the page that showed it may be gone. See {@link Recovery.confirm}. */
  readonly unconfirmed?: true;
  /** While there is none: its owner has said in another client that they want none. */
  readonly declined?: true;
  readonly backup: BackupState;
  readonly error?: ErrorInfo;
}

export const INITIAL_RECOVERY: RecoveryState = Object.freeze({
  status: "loading",
  canSetUp: false,
  hasPassphrase: false,
  backup: Object.freeze({ status: "unknown" }),
});

/** What signing this device out would take. */
export interface KeysAtStake {
  /** Message keys that are on this device. */
  readonly total: number;
  /** Those of them that are nowhere else yet. */
  readonly unsaved: number;
}

export interface NewKeyOptions {
  /** A backup that this device cannot open is deleted, with everything that only it has. */
  readonly replaceBackup?: boolean;
  /** Somebody is going to say by {@link Recovery.confirm} that they have the key; until then it is `unconfirmed`. */
  readonly unconfirmed?: boolean;
}

/**
 * The recovery key of the account and the backup that it opens. Keys pass through: nothing here keeps one longer than the action takes. Client-server specification, "Secret storage".
 * All actions reject `homeserver-unreachable` when the server cannot be asked, and `rate-limited`, `forbidden` or `signed-out` when it refuses.
 */
export interface Recovery extends Readable<RecoveryState> {
  /**
   * Makes the first recovery key, with a backup if the account has none that this device can open, and resolves with the key: show it once. With a passphrase, that opens it as well.
   * Rejects `recovery-exists` if there is one, `device-unverified` if this device has nothing to protect, `backup-locked` if a backup that this device cannot open would have to go for it
   * and `replaceBackup` does not say so.
   */
  setUp(passphrase?: string, options?: NewKeyOptions): Promise<string>;
  /**
   * Replaces the recovery key by a new one, and resolves with that; the one before opens nothing any more. Rejects `recovery-none`, `device-unverified`, and `backup-locked` as `setUp` does.
   */
  change(passphrase?: string, options?: NewKeyOptions): Promise<string>;
  /**
   * Opens everything with the recovery key or the passphrase: this device becomes a verified one and reads old messages; the restore goes on in the background.
   * Rejects `recovery-key-wrong` before anything is written, `recovery-none`, and `recovery-incomplete` if the key is right and what it should open is not there.
   */
  enter(keyOrPassphrase: string): Promise<void>;
  /** Its owner has the key that was made with `unconfirmed`. Entering it on this device says the same. */
  confirm(): Promise<void>;
  /**
   * Deletes the recovery key and all that it protects from the server, and remembers for all devices that the account's owner wants none: what is written down opens nothing any more. The
   * identity and the backup stay, on the devices that have them. Rejects `recovery-none`, and `device-unverified` where this device does not hold the identity. What was cut off in the middle
   * is done by calling it again.
   */
  forget(): Promise<void>;
  /**
   * Fetches all keys of the backup, from where an earlier restore ended. A running one is joined; one that the end of its tab cuts off goes on by itself at the next start. Resolves also
   * when it was cancelled. Rejects as the state's `restoreError` says; `backup-gone` if the backup was deleted or replaced.
   */
  restore(): Promise<void>;
  /** Counts anew what signing this device out would take, without asking the server. */
  countKeys(): Promise<KeysAtStake>;
  /** Stops a running restore, until `restore()` goes on with it; what is there stays. Resolves when nothing is written any more. */
  cancelRestore(): Promise<void>;
  /**
   * Deletes the backup, and remembers for all devices that the account's owner wants none. The recovery key stays, and no longer opens messages. What was cut off in the middle is done by
   * calling it again.
   */
  turnBackupOff(): Promise<void>;
  /**
   * Begins a backup and remembers that it is wanted. If there is a recovery key, that does not open it: `change()` makes one that does. Rejects `device-unverified`, and `backup-locked` as
   * `setUp` does.
   */
  turnBackupOn(options?: NewKeyOptions): Promise<void>;
}
