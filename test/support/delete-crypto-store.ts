import { cryptoStoreNames } from "../../src/crypto/crypto-store.js";
import { MeloError } from "../../src/internal/errors.js";
import { within } from "../../src/internal/time-limit.js";

/**
 * Deletes a crypto store for good. Its client must be stopped before. Whoever still has the store open holds the deletion up: after `timeLimit` ms this rejects `store-closed`.
 */
export async function deleteCryptoStore(prefix: string, timeLimit = 5_000): Promise<void> {
  const deleted = Promise.all(cryptoStoreNames(prefix).map(deleteDatabase));
  await within(timeLimit, deleted, () => new MeloError("store-closed", "The crypto store is in use and could not be deleted yet."));
}

function deleteDatabase(name: string): Promise<void> {
  const request = indexedDB.deleteDatabase(name);
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve();
    request.onerror = () => reject(MeloError.from(request.error));
  });
}
