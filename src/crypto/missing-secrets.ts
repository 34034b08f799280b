import type { CryptoApi } from "matrix-js-sdk/lib/crypto-api/index.js";

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

type SecretsCrypto = Pick<CryptoApi, "getCrossSigningStatus" | "getSessionBackupPrivateKey">;

/**
 * Asks the account's other devices again for the secrets that a verified device lacks, until it has them. The engine asks once, when it learns that this device is verified; a device that has not
 * learnt that yet says nothing to it, and nobody would ever ask again. Client-server specification, "Sharing" of secrets. Resolves with whether all are here.
 */
export async function gatherSecrets(client: Pick<BackupClient, "http">, crypto: SecretsCrypto, signal: AbortSignal): Promise<boolean> {
  const { olmMachine, outgoingRequestsManager } = crypto as unknown as Internals;
  for (const wait of WAITS) {
    await pause(wait, signal);
    if (await hasAll(client, crypto)) return true;
    if (await olmMachine.requestMissingSecretsIfNeeded()) await outgoingRequestsManager.doProcessOutgoingRequests();
  }
  return hasAll(client, crypto);
}

async function hasAll(client: Pick<BackupClient, "http">, crypto: SecretsCrypto): Promise<boolean> {
  if (!(await holdsIdentity(crypto))) return false;
  return (await crypto.getSessionBackupPrivateKey()) !== null || (await serverBackup(client)) === null;
}
