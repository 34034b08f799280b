import type { CryptoApi } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { MatrixClient } from "matrix-js-sdk/lib/matrix.js";

import { MeloError } from "../internal/errors.js";

/** Keeps the public ed25519 identity key of one device, anywhere but in its crypto store. */
export interface DeviceMemory {
  load(): Promise<string | undefined>;
  save(ed25519: string): Promise<void>;
}

export interface DeviceGuardOptions {
  readonly client: Pick<MatrixClient, "downloadKeysForUsers" | "getSafeUserId" | "getDeviceId">;
  readonly memory: DeviceMemory;
  /** The server made this device just now, at sign-in: it has no published key that could differ, and need not be asked. */
  readonly isNew: boolean;
}

/**
 * Sees that a device keeps its one identity. A browser that evicts or replaces the crypto store makes the SDK start over silently with new keys under the same
 * device id; once those are uploaded, other people see an impostor, or the server refuses them for ever. So the key that the device began with is remembered apart
 * and compared before anything is uploaded.
 *
 * Make it before {@link startCrypto} (it looks things up meanwhile), and `await check(crypto)` after that and before `startClient`.
 */
export class DeviceGuard {
  readonly #memory: DeviceMemory;
  readonly #expected: Promise<string | undefined>;

  constructor({ client, memory, isNew }: DeviceGuardOptions) {
    this.#memory = memory;
    this.#expected = memory.load().then((remembered) => remembered ?? (isNew ? undefined : publishedKey(client)));
    this.#expected.catch(() => {}); // told by check()
  }

  /**
   * Rejects `store-lost` if the crypto store does not hold the identity that this device id began with: the device cannot go on and must be logged out.
   * Rejects `homeserver-unreachable` if nothing is remembered and the server, which would know, cannot be asked now.
   */
  async check(crypto: Pick<CryptoApi, "getOwnDeviceKeys">): Promise<void> {
    const { ed25519 } = await crypto.getOwnDeviceKeys();
    const expected = await this.#expected;
    if (expected !== undefined && expected !== ed25519) {
      throw new MeloError("store-lost", "The crypto store no longer holds this device's keys; the browser evicted or replaced it.");
    }
    await this.#memory.save(ed25519);
  }
}

/** The identity key that the server holds for this device. Client-server specification, `POST /keys/query`. */
async function publishedKey(client: DeviceGuardOptions["client"]): Promise<string | undefined> {
  const userId = client.getSafeUserId();
  const deviceId = client.getDeviceId();
  const answer = await client.downloadKeysForUsers([userId]).catch((cause: unknown) => {
    throw new MeloError("homeserver-unreachable", "The server could not be asked for this device's published key.", { cause });
  });
  return answer.device_keys[userId]?.[deviceId!]?.keys[`ed25519:${deviceId}`];
}
