import { expect } from "@open-wc/testing";
import { CryptoEvent, type CreateSecretStorageOpts, type CryptoEventHandlerMap } from "matrix-js-sdk/lib/crypto-api/index.js";
import { encodeRecoveryKey } from "matrix-js-sdk/lib/crypto-api/recovery-key.js";
import { ConnectionError } from "matrix-js-sdk/lib/http-api/errors.js";
import { TypedEventEmitter } from "matrix-js-sdk/lib/models/typed-event-emitter.js";
import { ServerSideSecretStorageImpl, type AccountDataClient } from "matrix-js-sdk/lib/secret-storage.js";

import type { RestoreState } from "../../src/crypto/backup-restore.js";
import { AccountRecovery, type RecoveryClient, type RecoveryCrypto, type RecoveryOptions } from "../../src/crypto/recovery.js";
import { beginBackup } from "../../src/crypto/server-backup.js";
import type { MeloError } from "../../src/internal/errors.js";
import { Source } from "../../src/internal/readable.js";
import { Turns } from "../../src/internal/turns.js";
import { serverError } from "../../src/matrix/server-error.js";

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

type Account = ReturnType<typeof account>;

interface FakeServer {
  readonly data: Map<string, object>;
  readonly writes: string[];
  backup: { version: string; key: string } | null;
  offline: boolean;
}

/** A device over a real secret storage, with a server of a few lines. */
function account(options: { holds?: boolean; server?: FakeServer; offline?: boolean } = {}) {
  const server: FakeServer = options.server ?? { data: new Map(), writes: [], backup: null, offline: options.offline ?? false };
  const holds = options.holds ?? true;
  const device = {
    holds,
    signed: holds,
    imports: 0,
    entered: 0,
    backupKey: undefined as string | undefined,
    backupVersion: undefined as string | undefined,
    restore: [] as string[],
  };
  const ask = async <T>(answer: () => T): Promise<T> => {
    if (server.offline) throw new ConnectionError("offline");
    return answer();
  };
  const setAccountData = (type: string, content: object) =>
    ask(() => {
      server.writes.push(type);
      server.data.set(type, content);
      return {};
    });
  const cryptoCallbacks: RecoveryClient["cryptoCallbacks"] = {};
  const storage = new ServerSideSecretStorageImpl(
    {
      getAccountDataFromServer: (type: string) => ask(() => server.data.get(type) ?? null),
      setAccountData,
    } as unknown as AccountDataClient,
    cryptoCallbacks,
  );
  const client = Object.assign(new TypedEventEmitter<CryptoEvent, CryptoEventHandlerMap>(), {
    cryptoCallbacks,
    secretStorage: storage,
    getSafeUserId: () => "@alice:example.org",
    getDeviceId: () => "D",
    getAccountDataFromServer: (type: string) => ask(() => server.data.get(type) ?? null),
    setAccountData,
    http: {
      authedRequest: () =>
        ask(() => {
          if (!server.backup) throw Object.assign(new Error("none"), { errcode: "M_NOT_FOUND", httpStatus: 404 });
          return { version: server.backup.version };
        }),
    },
  }) as unknown as RecoveryClient & { emit(event: CryptoEvent.KeysChanged, content: object): void; eventNames(): unknown[] };
  const resetKeyBackup = async (): Promise<void> => {
    server.writes.push("backup");
    server.backup = { version: String(Number(server.backup?.version ?? 0) + 1), key: (device.backupKey = "private backup key") };
    device.backupVersion = server.backup.version;
    if (server.data.has("m.secret_storage.default_key") && !cryptoCallbacks.getSecretStorageKey)
      throw new Error("no key to store it under");
  };
  const crypto = {
    resetKeyBackup,
    deleteKeyBackupVersion: async (version: string) => {
      server.writes.push(`deleted ${version}`);
      server.backup = null;
    },
    olmMachine: {
      roomKeyCounts: async () => ({ total: 5, backedUp: 5 }),
      getBackupKeys: async () => ({ decryptionKey: device.backupKey && { free() {} }, backupVersion: device.backupVersion }),
    },
    createRecoveryKeyFromPassphrase: async () => {
      const privateKey = globalThis.crypto.getRandomValues(new Uint8Array(32));
      return { privateKey, encodedPrivateKey: encodeRecoveryKey(privateKey) };
    },
    async bootstrapSecretStorage({ createSecretStorageKey, setupNewKeyBackup }: CreateSecretStorageOpts) {
      const made = await createSecretStorageKey!();
      const { keyId, keyInfo } = await storage.addKey("m.secret_storage.v1.aes-hmac-sha2", { key: made.privateKey });
      await storage.setDefaultKeyId(keyId);
      cryptoCallbacks.cacheSecretStorageKey!(keyId, keyInfo, made.privateKey);
      for (const name of ["master", "user_signing", "self_signing"] as const)
        await storage.store(`m.cross_signing.${name}`, `private ${name}`);
      if (setupNewKeyBackup) await resetKeyBackup();
      await storage.store("m.megolm_backup.v1", device.backupKey!);
    },
    async bootstrapCrossSigning() {
      await storage.get("m.cross_signing.master");
      Object.assign(device, { holds: true, signed: true, imports: device.imports + 1 });
    },
    async loadSessionBackupPrivateKeyFromSecretStorage() {
      device.backupKey = await storage.get("m.megolm_backup.v1");
    },
    getCrossSigningStatus: async () => ({
      privateKeysCachedLocally: { masterKey: device.holds, selfSigningKey: device.holds, userSigningKey: device.holds },
    }),
    getDeviceVerificationStatus: async () => ({ signedByOwner: device.signed }),
    isKeyBackupTrusted: async () => ({ matchesDecryptionKey: device.backupKey === server.backup?.key, trusted: false }),
    getActiveSessionBackupVersion: async () => (device.backupKey ? (server.backup?.version ?? null) : null),
    checkKeyBackupAndEnable: async () => null,
    userHasCrossSigningKeys: async () => true,
    crossSignDevice: async () => void (device.signed = true),
  } as unknown as RecoveryCrypto & Parameters<typeof beginBackup>[1];
  const restore = new Source<RestoreState>({});
  const restoring: RecoveryOptions["restore"] = {
    get state() {
      return restore.state;
    },
    subscribe: (listener, how) => restore.subscribe(listener, how),
    intend: async (version) => void device.restore.push(`intended ${version} ${device.backupKey ? "with" : "without"} its key`),
    run: async () => void device.restore.push("run"),
    stop: async () => {},
    resume: async () => {},
    forget: async () => void device.restore.push("forgotten"),
  };
  const turns = new Turns();
  const recovery = new AccountRecovery({
    client,
    crypto,
    restore: restoring,
    toError: serverError,
    onEntered: async () => void device.entered++,
    turns,
  });
  return { server, device, client, crypto, restore, recovery, turns };
}

async function codeOf(action: Promise<unknown>): Promise<string> {
  return action.then(
    () => "none",
    ({ code }: MeloError) => code,
  );
}

async function reaches(recovery: AccountRecovery, passes: (state: AccountRecovery["state"]) => boolean): Promise<void> {
  if (passes(recovery.state)) return;
  await new Promise<void>((resolve) => recovery.subscribe(() => passes(recovery.state) && resolve()));
}
