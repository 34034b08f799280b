import { expect } from "@open-wc/testing";
import { CryptoEvent } from "matrix-js-sdk/lib/crypto-api/index.js";
import { encodeRecoveryKey } from "matrix-js-sdk/lib/crypto-api/recovery-key.js";

import { beginBackup } from "../../src/crypto/server-backup.js";
import { account, codeOf, reaches, type Account } from "../support/recovery-account.js";

describe("AccountRecovery", () => {
  it("sets up: everything is stored under a key that is given back once and kept nowhere", async () => {
    const { server, recovery, client } = account();
    const key = await recovery.setUp();
    expect(recovery.state.status).to.equal("ready");
    expect(recovery.state.backup).to.include({ status: "on", version: "1" });
    expect(client.cryptoCallbacks).to.deep.equal({});
    expect(JSON.stringify([...server.data])).not.to.contain("private");
    expect(JSON.stringify(recovery.state)).not.to.contain(key.slice(0, 4));
    expect(await codeOf(recovery.setUp())).to.equal("recovery-exists");
  });

  it("makes no key on a device that does not hold the identity, and no second one", async () => {
    const { server, recovery } = account({ holds: false });
    expect(await codeOf(recovery.setUp())).to.equal("device-unverified");
    expect(await codeOf(recovery.change())).to.equal("recovery-none");
    expect(server.writes).to.deep.equal([]);
  });

  it("waits while somebody else begins a backup, and does not begin a second one", async () => {
    const { server, recovery, turns } = account();
    const begun = Promise.withResolvers<void>();
    void turns.take(() => begun.promise);
    const key = recovery.setUp();
    await new Promise((resolve) => setTimeout(resolve, 20)); // whatever does not wait has happened by then
    expect(server.writes).to.deep.equal([]);
    begun.resolve();
    await key;
    expect(server.writes).to.not.be.empty;
  });

  it("refuses a wrong key before anything is written", async () => {
    const first = account();
    await first.recovery.setUp();
    const { server, device, recovery } = account({ holds: false, server: first.server });
    server.writes.length = 0;
    for (const wrong of ["", "wrong", encodeRecoveryKey(new Uint8Array(32).fill(7))!])
      expect(await codeOf(recovery.enter(wrong))).to.equal("recovery-key-wrong");
    expect(server.writes).to.deep.equal([]);
    expect(device.imports).to.equal(0);
    expect(recovery.state.status).to.equal("locked");
  });

  it("opens with the key, however its spaces came", async () => {
    const first = account();
    const key = await first.recovery.setUp();
    const { device, recovery, client } = account({ holds: false, server: first.server });
    await recovery.enter(`\n ${key.replaceAll(" ", "\t")} `);
    expect(device).to.include({ holds: true, signed: true, imports: 1, entered: 1 });
    expect(recovery.state.status).to.equal("ready");
    expect(client.cryptoCallbacks).to.deep.equal({});
  });

  it("never makes a new identity out of a storage that lacks the old one", async () => {
    const first = account();
    const key = await first.recovery.setUp();
    first.server.data.delete("m.cross_signing.user_signing");
    const { device, recovery } = account({ holds: false, server: first.server });
    expect(await codeOf(recovery.enter(key))).to.equal("recovery-incomplete");
    expect(device.imports).to.equal(0);
  });

  it("is out of sync when a secret is not under the key, and a new key mends it", async () => {
    const { server, recovery, client } = account();
    await recovery.setUp();
    server.data.delete("m.cross_signing.master");
    client.emit(CryptoEvent.KeysChanged, {});
    await reaches(recovery, ({ status }) => status === "out-of-sync");
    await recovery.change();
    expect(recovery.state.status).to.equal("ready");
  });

  it("takes the former key after a change that was cut off before the secrets followed", async () => {
    const first = account();
    const key = await first.recovery.setUp();
    const former = first.server.data.get("m.cross_signing.master");
    const secrets = [...first.server.data].filter(([name]) => name.startsWith("m.cross_signing") || name.startsWith("m.megolm"));
    await first.recovery.change();
    for (const [name, content] of secrets) first.server.data.set(name, content);
    expect(former).to.not.equal(undefined);
    const { device, recovery } = account({ holds: false, server: first.server });
    await recovery.enter(key);
    expect(device.signed).to.equal(true);
    expect(recovery.state.status).to.equal("out-of-sync");
  });

  it("shows what the restore tells", async () => {
    const { restore, recovery } = account();
    restore.merge({ restoring: { done: 2, total: 5 } });
    expect(recovery.state.backup.restoring).to.deep.equal({ done: 2, total: 5 });
    restore.merge({ restoring: undefined, restoreStopped: true });
    expect(recovery.state.backup).to.include({ restoring: undefined, restoreStopped: true });
  });

  it("remembers the restore before this device can open the backup, and begins it then", async () => {
    const first = account();
    const key = await first.recovery.setUp();
    const { device, recovery } = account({ holds: false, server: first.server });
    await recovery.enter(key);
    expect(device.restore).to.deep.equal(["intended 1 without its key", "run"]);
  });

  it("looks again when a restore finds that another device has deleted the backup", async () => {
    const { server, restore, recovery } = account();
    await recovery.setUp();
    server.backup = null;
    restore.merge({ restoreError: { code: "backup-gone", message: "" } });
    await reaches(recovery, ({ backup }) => backup.status === "off");
  });

  it("has failed when the server cannot be asked, until it can", async () => {
    const { server, recovery, client } = account({ offline: true });
    await reaches(recovery, ({ status }) => status === "failed");
    server.offline = false;
    client.emit("sync" as CryptoEvent.KeysChanged, {});
    await reaches(recovery, ({ status }) => status === "none");
    recovery[Symbol.dispose]();
    expect(client.eventNames()).to.deep.equal([]);
  });
});

describe("AccountRecovery, a key that its owner has to confirm", () => {
  it("is unconfirmed until they have said that they have it, whatever ends the page before", async () => {
    const { recovery, device } = account();
    await recovery.setUp(undefined, { unconfirmed: true });
    expect(recovery.state).to.include({ status: "ready", unconfirmed: true });
    expect(device.unconfirmed).to.be.a("string");
    await recovery.confirm();
    expect(recovery.state).to.include({ status: "ready", unconfirmed: undefined });
    const key = await recovery.change(undefined, { unconfirmed: true });
    expect(recovery.state.unconfirmed).to.equal(true);
    await recovery.enter(key);
    expect(recovery.state.unconfirmed, "who enters it has it").to.equal(undefined);
  });

  it("is none of one that another device has made since, or that a host page keeps", async () => {
    const { recovery, client, device } = account();
    await recovery.setUp(undefined, { unconfirmed: true });
    device.unconfirmed = "the id of another key";
    client.emit(CryptoEvent.KeysChanged, {});
    await reaches(recovery, ({ unconfirmed }) => unconfirmed === undefined);
    await recovery.change("the host's secret");
    expect(recovery.state.unconfirmed).to.equal(undefined);
    expect(device.unconfirmed).to.equal(undefined);
  });
});

describe("AccountRecovery, without a key again", () => {
  it("records that none is wanted, drops what it protects, and then the key itself; the identity and the backup stay on the device", async () => {
    const { server, client, recovery } = account();
    const key = await recovery.setUp();
    const backup = server.backup;
    const [keyId] = Object.values(server.data.get("m.secret_storage.default_key")!) as string[];
    server.writes.length = 0;
    await recovery.forget();
    expect(server.writes).to.deep.equal([
      "io.element.recovery",
      "m.cross_signing.master",
      "m.cross_signing.self_signing",
      "m.cross_signing.user_signing",
      "m.megolm_backup.v1",
      "m.secret_storage.default_key",
      `m.secret_storage.key.${keyId}`,
    ]);
    for (const type of server.writes.slice(1)) expect(server.data.get(type), type).to.deep.equal({});
    expect(server.data.get("io.element.recovery")).to.deep.equal({ enabled: false });
    expect(recovery.state).to.include({ status: "none", declined: true, canSetUp: true });
    expect(recovery.state.backup.status).to.equal("on");
    expect(server.backup).to.equal(backup);
    expect(client.cryptoCallbacks).to.deep.equal({});

    const second = account({ holds: false, server });
    expect(await codeOf(second.recovery.enter(key))).to.equal("recovery-none");
    expect(await codeOf(recovery.forget())).to.equal("recovery-none");
    await recovery.setUp();
    expect(recovery.state).to.include({ status: "ready", declined: undefined });
    expect(server.data.get("io.element.recovery")).to.deep.equal({ enabled: true });
  });

  it("is not taken away by a device that does not hold the identity", async () => {
    const first = account();
    await first.recovery.setUp();
    const before = new Map(first.server.data);
    const second = account({ holds: false, server: first.server });
    expect(await codeOf(second.recovery.forget())).to.equal("device-unverified");
    expect(first.server.data).to.deep.equal(before);
  });
});

describe("AccountRecovery, the switch of the backup", () => {
  it("turns it off: recorded before anything is deleted, and no device begins another by itself", async () => {
    const { server, client, crypto, device, recovery } = account();
    await recovery.setUp();
    server.writes.length = 0;
    await recovery.turnBackupOff();
    expect(server.writes).to.deep.equal(["m.key_backup", "m.org.matrix.custom.backup_disabled", "deleted 1", "m.megolm_backup.v1"]);
    expect(server.data.get("m.key_backup")).to.deep.equal({ enabled: false });
    expect(server.data.get("m.org.matrix.custom.backup_disabled")).to.deep.equal({ disabled: true });
    expect(device.restore).to.deep.equal(["forgotten"]);
    expect(recovery.state.status).to.equal("ready");
    expect(recovery.state.backup).to.include({ status: "off", turnedOff: true, takenAway: undefined });
    await beginBackup(client, crypto);
    expect(server.backup).to.equal(null);
  });

  it("turns it on again, and says that the recovery key does not open the new one", async () => {
    const { server, recovery } = account();
    await recovery.setUp();
    await recovery.turnBackupOff();
    await recovery.turnBackupOn();
    expect(server.data.get("m.key_backup")).to.deep.equal({ enabled: true });
    expect(server.data.get("m.org.matrix.custom.backup_disabled")).to.deep.equal({ disabled: false });
    expect(recovery.state.backup).to.include({ status: "on", turnedOff: undefined });
    expect(recovery.state.status).to.equal("out-of-sync");
    await recovery.change();
    expect(recovery.state.status).to.equal("ready");
  });

  it("does not take a stale secret for one that opens the new backup", async () => {
    const { server, client, recovery } = account();
    await recovery.setUp();
    server.backup = null;
    client.emit(CryptoEvent.KeysChanged, {});
    await reaches(recovery, ({ backup }) => backup.takenAway === "deleted");
    await recovery.turnBackupOn();
    expect(recovery.state.status).to.equal("out-of-sync");
    expect(recovery.state.backup.takenAway).to.equal(undefined);
  });

  it("replaces a backup that it cannot open only when told so", async () => {
    const { server, client, recovery } = account();
    server.backup = { version: "1", key: "another's" };
    client.emit(CryptoEvent.KeysChanged, {});
    await reaches(recovery, ({ backup }) => backup.status === "locked");
    const before = server.backup;
    for (const attempt of [() => recovery.setUp(), () => recovery.turnBackupOn()])
      expect(await codeOf(attempt())).to.equal("backup-locked");
    expect(server.backup).to.equal(before);
    expect(server.writes).to.deep.equal([]);
    await recovery.setUp(undefined, { replaceBackup: true });
    expect(recovery.state.status).to.equal("ready");
    expect(server.backup.version).to.equal("2");
  });

  it("says that the backup it used was replaced", async () => {
    const { server, client, recovery } = account();
    await recovery.setUp();
    server.backup = { version: "2", key: "another's" };
    client.emit(CryptoEvent.KeysChanged, {});
    await reaches(recovery, ({ backup }) => backup.status === "locked");
    expect(recovery.state.backup.takenAway).to.equal("replaced");
  });

  it("is not switched by a device that does not hold the identity", async () => {
    const { server, recovery } = account({ holds: false });
    expect(await codeOf(recovery.turnBackupOn())).to.equal("device-unverified");
    expect(server.writes).to.deep.equal([]);
  });
});

describe("beginBackup", () => {
  it("begins the backup of an account without one", async () => {
    const { server, client, crypto } = account();
    await beginBackup(client, crypto);
    expect(server.backup?.version).to.equal("1");
  });

  const refusals: Record<string, (account: Account) => void> = {
    "there is one": ({ server }: Account) => void (server.backup = { version: "9", key: "another's" }),
    "there is a recovery key": ({ server }: Account) => void server.data.set("m.secret_storage.default_key", { key: "id" }),
    "its owner wants none": ({ server }: Account) => void server.data.set("m.key_backup", { enabled: false }),
    "its owner wants none (Element)": ({ server }: Account) =>
      void server.data.set("m.org.matrix.custom.backup_disabled", { disabled: true }),
    "this device does not hold the identity": ({ device }: Account) => void (device.holds = false),
  };
  for (const [why, prepare] of Object.entries(refusals)) {
    it(`leaves it when ${why}`, async () => {
      const made = account();
      prepare(made);
      const before = made.server.backup;
      await beginBackup(made.client, made.crypto);
      expect(made.server.backup).to.equal(before);
    });
  }

  it("replaces nothing when the server cannot be asked", async () => {
    const made = account();
    made.server.offline = true;
    expect(await beginBackup(made.client, made.crypto).catch(({ name }: Error) => name)).to.equal("ConnectionError");
    expect(made.server.writes).to.deep.equal([]);
  });
});
