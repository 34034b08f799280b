import { expect, waitUntil } from "@open-wc/testing";

import { cryptoStoreNames } from "../../src/crypto/crypto-store.js";
import { deleteCryptoStore } from "../support/delete-crypto-store.js";
import { watchCryptoStore } from "../../src/crypto/store-watchdog.js";

const CLOSED = new Error("DomException InvalidStateError (11): The database connection is closing.");

describe("watchCryptoStore", () => {
  const ends: AbortController[] = [];
  afterEach(() => ends.splice(0).forEach((end) => end.abort()));

  it("reports a closed store once, when the page comes back into view", async () => {
    const { store, reports } = watch();
    store.error = CLOSED;
    document.dispatchEvent(new Event("visibilitychange"));
    window.dispatchEvent(new Event("pageshow"));
    await waitUntil(() => reports.count > 0);
    document.dispatchEvent(new Event("visibilitychange"));
    expect(reports.count).to.equal(1);
    expect(store.asked).to.equal(2);
  });

  it("does not take another error for a closed store", async () => {
    const { store, reports } = watch();
    store.error = new Error("offline");
    document.dispatchEvent(new Event("visibilitychange"));
    await waitUntil(() => store.asked > 0);
    expect(reports.count).to.equal(0);
  });

  it("is silent after its end", async () => {
    const { store, reports, end } = watch();
    store.error = CLOSED;
    end.abort();
    window.dispatchEvent(new Event("pageshow"));
    expect(store.asked).to.equal(0);
    expect(reports.count).to.equal(0);
  });

  it("makes no database, and stands in nobody's way who deletes the store", async () => {
    const { prefix } = watch();
    const [name = ""] = cryptoStoreNames(prefix);
    expect((await indexedDB.databases()).some((database) => database.name === name)).to.be.false;
    await new Promise<void>((resolve) => {
      const request = indexedDB.open(name);
      request.onsuccess = () => (request.result.close(), resolve());
    });
    watch(prefix);
    await indexedDB.databases();
    await deleteCryptoStore(prefix, 3_000);
  });

  function watch(prefix = `test:${crypto.randomUUID()}`) {
    const end = new AbortController();
    ends.push(end);
    const store = { error: undefined as Error | undefined, asked: 0 };
    const reports = { count: 0 };
    const ask = async () => {
      store.asked++;
      if (store.error) throw store.error;
      return false;
    };
    watchCryptoStore({ crypto: { isEncryptionEnabledInRoom: ask }, prefix, onClosed: () => reports.count++, signal: end.signal });
    return { prefix, store, reports, end };
  }
});
