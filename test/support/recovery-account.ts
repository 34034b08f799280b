import type { CreateSecretStorageOpts, CryptoEvent, CryptoEventHandlerMap } from "matrix-js-sdk/lib/crypto-api/index.js";
import { encodeRecoveryKey } from "matrix-js-sdk/lib/crypto-api/recovery-key.js";
import { ConnectionError } from "matrix-js-sdk/lib/http-api/errors.js";
import { TypedEventEmitter } from "matrix-js-sdk/lib/models/typed-event-emitter.js";
import { ServerSideSecretStorageImpl, type AccountDataClient } from "matrix-js-sdk/lib/secret-storage.js";

import type { RestoreState } from "../../src/crypto/backup-restore.js";
import { AccountRecovery, type RecoveryClient, type RecoveryCrypto, type RecoveryOptions } from "../../src/crypto/recovery.js";
import type { beginBackup } from "../../src/crypto/server-backup.js";
import type { MeloError } from "../../src/internal/errors.js";
import { Source } from "../../src/internal/readable.js";
import { Turns } from "../../src/internal/turns.js";
import { serverError } from "../../src/matrix/server-error.js";

export type Account = ReturnType<typeof account>;

interface FakeServer {
  readonly data: Map<string, object>;
  readonly writes: string[];
  backup: { version: string; key: string } | null;
  offline: boolean;
}

/** A device over a real secret storage, with a server of a few lines. */
export function account(options: { holds?: boolean; server?: FakeServer; offline?: boolean } = {}) {
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
    unconfirmed: undefined as string | undefined,
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
    memory: { load: async () => device.unconfirmed, save: async (keyId) => void (device.unconfirmed = keyId) },
    toError: serverError,
    onEntered: async () => void device.entered++,
    turns,
  });
  return { server, device, client, crypto, restore, recovery, turns };
}

export async function codeOf(action: Promise<unknown>): Promise<string> {
  return action.then(
    () => "none",
    ({ code }: MeloError) => code,
  );
}

export async function reaches(recovery: AccountRecovery, passes: (state: AccountRecovery["state"]) => boolean): Promise<void> {
  if (passes(recovery.state)) return;
  await new Promise<void>((resolve) => recovery.subscribe(() => passes(recovery.state) && resolve()));
}
