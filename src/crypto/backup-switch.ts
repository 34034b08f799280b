import type { CryptoApi, KeyBackupInfo } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { MatrixClient } from "matrix-js-sdk/lib/matrix.js";

import { MeloError } from "../internal/errors.js";
import { openVersion } from "./backup-key.js";
import { holdsIdentity } from "./own-identity.js";
import type { BackupState, NewKeyOptions } from "./recovery-state.js";
import { BACKUP_SECRET, dropSecret } from "./secrets.js";
import { deleteBackups, recordBackupChoice, serverBackup, type BackupClient } from "./server-backup.js";

export type SwitchClient = BackupClient &
  Pick<MatrixClient, "secretStorage"> & { setAccountData(type: string, content: object): Promise<unknown> };

export type SwitchCrypto = Pick<
  CryptoApi,
  "checkKeyBackupAndEnable" | "deleteKeyBackupVersion" | "getCrossSigningStatus" | "isKeyBackupTrusted" | "resetKeyBackup"
>;

/** Begins and ends the account's backup as its owner decides. */
export class BackupSwitch {
  readonly #client: SwitchClient;
  readonly #crypto: SwitchCrypto;

  constructor(client: SwitchClient, crypto: SwitchCrypto) {
    this.#client = client;
    this.#crypto = crypto;
  }

  /** The choice is recorded first: whatever cuts the rest off, nobody begins a backup that is not wanted. */
  async turnOff(): Promise<void> {
    await recordBackupChoice(this.#client, false);
    await deleteBackups(this.#client, this.#crypto);
    await dropSecret(this.#client, BACKUP_SECRET);
  }

  async turnOn(options?: NewKeyOptions): Promise<void> {
    const backup = await this.usable(options);
    await recordBackupChoice(this.#client, true);
    if (backup?.opens) return;
    await dropSecret(this.#client, BACKUP_SECRET); // or the recovery key would seem to open the new backup
    try {
      await this.#crypto.resetKeyBackup();
    } catch (error) {
      // The SDK cannot put the new backup's key under the recovery key, which is not here; the backup is there all the same.
      if (!(await this.#look())?.opens) throw error;
    }
  }

  /** The backup at the server, and whether this device can open it. Rejects if it cannot and must not be replaced, and where this device holds no identity. */
  async usable({ replaceBackup = false }: NewKeyOptions = {}): Promise<{ readonly opens: boolean } | undefined> {
    if (!(await holdsIdentity(this.#crypto)))
      throw new MeloError("device-unverified", "This device does not hold the keys of its owner's identity.");
    await this.#crypto.checkKeyBackupAndEnable();
    const backup = await this.#look();
    if (backup && !backup.opens && !replaceBackup)
      throw new MeloError("backup-locked", "There is a backup that this device cannot open, and it would be replaced.");
    return backup;
  }

  /** What has become of the backup that this device has the key of. */
  async takenAway(info: KeyBackupInfo | null): Promise<BackupState["takenAway"]> {
    const version = await openVersion(this.#crypto);
    if (!version || version === info?.version) return undefined;
    return info ? "replaced" : "deleted";
  }

  async #look(): Promise<{ readonly opens: boolean } | undefined> {
    const info = await serverBackup(this.#client);
    return info ? { opens: (await this.#crypto.isKeyBackupTrusted(info)).matchesDecryptionKey } : undefined;
  }
}
