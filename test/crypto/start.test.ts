import { expect } from "@open-wc/testing";
import { MatrixClient } from "matrix-js-sdk/lib/client.js";
import { MemoryCryptoStore } from "matrix-js-sdk/lib/crypto/store/memory-crypto-store.js";
import { MemoryStore } from "matrix-js-sdk/lib/store/memory.js";
import type { Logger } from "matrix-js-sdk/lib/logger.js";

import type { MeloError } from "../../src/internal/errors.js";
import { cryptoStoreError, cryptoStoreNames } from "../../src/crypto/crypto-store.js";
import { DeviceGuard } from "../../src/crypto/device-guard.js";
import { startCrypto } from "../../src/crypto/start.js";
import { deleteCryptoStore } from "../support/delete-crypto-store.js";

const USER = "@alice:example.org";

describe("startCrypto, with the real crypto store", () => {
  const clients: MatrixClient[] = [];
  let prefix = "";

  beforeEach(() => (prefix = `test:${crypto.randomUUID()}`));
  afterEach(async () => {
    for (const client of clients.splice(0)) client.stopClient();
    await deleteCryptoStore(prefix);
  });

  it("tells its steps, and keeps the device's identity over a restart", async () => {
    const steps: string[] = [];
    const first = await start({ onStep: (step) => steps.push(step) });
    expect(steps).to.deep.equal(["code", "encryption"]);
    expect(await restarted()).to.equal(first);
  });

  it("sends no key before the client is started", async () => {
    const client = newClient("DEVICE");
    await startOn(client);
    expect(client.asked.filter((path) => path.includes("/keys/"))).to.be.empty;
  });

  it("names a store that another key opens: store-wrong-key", async () => {
    await start();
    stop();
    expect((await rejection(start({ storageKey: new Uint8Array(32).fill(9) }))).code).to.equal("store-wrong-key");
  });

  it("names a store of another device: store-other-device", async () => {
    await start();
    stop();
    expect((await rejection(startOn(newClient("OTHER")))).code).to.equal("store-other-device");
  });

  it("names a store whose opening note is damaged: store-lost", async () => {
    await start();
    stop();
    await damageMeta();
    expect((await rejection(start())).code).to.equal("store-lost");
  });

  it("lets the guard see that an evicted store came back with another identity", async () => {
    const memory = rememberedKey();
    await guarded(memory, true);
    stop();
    await guarded(memory, false);
    stop();
    await deleteCryptoStore(prefix);
    expect((await rejection(guarded(memory, false))).code).to.equal("store-lost");
  });

  it("starts in memory without opening a database", async () => {
    await start({ persistent: false });
    const names = (await indexedDB.databases()).map(({ name }) => name);
    expect(names).not.to.include.members([...cryptoStoreNames(prefix)]);
  });

  async function guarded(memory: ReturnType<typeof rememberedKey>, isNew: boolean): Promise<void> {
    const client = newClient("DEVICE");
    const guard = new DeviceGuard({ client, memory, isNew });
    await guard.check(await startOn(client));
  }

  async function restarted(): Promise<string> {
    stop();
    return start();
  }

  async function start(options: Partial<Parameters<typeof startCrypto>[1]> = {}): Promise<string> {
    const api = await startOn(newClient("DEVICE"), options);
    return (await api.getOwnDeviceKeys()).ed25519;
  }

  function startOn(client: MatrixClient, options: Partial<Parameters<typeof startCrypto>[1]> = {}) {
    return startCrypto(client, { prefix, persistent: true, storageKey: new Uint8Array(32).fill(7), timeLimit: 5_000, ...options });
  }

  function stop(): void {
    clients.at(-1)!.stopClient();
  }

  function newClient(deviceId: string) {
    const asked: string[] = [];
    const client = new MatrixClient({
      baseUrl: "https://example.org",
      userId: USER,
      deviceId,
      accessToken: "token",
      store: new MemoryStore(),
      cryptoStore: new MemoryCryptoStore(),
      disableVoip: true,
      logger: quiet,
      fetchFn: async (url) => (asked.push(String(url)), new Response('{"errcode":"M_NOT_FOUND"}', { status: 404 })),
    });
    clients.push(client);
    return Object.assign(client, { asked });
  }

  async function damageMeta(): Promise<void> {
    const database = await settled(indexedDB.open(cryptoStoreNames(prefix)[1]!));
    const store = database.transaction("matrix-sdk-crypto", "readwrite").objectStore("matrix-sdk-crypto");
    await settled(store.put("garbage", "store_cipher"));
    database.close();
  }
});

describe("startCrypto", () => {
  it("gives up after the time limit, and closes a store that opens later", async () => {
    const opening = Promise.withResolvers<void>();
    let stopped = 0;
    const client = { initRustCrypto: () => opening.promise, getCrypto: () => undefined, stopClient: () => void stopped++ };
    const error = await rejection(startCrypto(client, { prefix: "slow", persistent: true, timeLimit: 300 }));
    expect(error.code).to.equal("start-timeout");
    expect(stopped).to.equal(0);
    opening.resolve();
    await opening.promise;
    await Promise.resolve();
    expect(stopped).to.equal(1);
  });
});

describe("cryptoStoreError", () => {
  const known: [message: string, code: string][] = [
    ["DomException QuotaExceededError (22): no space", "store-full"],
    ["Expected the Transaction to be committed, but it was aborted.", "store-full"],
    ["DomException InvalidStateError (11): The database connection is closing.", "store-closed"],
    ["Error encrypting or decrypting a value: `aead::Error`", "store-lost"],
    ["anything else", "unknown"],
  ];
  for (const [message, code] of known)
    it(`takes "${message}" for ${code}`, () => expect(cryptoStoreError(new Error(message)).code).to.equal(code));
});

function rememberedKey() {
  let key: string | undefined;
  return { load: async () => key, save: async (ed25519: string) => void (key = ed25519) };
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function rejection(promise: Promise<unknown>): Promise<MeloError> {
  return promise.then(
    () => expect.fail("should have rejected"),
    (error: MeloError) => error,
  );
}

const quiet: Logger = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, getChild: () => quiet };
