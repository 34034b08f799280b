import type { Account } from "./credentials.js";

type Device = Pick<Account, "userId" | "deviceId">;

/** The prefix of the databases of one device's crypto store. */
export function cryptoStorePrefix({ userId, deviceId }: Device): string {
  return `melo:${userId}:${deviceId}`;
}

/** The sync store of one device, as IndexedDBStore is told. */
export function syncStoreName({ userId, deviceId }: Device): string {
  return `melo:${userId}:${deviceId}:sync`;
}

/** The database that IndexedDBStore makes of {@link syncStoreName}. */
export function syncDatabaseName(device: Device): string {
  return `matrix-js-sdk:${syncStoreName(device)}`;
}

/** The devices of a person of which this browser has a crypto store. */
export async function devicesWithStores(userId: string): Promise<string[]> {
  const [start, end] = [`melo:${userId}:`, "::matrix-sdk-crypto"];
  const names = (await indexedDB.databases()).map(({ name = "" }) => name);
  return names.filter((name) => name.startsWith(start) && name.endsWith(end)).map((name) => name.slice(start.length, -end.length));
}
