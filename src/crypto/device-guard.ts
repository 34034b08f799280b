import type { CryptoApi } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { MatrixClient } from "matrix-js-sdk/lib/matrix.js";

import { MeloError } from "../internal/errors.js";

/** Keeps the public ed25519 identity key of one device, anywhere but in its crypto store. */
export interface DeviceMemory {
  load(): Promise<string | undefined>;
  save(ed25519: string): Promise<void>;
}

/** How a device starts: `again`; `first`, its keys have yet to be uploaded; `first-of-identity`, and the account has an identity that others have to vouch for it with. */
export type DeviceStart = "again" | "first" | "first-of-identity";

/** What is known of the device apart from its crypto store; `expected` is its key. Client-server specification, `POST /keys/query`. */
interface Found {
  readonly start: DeviceStart;
  readonly expected?: string;
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
  readonly #found: Promise<Found>;

  constructor(options: DeviceGuardOptions) {
    this.#memory = options.memory;
    this.#found = find(options);
    this.#found.catch(() => {}); // told by check()
  }

  /**
   * Resolves with how the device starts.
   *
   * Rejects `store-lost` if the crypto store does not hold the identity that this device id began with: the device cannot go on and must be logged out.
   * Rejects `homeserver-unreachable` if nothing is remembered and the server, which would know, cannot be asked now.
   */
  async check(crypto: Pick<CryptoApi, "getOwnDeviceKeys">): Promise<DeviceStart> {
    const { ed25519 } = await crypto.getOwnDeviceKeys();
    const { start, expected } = await this.#found;
    if (expected !== undefined && expected !== ed25519) {
      throw new MeloError("store-lost", "The crypto store no longer holds this device's keys; the browser evicted or replaced it.");
    }
    await this.#memory.save(ed25519);
    return start;
  }
}

/** Without a saved sync the server does not tell which devices changed meanwhile, and an older crypto store would go on with outdated lists. */
export async function refreshDevices(crypto: CryptoApi): Promise<void> {
  await (crypto as unknown as { markAllTrackedUsersAsDirty(): Promise<void> }).markAllTrackedUsersAsDirty();
}

async function find({ client, memory, isNew }: DeviceGuardOptions): Promise<Found> {
  const remembered = await memory.load();
  if (remembered !== undefined) return { start: "again", expected: remembered };
  if (isNew) return { start: "first" };
  const userId = client.getSafeUserId();
  const deviceId = client.getDeviceId()!;
  const published = await client.downloadKeysForUsers([userId]).catch((cause: unknown) => {
    throw new MeloError("homeserver-unreachable", "The server could not be asked for this device's published key.", { cause });
  });
  return {
    start: published.master_keys?.[userId] ? "first-of-identity" : "first",
    expected: published.device_keys[userId]?.[deviceId]?.keys[`ed25519:${deviceId}`],
  };
}
