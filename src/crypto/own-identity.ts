import type { CryptoApi } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { MatrixClient } from "matrix-js-sdk/lib/matrix.js";

/** Whether this device holds all private keys of its owner's identity, so that it can vouch for others and protect the keys. */
export async function holdsIdentity(crypto: Pick<CryptoApi, "getCrossSigningStatus">): Promise<boolean> {
  const { privateKeysCachedLocally: held } = await crypto.getCrossSigningStatus();
  return held.masterKey && held.selfSigningKey && held.userSigningKey;
}

/** Whether this device is signed by its owner's identity, as far as the crypto store knows. */
export async function isSignedByOwner(
  client: Pick<MatrixClient, "getSafeUserId" | "getDeviceId">,
  crypto: Pick<CryptoApi, "getDeviceVerificationStatus">,
): Promise<boolean> {
  const status = await crypto.getDeviceVerificationStatus(client.getSafeUserId(), client.getDeviceId()!);
  return status?.signedByOwner ?? false;
}
