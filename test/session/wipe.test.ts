import { expect } from "@open-wc/testing";

import { cryptoStoreNames } from "../../src/crypto/crypto-store.js";
import { deviceVault } from "../../src/matrix/credentials.js";
import { cryptoStorePrefix, syncDatabaseName } from "../../src/matrix/store-names.js";
import { SealedVault } from "../../src/matrix/vault.js";
import { deviceLock } from "../../src/session/device-memory.js";
import { finishWipes, settleWipe, wipeDevice } from "../../src/session/wipe.js";

describe("wiping a device", () => {
  it("deletes its databases and its part of the vault, and nothing of another device", async () => {
    const { vault, device, stores } = await kept();
    const other = { ...device, deviceId: `${device.deviceId}2` };
    await deviceVault(vault, other).save("store-key", [2]);
    await wipeDevice(vault, device);
    expect(await existing(stores)).to.deep.equal([]);
    expect(await vault.names("device/")).to.have.length(1);
    expect(await vault.names("wipe/")).to.deep.equal([]);
  });

  it("takes the keys at once of what it cannot delete, and deletes the rest later", async () => {
    const { vault, device, stores } = await kept();
    const held = await open(stores[0]!);
    await wipeDevice(vault, device);
    expect(await deviceVault(vault, device).load("store-key")).to.equal(undefined);
    expect(await vault.names("wipe/")).to.have.length(1);
    held.close();
    await finishWipes(vault);
    expect(await existing(stores)).to.deep.equal([]);
    expect(await vault.names("wipe/")).to.deep.equal([]);
  });

  it("leaves a device alone that is in use again, and is settled before it is", async () => {
    const { vault, device, stores } = await kept();
    await vault.save(`wipe/${device.userId}/${device.deviceId}`, device);
    await navigator.locks.request(deviceLock(device), async () => {
      await finishWipes(vault);
      expect(await existing(stores)).to.deep.equal(stores);
      await settleWipe(vault, device);
      expect(await existing(stores)).to.deep.equal([]);
    });
    await deviceVault(vault, device).save("store-key", [3]);
    await settleWipe(vault, device);
    expect(await deviceVault(vault, device).load("store-key"), "settled once").to.deep.equal([3]);
  });
});

/** A device as it is kept: its three databases, and the key in the vault. */
async function kept() {
  const vault = await SealedVault.open(`vault-${crypto.randomUUID()}`);
  const device = { userId: "@alice:example.org", deviceId: crypto.randomUUID() };
  const stores = [...cryptoStoreNames(cryptoStorePrefix(device)), syncDatabaseName(device)].sort();
  for (const name of stores) (await open(name)).close();
  await deviceVault(vault, device).save("store-key", [1]);
  return { vault, device, stores };
}

async function existing(names: readonly string[]): Promise<string[]> {
  const all = (await indexedDB.databases()).map(({ name }) => name);
  return names.filter((name) => all.includes(name));
}

function open(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
