import { expect } from "@open-wc/testing";

import { MeloError } from "../../src/internal/errors.js";
import { deleteDatabases, openVault } from "../../src/matrix/storage.js";

describe("openVault", () => {
  const restores: (() => void)[] = [];
  afterEach(() => restores.splice(0).forEach((restore) => restore()));

  it("keeps for good where the browser does", async () => {
    expect((await openVault()).kind).to.equal("persistent");
  });

  it("keeps for the visit where a frame may not even mention storage", async () => {
    refuse(globalThis, "indexedDB");
    expect((await openVault()).kind).to.equal("memory");
  });

  it("keeps for the visit where localStorage or locks are refused", async () => {
    refuse(globalThis, "localStorage");
    expect((await openVault()).kind).to.equal("memory");
    restores.pop()!();
    replace(Navigator.prototype, "locks", undefined);
    expect((await openVault()).kind).to.equal("memory");
  });

  it("keeps for the visit where databases cannot be opened, or never answer", async () => {
    replace(IDBFactory.prototype, "open", () => {
      throw new DOMException("The operation is insecure.", "SecurityError");
    });
    expect((await openVault()).kind).to.equal("memory");
    restores.pop()!();
    replace(IDBFactory.prototype, "open", () => new EventTarget());
    expect((await openVault()).kind).to.equal("memory");
  }).timeout(10_000);

  it("says what is missing on a page without cryptography", async () => {
    replace(Crypto.prototype, "subtle", undefined);
    const error = await openVault().catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(MeloError).with.property("code", "unsupported");
  });

  function replace(target: object, name: string, value: unknown): void {
    define(target, name, { value, configurable: true, writable: true });
  }

  function refuse(target: object, name: string): void {
    const get = () => {
      throw new DOMException("The document is sandboxed.", "SecurityError");
    };
    define(target, name, { get, configurable: true });
  }

  function define(target: object, name: string, descriptor: PropertyDescriptor): void {
    const before = Object.getOwnPropertyDescriptor(target, name);
    Object.defineProperty(target, name, descriptor);
    restores.push(() => (before ? Object.defineProperty(target, name, before) : Reflect.deleteProperty(target, name)));
  }
});

describe("deleteDatabases", () => {
  it("deletes, and names what is open elsewhere without waiting for it for long", async () => {
    const [free, held] = [`free-${crypto.randomUUID()}`, `held-${crypto.randomUUID()}`];
    (await opened(free)).close();
    const connection = await opened(held);
    expect(await deleteDatabases([free, held])).to.deep.equal([held]);
    connection.close();
    expect(await deleteDatabases([held, `never-${crypto.randomUUID()}`])).to.deep.equal([]);
    const left = (await indexedDB.databases()).map(({ name }) => name);
    expect(left).to.not.include(free).and.to.not.include(held);
  });
});

function opened(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
