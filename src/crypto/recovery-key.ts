import { decodeRecoveryKey } from "matrix-js-sdk/lib/crypto-api/recovery-key.js";
import { deriveRecoveryKeyFromPassphrase } from "matrix-js-sdk/lib/crypto-api/key-passphrase.js";
import type { SecretStorageKeyDescription, ServerSideSecretStorage } from "matrix-js-sdk/lib/secret-storage.js";

/** A key of the secret storage, by its id. */
export interface StorageKey {
  readonly id: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * The first of the stored keys that `input` is: the recovery key, spaces and line breaks as they come, or the passphrase. `undefined` if it is none of them. Asks nobody.
 * Client-server specification, "Key representation" and "Deriving keys from passphrases".
 */
export async function matchingKey(
  storage: Pick<ServerSideSecretStorage, "checkKey">,
  stored: ReadonlyMap<string, SecretStorageKeyDescription>,
  input: string,
): Promise<StorageKey | undefined> {
  const decoded = decode(input);
  for (const [id, info] of stored) {
    for (const bytes of [decoded, await derive(info, input)]) {
      if (bytes && info.mac && (await storage.checkKey(bytes, info))) return { id, bytes };
    }
  }
  return undefined;
}

function decode(input: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return decodeRecoveryKey(input.replaceAll(/\s/g, ""));
  } catch {
    return undefined; // not the text of a key; perhaps a passphrase
  }
}

/** A server could ask for so many rounds that the page never ends them. */
const MOST_ROUNDS = 10_000_000;

async function derive({ passphrase }: SecretStorageKeyDescription, input: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (passphrase?.algorithm !== "m.pbkdf2" || !(passphrase.iterations <= MOST_ROUNDS) || !input) return undefined;
  return deriveRecoveryKeyFromPassphrase(input, passphrase.salt, passphrase.iterations, passphrase.bits);
}
