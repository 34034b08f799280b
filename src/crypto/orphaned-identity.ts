import type { MatrixClient } from "matrix-js-sdk/lib/matrix.js";

type IdentityClient = Pick<MatrixClient, "downloadKeysForUsers" | "getAccountDataFromServer" | "getSafeUserId">;

/**
 * Whether nobody can use the account's published identity any more: its keys are in no secret storage, and no device is signed by it, so no recovery key and no
 * device could ever vouch for a new one. A new identity then takes nothing from anyone. Rejects if the server cannot be asked.
 */
export async function isOrphaned(client: IdentityClient): Promise<boolean> {
  const storage = await client.getAccountDataFromServer("m.secret_storage.default_key");
  if (storage && "key" in storage) return false;
  const userId = client.getSafeUserId();
  const answer = await client.downloadKeysForUsers([userId]);
  const signers = Object.keys(answer.self_signing_keys?.[userId]?.keys ?? {});
  const devices = Object.values(answer.device_keys[userId] ?? {});
  return !devices.some((device) => signers.some((keyId) => device.signatures?.[userId]?.[keyId] !== undefined));
}
