import type { CryptoApi, KeyBackupInfo } from "matrix-js-sdk/lib/crypto-api/index.js";
import { Method } from "matrix-js-sdk/lib/http-api/method.js";
import { ClientPrefix } from "matrix-js-sdk/lib/http-api/prefix.js";
import type { MatrixClient, MatrixError } from "matrix-js-sdk/lib/matrix.js";

import { holdsIdentity } from "./own-identity.js";

/** What this needs of a client. */
export type BackupClient = {
  readonly http: Pick<MatrixClient["http"], "authedRequest">;
  getAccountDataFromServer(type: string): Promise<object | null>;
};

/** Two events say the same: MSC4287, and Element's mark before that. */
const CHOICE = "m.key_backup";
const MARK = "m.org.matrix.custom.backup_disabled";

type BackupCrypto = Pick<CryptoApi, "getCrossSigningStatus" | "resetKeyBackup">;

/** The backup that the server holds, `null` for none. Rejects if the server cannot be asked: the SDK's own answer does not tell that from "none", and acts on it. */
export async function serverBackup(client: Pick<BackupClient, "http">): Promise<KeyBackupInfo | null> {
  try {
    return await client.http.authedRequest<KeyBackupInfo>(Method.Get, "/room_keys/version", undefined, undefined, {
      prefix: ClientPrefix.V3,
    });
  } catch (error) {
    if ((error as MatrixError).errcode === "M_NOT_FOUND") return null;
    throw error;
  }
}

/** A backup that another device has deleted or replaced in the meantime. Client-server specification, "Server-side key backups". */
export function isGone(error: unknown): boolean {
  const { errcode } = (error ?? {}) as { errcode?: unknown };
  return errcode === "M_NOT_FOUND" || errcode === "M_WRONG_ROOM_KEYS_VERSION";
}

/** Whether an event of the account tells whether its owner wants a backup. */
export function isBackupChoice(type: string): boolean {
  return type === CHOICE || type === MARK;
}

/** Element's note that its owner wants no recovery key; nothing of the kind is in the specification. */
export const RECOVERY_CHOICE = "io.element.recovery";

/** Whether somebody has decided against a recovery key. */
export async function isRecoveryDeclined(client: Pick<BackupClient, "getAccountDataFromServer">): Promise<boolean> {
  const choice: { enabled?: unknown } | null = await client.getAccountDataFromServer(RECOVERY_CHOICE);
  return choice?.enabled === false;
}

/** Whether somebody has decided against a backup. */
export async function isBackupRefused(client: Pick<BackupClient, "getAccountDataFromServer">): Promise<boolean> {
  const [choice, mark] = (await Promise.all([client.getAccountDataFromServer(CHOICE), client.getAccountDataFromServer(MARK)])) as [
    { enabled?: unknown } | null,
    { disabled?: unknown } | null,
  ];
  return choice?.enabled === false || mark?.disabled === true;
}

/** Deletes the backup at the server, and those that it hid: the server shows the newest one. */
export async function deleteBackups(client: Pick<BackupClient, "http">, crypto: Pick<CryptoApi, "deleteKeyBackupVersion">): Promise<void> {
  for (let backup = await serverBackup(client); backup?.version; backup = await serverBackup(client))
    await crypto.deleteKeyBackupVersion(backup.version);
}

/** Remembers for all devices whether the account's owner wants a backup. */
export async function recordBackupChoice(
  client: { setAccountData(type: string, content: object): Promise<unknown> },
  enabled: boolean,
): Promise<void> {
  await client.setAccountData(CHOICE, { enabled });
  await client.setAccountData(MARK, { disabled: !enabled });
}

/**
 * Begins the backup of an account that has none, so that the keys are there when a recovery key is made later. Only where it takes nothing from anybody: a backup at the server is never
 * replaced, whoever can open it; an account with a recovery key is left alone, since that has to open the backup too; and so is one whose owner wants none. Only the device that holds the
 * identity does it. Rejects if the server cannot be asked.
 */
export async function beginBackup(client: BackupClient, crypto: BackupCrypto): Promise<void> {
  if (!(await holdsIdentity(crypto))) return;
  const recovery = await client.getAccountDataFromServer("m.secret_storage.default_key");
  if ((recovery && "key" in recovery) || (await isBackupRefused(client))) return;
  if (await serverBackup(client)) return;
  await crypto.resetKeyBackup();
}
