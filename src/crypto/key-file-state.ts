import type { ErrorInfo } from "../internal/errors.js";
import type { Readable } from "../internal/readable.js";

export interface KeyFileState {
  readonly status: "idle" | "exporting" | "importing" | "failed";
  /** With `importing`: how many of the file's keys are here. */
  readonly done?: number;
  readonly total?: number;
  /** With `failed`: its code could not be loaded. */
  readonly error?: ErrorInfo;
}

export const INITIAL_KEY_FILE: KeyFileState = Object.freeze({ status: "idle" });

export interface ImportedKeys {
  /** In the file. */
  readonly total: number;
  /** Those that are here now. */
  readonly imported: number;
}

/**
 * The message keys of this device as a file under a passphrase, which other clients read and write as well. Passphrases pass through: none is kept longer than the action takes. Client-server
 * specification, "Key export format".
 */
export interface KeyFile extends Readable<KeyFileState> {
  /** All message keys of this device, as the text of a key file. */
  exportKeys(passphrase: string): Promise<string>;
  /**
   * Adds the keys of a key file. Rejects `key-file-invalid` for what is none, and `key-file-passphrase` where the passphrase is not right or the file was altered; nothing is added then. A single key
   * that cannot be used is left out.
   */
  importKeys(file: string, passphrase: string): Promise<ImportedKeys>;
}
