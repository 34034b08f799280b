import { startCrypto } from "../../../src/crypto/start.js";
import { MeloError } from "../../../src/internal/errors.js";
import { createClient } from "../../../src/matrix/client.js";
import type { Account } from "../../../src/matrix/credentials.js";

declare global {
  interface Window {
    /**
     * Opens the crypto store of that name as the device of `account`, and closes it again. `key` fills all bytes of the store's key. Resolves with the device's identity key, or with the
     * code of the error.
     */
    openCryptoStore(account: Account, prefix: string, key: number): Promise<{ ed25519: string } | { error: string }>;
  }
}

window.openCryptoStore = async (account, prefix, key) => {
  const { client, store } = createClient({ account, persistent: true, fetch: globalThis.fetch.bind(globalThis) });
  try {
    const crypto = await startCrypto(client, { prefix, storageKey: new Uint8Array(32).fill(key), persistent: true, timeLimit: 30_000 });
    return { ed25519: (await crypto.getOwnDeviceKeys()).ed25519 };
  } catch (error) {
    return { error: MeloError.from(error).code };
  } finally {
    client.stopClient();
    await store.destroy();
  }
};
