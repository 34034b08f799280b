import type { CryptoApi, KeyBackupInfo } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { MatrixClient } from "matrix-js-sdk/lib/matrix.js";

import { MeloError } from "../internal/errors.js";
import { holdsIdentity } from "./own-identity.js";
import type { BackupState, NewKeyOptions } from "./recovery-state.js";
import { recordBackupChoice, serverBackup, type BackupClient } from "./server-backup.js";

export type SwitchClient = BackupClient &
  Pick<MatrixClient, "secretStorage"> & { setAccountData(type: string, content: object): Promise<unknown> };

export type SwitchCrypto = Pick<
  CryptoApi,
  "checkKeyBackupAndEnable" | "deleteKeyBackupVersion" | "getCrossSigningStatus" | "isKeyBackupTrusted" | "resetKeyBackup"
>;

const SECRET = "m.megolm_backup.v1";

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
    for (let backup = await serverBackup(this.#client); backup?.version; backup = await serverBackup(this.#client))
      await this.#crypto.deleteKeyBackupVersion(backup.version);
    await this.#dropSecret();
  }

  async turnOn(options?: NewKeyOptions): Promise<void> {
    const backup = await this.usable(options);
    await recordBackupChoice(this.#client, true);
    if (backup?.opens) return;
    await this.#dropSecret(); // or the recovery key would seem to open the new backup
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
    const { olmMachine } = this.#crypto as unknown as {
      olmMachine: { getBackupKeys(): Promise<{ decryptionKey?: { free(): void }; backupVersion?: string }> };
    };
    const { decryptionKey, backupVersion } = await olmMachine.getBackupKeys();
    decryptionKey?.free();
    if (!decryptionKey || !backupVersion || backupVersion === info?.version) return undefined;
    return info ? "replaced" : "deleted";
  }

  async #dropSecret(): Promise<void> {
    const { secretStorage } = this.#client;
    if (Object.keys((await secretStorage.isStored(SECRET)) ?? {}).length > 0) await secretStorage.store(SECRET, null);
  }

  async #look(): Promise<{ readonly opens: boolean } | undefined> {
    const info = await serverBackup(this.#client);
    return info ? { opens: (await this.#crypto.isKeyBackupTrusted(info)).matchesDecryptionKey } : undefined;
  }
}
