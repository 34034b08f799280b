import { cryptoStoreNames } from "./crypto-store.js";

type Watcher = (connection: IDBDatabase) => void;
const watchers = new Set<Watcher>();
let restore: () => void;

/**
 * Runs `open`, which opens the crypto store named by `prefix`, and closes the store again if that fails. The SDK forgets to (wrong key, another device), and until a
 * reload nobody could delete or reopen the store then. Its connections are seen by standing before `indexedDB.open` for that while; every call passes through unchanged.
 */
export async function closingOnFailure<T>(prefix: string, open: () => Promise<T>): Promise<T> {
  const names = cryptoStoreNames(prefix);
  const connections: IDBDatabase[] = [];
  const watcher: Watcher = (connection) => void (names.includes(connection.name) && connections.push(connection));
  watch(watcher);
  try {
    return await open();
  } catch (error) {
    for (const connection of connections) connection.close();
    throw error;
  } finally {
    unwatch(watcher);
  }
}

function watch(watcher: Watcher): void {
  watchers.add(watcher);
  if (watchers.size > 1) return;
  const { open } = indexedDB;
  indexedDB.open = (...args) => {
    const request = open.apply(indexedDB, args);
    request.addEventListener("success", () => watchers.forEach((each) => each(request.result)));
    return request;
  };
  restore = () => (indexedDB.open = open);
}

function unwatch(watcher: Watcher): void {
  watchers.delete(watcher);
  if (watchers.size === 0) restore();
}
