import { MatrixClient } from "matrix-js-sdk/lib/client.js";
import { logger as sdkLogger, type Logger } from "matrix-js-sdk/lib/logger.js";
import { IndexedDBStore } from "matrix-js-sdk/lib/store/indexeddb.js";
import { MemoryStore } from "matrix-js-sdk/lib/store/memory.js";

import type { Account } from "./credentials.js";
import { syncStoreName } from "./store-names.js";

/** A client that has not been started, and what it keeps of the rooms. */
export interface NewClient {
  readonly client: MatrixClient;
  readonly store: MemoryStore | IndexedDBStore;
}

export interface ClientOptions {
  readonly account: Account;
  /** Whether this browser keeps databases. */
  readonly persistent: boolean;
  readonly fetch: typeof globalThis.fetch;
}

/**
 * Makes a client without its usual helpers: no scheduler (the outbox owns retries), no calls of the old kind, no use of localStorage, no logs. The crypto store is not opened yet, and
 * nothing is sent.
 */
export function createClient({ account, persistent, fetch }: ClientOptions): NewClient {
  silenceSdk();
  const store = persistent ? new IndexedDBStore({ indexedDB, dbName: syncStoreName(account) }) : new MemoryStore();
  const client = new MatrixClient({
    baseUrl: account.homeserver,
    userId: account.userId,
    deviceId: account.deviceId,
    accessToken: account.accessToken,
    store,
    cryptoCallbacks: {}, // one object for all who ask; who has a key for a moment puts it there
    disableVoip: true,
    fetchFn: fetch,
    logger: SILENT,
  });
  client.matrixRTC.start = ignore; // calls have a session of their own, which reads memberships with more distrust
  return { client, store };
}

/** Opens what is kept of the rooms. Resolves with whether the next sync continues an earlier one. */
export async function openStore(store: NewClient["store"]): Promise<boolean> {
  await store.startup();
  return Boolean(await store.getSavedSyncToken());
}

const SILENT: Logger = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore, getChild: () => SILENT };

function ignore(): void {}

/** Stores and rooms log to the SDK's own logger and to children that it makes later, whichever logger the client was given. */
function silenceSdk(): void {
  const root = sdkLogger as unknown as { methodFactory: () => () => void; rebuild(): void };
  root.methodFactory = () => ignore;
  root.rebuild();
}
