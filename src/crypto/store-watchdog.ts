import type { CryptoApi } from "matrix-js-sdk/lib/crypto-api/index.js";

import { cryptoStoreError, cryptoStoreNames } from "./crypto-store.js";

export interface StoreWatchdogOptions {
  readonly crypto: Pick<CryptoApi, "isEncryptionEnabledInRoom">;
  /** As given to {@link startCrypto}; only persistent stores can be watched. */
  readonly prefix: string;
  /** Called once. The client's crypto is dead by then: stop the client, and start a new one or ask for a reload. */
  readonly onClosed: () => void;
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

/** Any valid room id; the question reaches the store and changes nothing there. */
const PROBE_ROOM = "!probe:melo.invalid";

/**
 * Notices that the browser closed the crypto store under the running client (storage cleared or evicted), after which every crypto call fails until a reload and
 * nothing tells. A connection of its own is closed at the same moment, with an event. As that event is lost while a page is frozen, the store is also
 * asked whenever the page comes back into view.
 */
export function watchCryptoStore(options: StoreWatchdogOptions): void {
  const watch = new AbortController();
  const signal = AbortSignal.any([options.signal, watch.signal]);
  const report = () => {
    if (signal.aborted) return;
    watch.abort();
    options.onClosed();
  };
  for (const name of cryptoStoreNames(options.prefix)) void holdConnection(name, report, signal);
  const probe = () => {
    if (globalThis.document?.visibilityState === "hidden") return;
    void isClosed(options.crypto).then((closed) => closed && report());
  };
  globalThis.document?.addEventListener("visibilitychange", probe, { signal });
  globalThis.addEventListener("pageshow", probe, { signal });
}

async function isClosed(crypto: StoreWatchdogOptions["crypto"]): Promise<boolean> {
  try {
    await crypto.isEncryptionEnabledInRoom(PROBE_ROOM);
    return false;
  } catch (error) {
    return cryptoStoreError(error).code === "store-closed";
  }
}

/** Opens an existing database, and lets go of it as soon as somebody wants to delete it. */
async function holdConnection(name: string, onClose: () => void, signal: AbortSignal): Promise<void> {
  const existing = await indexedDB.databases();
  if (signal.aborted || !existing.some((database) => database.name === name)) return; // opening would make an empty one
  const request = indexedDB.open(name);
  request.onsuccess = () => {
    const connection = request.result;
    connection.onclose = onClose;
    connection.onversionchange = () => connection.close();
    signal.addEventListener("abort", () => connection.close(), { once: true });
    if (signal.aborted) connection.close();
  };
}
