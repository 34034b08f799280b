import { expect } from "@open-wc/testing";
import { createStore, del, entries, get, set } from "idb-keyval";

import { MemoryVault, partOf, clearPart, SealedVault } from "../../src/matrix/vault.js";

const SECRET = "correct horse battery staple";

describe("SealedVault", () => {
  let name: string;
  beforeEach(() => (name = `vault-${crypto.randomUUID()}`));

  it("gives back what it keeps, also after it was opened again", async () => {
    await (await SealedVault.open(name)).save("a", { text: SECRET, list: [1, 2] });
    expect(await (await SealedVault.open(name)).load("a")).to.deep.equal({ text: SECRET, list: [1, 2] });
  });

  it("keeps nothing that can be read, under a key that cannot be taken out", async () => {
    const vault = await SealedVault.open(name);
    await vault.save("a", SECRET);
    const kept = await entries<IDBValidKey, { key?: CryptoKey; data?: ArrayBuffer }>(createStore(name, "vault"));
    expect(kept).to.have.length(2);
    for (const [, value] of kept) {
      if (value.key) expect(value.key.extractable).to.equal(false);
      else expect(new TextDecoder().decode(value.data)).to.not.include(SECRET);
    }
  });

  it("does not open a value under another name", async () => {
    const vault = await SealedVault.open(name);
    await vault.save("a", SECRET);
    const store = createStore(name, "vault");
    await set("b", await get("a", store), store);
    expect(await vault.load("a")).to.equal(SECRET);
    expect(await vault.load("b")).to.equal(undefined);
  });

  it("seals equal values differently", async () => {
    const vault = await SealedVault.open(name);
    await vault.save("a", SECRET);
    await vault.save("b", SECRET);
    const store = createStore(name, "vault");
    const [first, second] = await Promise.all(["a", "b"].map((key) => get<{ data: ArrayBuffer }>(key, store)));
    expect(new Uint8Array(first!.data).join()).to.not.equal(new Uint8Array(second!.data).join());
  });

  it("has one key however many tabs open it at once", async () => {
    const vaults = await Promise.all(Array.from({ length: 8 }, () => SealedVault.open(name)));
    await Promise.all(vaults.map((vault, index) => vault.save(`${index}`, index)));
    for (const vault of vaults) expect(await vault.load("5")).to.equal(5);
  });

  it("puts a lost key back with the next value, so that it can be read after a reload", async () => {
    const vault = await SealedVault.open(name);
    await vault.save("a", 1);
    await del(["key"], createStore(name, "vault"));
    await vault.save("b", 2);
    const again = await SealedVault.open(name);
    expect([await again.load("a"), await again.load("b")]).to.deep.equal([1, 2]);
  });

  it("takes over the key that another tab has made since", async () => {
    const vault = await SealedVault.open(name);
    await vault.save("old", 1);
    await del(["key"], createStore(name, "vault"));
    const other = await SealedVault.open(name);
    await vault.save("new", 2);
    expect(await other.load("new")).to.equal(2);
    expect(await vault.load("old")).to.equal(undefined);
  });

  it("has nothing where there is garbage", async () => {
    const vault = await SealedVault.open(name);
    await set("a", new Uint8Array(64), createStore(name, "vault"));
    expect(await vault.load("a")).to.equal(undefined);
    expect(await vault.load("never")).to.equal(undefined);
  });
});

for (const [title, open] of [
  ["SealedVault", () => SealedVault.open(`vault-${crypto.randomUUID()}`)],
  ["MemoryVault", async () => new MemoryVault()],
] as const) {
  describe(`${title} and its parts`, () => {
    it("names what begins with a prefix, in order", async () => {
      const vault = await open();
      for (const key of ["b/2", "a/1", "b/1"]) await vault.save(key, key);
      expect(await vault.names("b/")).to.deep.equal(["b/1", "b/2"]);
      await vault.remove("b/1");
      expect(await vault.names("")).to.deep.equal(["a/1", "b/2"]);
    });

    it("are told apart, and cleared apart", async () => {
      const vault = await open();
      const [mine, theirs] = [partOf(vault, "mine/"), partOf(vault, "theirs/")];
      await mine.save("a", 1);
      await theirs.save("a", 2);
      expect(await mine.names("")).to.deep.equal(["a"]);
      await clearPart(vault, "mine/");
      expect([await mine.load("a"), await theirs.load("a")]).to.deep.equal([undefined, 2]);
    });
  });
}
