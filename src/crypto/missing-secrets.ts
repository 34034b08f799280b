import { CryptoEvent, type CryptoApi } from "matrix-js-sdk/lib/crypto-api/index.js";

import { pause } from "../internal/pause.js";
import { holdsIdentity } from "./own-identity.js";
import { serverBackup, type BackupClient } from "./server-backup.js";

/** How long other devices have for an answer before they are asked again, in ms. */
const WAITS = [3_000, 5_000, 10_000, 30_000];

/** What the SDK's crypto object has beside its public surface. */
interface Internals {
  readonly olmMachine: { requestMissingSecretsIfNeeded(): Promise<boolean> };
  readonly outgoingRequestsManager: { doProcessOutgoingRequests(): Promise<void> };
}

type SecretsClient = Pick<BackupClient, "http"> & { emit(event: CryptoEvent.KeysChanged, content: object): boolean };

type SecretsCrypto = Pick<CryptoApi, "getCrossSigningStatus" | "getSessionBackupPrivateKey">;

/**
 * Asks the account's other devices again for the secrets that a verified device lacks, until it has them. The engine asks once, when it learns that this device is verified; a device that has not
 * learnt that yet says nothing to it, and nobody would ever ask again. Nor does it tell when a part of the identity has come: where the key of the backup came before the last of them, whoever looks at
 * the recovery key would never look again, so this says that the keys have changed. Client-server specification, "Sharing" of secrets. Resolves with whether all are here.
 */
export async function gatherSecrets(client: SecretsClient, crypto: SecretsCrypto, signal: AbortSignal): Promise<boolean> {
  const { olmMachine, outgoingRequestsManager } = crypto as unknown as Internals;
  const lacked = !(await hasAll(client, crypto));
  const isDone = async (): Promise<boolean> => {
    const has = await hasAll(client, crypto);
    if (has && lacked) client.emit(CryptoEvent.KeysChanged, {});
    return has;
  };
  for (const wait of WAITS) {
    await pause(wait, signal);
    if (await isDone()) return true;
    if (await olmMachine.requestMissingSecretsIfNeeded()) await outgoingRequestsManager.doProcessOutgoingRequests();
  }
  return isDone();
}

async function hasAll(client: Pick<BackupClient, "http">, crypto: SecretsCrypto): Promise<boolean> {
  if (!(await holdsIdentity(crypto))) return false;
  return (await crypto.getSessionBackupPrivateKey()) !== null || (await serverBackup(client)) === null;
}
