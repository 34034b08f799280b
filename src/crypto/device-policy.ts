import { AllDevicesIsolationMode, OnlySignedDevicesIsolationMode, type CryptoApi } from "matrix-js-sdk/lib/crypto-api/index.js";

/**
 * Decides which devices get the keys of what this one sends, and whose messages are shown. `signed-devices`: only those that their owner has signed (MSC4153).
 * Holds for what is encrypted and decrypted from now on.
 */
export function applyDevicePolicy(crypto: Pick<CryptoApi, "setDeviceIsolationMode">, policy: "signed-devices" | "all-devices"): void {
  crypto.setDeviceIsolationMode(policy === "signed-devices" ? new OnlySignedDevicesIsolationMode() : new AllDevicesIsolationMode(false));
}
