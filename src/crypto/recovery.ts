import { CryptoEvent, type CryptoApi, type CryptoEventHandlerMap } from "matrix-js-sdk/lib/crypto-api/index.js";
import { ClientEvent } from "matrix-js-sdk/lib/client.js";
import type { ClientEventHandlerMap, MatrixClient, MatrixEvent, TypedEventEmitter } from "matrix-js-sdk/lib/matrix.js";
import type { SecretStorageKey, SecretStorageKeyDescription } from "matrix-js-sdk/lib/secret-storage.js";

import { MeloError } from "../internal/errors.js";
import { Source } from "../internal/readable.js";
import { Turns } from "../internal/turns.js";
import type { BackupRestore } from "./backup-restore.js";
import { BackupSwitch, type SwitchClient, type SwitchCrypto } from "./backup-switch.js";
import { isOfServer } from "./of-server.js";
import { holdsIdentity, isSignedByOwner } from "./own-identity.js";
import { matchingKey, type StorageKey } from "./recovery-key.js";
import {
  INITIAL_RECOVERY,
  type KeysAtStake,
  type BackupState,
  type NewKeyOptions,
  type Recovery,
  type RecoveryState,
} from "./recovery-state.js";
import { BACKUP_SECRET, IDENTITY_SECRETS, SECRETS, dropSecret } from "./secrets.js";
import { RECOVERY_CHOICE, isBackupChoice, isBackupRefused, isGone, isRecoveryDeclined, serverBackup } from "./server-backup.js";

/** `cryptoCallbacks` must be the object that the client's secret storage asks, too. */
export type RecoveryClient = SwitchClient &
  Pick<MatrixClient, "cryptoCallbacks" | "secretStorage" | "getSafeUserId" | "getDeviceId"> &
  Pick<TypedEventEmitter<ClientEvent | CryptoEvent, ClientEventHandlerMap & CryptoEventHandlerMap>, "on" | "off">;

export type RecoveryCrypto = SwitchCrypto &
  Pick<
    CryptoApi,
    | "bootstrapCrossSigning"
    | "bootstrapSecretStorage"
    | "checkKeyBackupAndEnable"
    | "createRecoveryKeyFromPassphrase"
    | "crossSignDevice"
    | "getActiveSessionBackupVersion"
    | "getCrossSigningStatus"
    | "getDeviceVerificationStatus"
    | "isKeyBackupTrusted"
    | "loadSessionBackupPrivateKeyFromSecretStorage"
    | "userHasCrossSigningKeys"
  >;

/** Which key was made on this device and has not been confirmed: its id, or that one is being made. Nothing secret. */
export interface UnconfirmedMemory {
  load(): Promise<string | undefined>;
  save(keyId: string | undefined): Promise<void>;
}

/** In place of the id of a key that is being made. */
const BEING_MADE = "?";

export interface RecoveryOptions {
  readonly client: RecoveryClient;
  readonly crypto: RecoveryCrypto;
  readonly restore: Pick<BackupRestore, keyof BackupRestore>;
  readonly memory: UnconfirmedMemory;
  /** What a rejection of the server means. */
  readonly toError: (error: unknown) => MeloError;
  /** This device may have become a signed one: called before `enter` resolves. */
  readonly onEntered?: () => Promise<void>;
  /** Shared with whatever else begins a backup: two that begin one at once would leave one that this device cannot open. */
  readonly turns?: Turns;
}

const REFRESHING = [CryptoEvent.KeysChanged, CryptoEvent.KeyBackupStatus, CryptoEvent.KeyBackupDecryptionKeyCached] as const;

/** {@link Recovery} over a live client. */
export class AccountRecovery implements Recovery, Disposable {
  readonly #client: RecoveryClient;
  readonly #crypto: RecoveryCrypto;
  readonly #restore: RecoveryOptions["restore"];
  readonly #memory: UnconfirmedMemory;
  readonly #switch: BackupSwitch;
  readonly #toError: (error: unknown) => MeloError;
  readonly #onEntered: () => Promise<void>;
  readonly #source = new Source<RecoveryState>(INITIAL_RECOVERY);
  /** Actions and looks come one after the other: a look in the middle of an action would see half of it. */
  readonly #turns: Turns;
  /** Once for a burst of changes. */
  readonly #look: () => void;
  #lookFailed = false;
  readonly #end = new AbortController();

  constructor({ client, crypto, restore, memory, toError, onEntered = async () => {}, turns = new Turns() }: RecoveryOptions) {
    this.#turns = turns;
    this.#look = turns.once(() => this.#refresh());
    this.#client = client;
    this.#crypto = crypto;
    this.#restore = restore;
    this.#memory = memory;
    this.#switch = new BackupSwitch(client, crypto);
    this.#toError = (error) => (isGone(error) ? incomplete("The server no longer has it.", error) : toError(error));
    this.#onEntered = onEntered;
    for (const event of REFRESHING) client.on(event, this.#look);
    client.on(CryptoEvent.KeyBackupFailed, this.#look);
    client.on(CryptoEvent.DevicesUpdated, this.#handleDevices);
    client.on(CryptoEvent.KeyBackupSessionsRemaining, this.#handleRemaining);
    client.on(ClientEvent.AccountData, this.#handleAccountData);
    client.on(ClientEvent.Sync, this.#handleSync);
    restore.subscribe(this.#showRestore, { signal: this.#end.signal });
    this.#showRestore();
    this.#look();
  }

  get state(): RecoveryState {
    return this.#source.state;
  }

  subscribe: Recovery["subscribe"] = (listener, options) => this.#source.subscribe(listener, options);

  setUp(passphrase?: string, options?: NewKeyOptions): Promise<string> {
    return this.#act(async () => {
      if (await this.#client.secretStorage.getDefaultKeyId()) throw new MeloError("recovery-exists", "The account has a recovery key.");
      return this.#create(passphrase, options);
    });
  }

  change(passphrase?: string, options?: NewKeyOptions): Promise<string> {
    return this.#act(async () => {
      if (!(await this.#client.secretStorage.getDefaultKeyId())) throw new MeloError("recovery-none", "The account has no recovery key.");
      return this.#create(passphrase, options);
    });
  }

  enter(keyOrPassphrase: string): Promise<void> {
    return this.#act(async () => {
      const stored = await this.#storedKeys();
      if (stored.size === 0) throw new MeloError("recovery-none", "The account has no recovery key.");
      const key = await matchingKey(this.#client.secretStorage, stored, keyOrPassphrase.trim());
      if (!key) throw new MeloError("recovery-key-wrong", "This is neither the recovery key nor its passphrase.");
      await this.#withKey(key, () => this.#open(key));
      await this.#memory.save(undefined);
      await this.#onEntered();
    });
  }

  confirm(): Promise<void> {
    return this.#act(() => this.#memory.save(undefined));
  }

  /** The choice is recorded first, so that no device asks for another; the pointer goes after what it protects, so that one that is cut off is seen and can be done again. */
  forget(): Promise<void> {
    return this.#act(async () => {
      const { secretStorage } = this.#client;
      const keyId = await secretStorage.getDefaultKeyId();
      if (!keyId) throw new MeloError("recovery-none", "The account has no recovery key.");
      if (!(await holdsIdentity(this.#crypto)))
        throw new MeloError("device-unverified", "This device does not hold what the key protects.");
      await this.#client.setAccountData(RECOVERY_CHOICE, { enabled: false });
      for (const name of SECRETS) await dropSecret(this.#client, name);
      await secretStorage.setDefaultKeyId(null);
      await secretStorage.store(`m.secret_storage.key.${keyId}`, null);
    });
  }

  async countKeys(): Promise<KeysAtStake> {
    const { total, unsaved } = await this.#keyCounts();
    const isOn = this.state.backup.status === "on";
    if (isOn) this.#mergeBackup({ remaining: unsaved });
    return { total, unsaved: isOn ? unsaved : total };
  }

  restore(): Promise<void> {
    return this.#restore.run();
  }

  cancelRestore(): Promise<void> {
    return this.#restore.stop();
  }

  turnBackupOff(): Promise<void> {
    return this.#act(async () => {
      await this.#restore.forget();
      await this.#switch.turnOff();
    });
  }

  turnBackupOn(options?: NewKeyOptions): Promise<void> {
    return this.#act(() => this.#switch.turnOn(options));
  }

  [Symbol.dispose](): void {
    this.#end.abort();
    for (const event of REFRESHING) this.#client.off(event, this.#look);
    this.#client.off(CryptoEvent.KeyBackupFailed, this.#look);
    this.#client.off(CryptoEvent.DevicesUpdated, this.#handleDevices);
    this.#client.off(CryptoEvent.KeyBackupSessionsRemaining, this.#handleRemaining);
    this.#client.off(ClientEvent.AccountData, this.#handleAccountData);
    this.#client.off(ClientEvent.Sync, this.#handleSync);
  }

  async #create(passphrase: string | undefined, options: NewKeyOptions | undefined): Promise<string> {
    const backup = await this.#switch.usable(options);
    const setupNewKeyBackup = backup ? !backup.opens : !(await isBackupRefused(this.#client));
    const made = await this.#crypto.createRecoveryKeyFromPassphrase(passphrase || undefined);
    const encoded = made.encodedPrivateKey!;
    if (options?.unconfirmed) await this.#memory.save(BEING_MADE); // whatever ends this in the middle, the visitor has not seen the key
    await this.#withKey({ bytes: made.privateKey }, () =>
      this.#crypto.bootstrapSecretStorage({ createSecretStorageKey: async () => made, setupNewSecretStorage: true, setupNewKeyBackup }),
    );
    await this.#memory.save(options?.unconfirmed ? ((await this.#client.secretStorage.getDefaultKeyId()) ?? undefined) : undefined);
    if (await isRecoveryDeclined(this.#client)) await this.#client.setAccountData(RECOVERY_CHOICE, { enabled: true });
    return encoded;
  }

  async #open(key: StorageKey): Promise<void> {
    const userId = this.#client.getSafeUserId();
    await this.#crypto.userHasCrossSigningKeys(userId, true);
    if (!(await holdsIdentity(this.#crypto))) {
      // Without all of them the SDK would make a new identity instead.
      for (const name of IDENTITY_SECRETS)
        if (!(await this.#isStored(name, key.id))) throw incomplete(`${name} is not stored under this key.`);
      await this.#client.secretStorage.get(IDENTITY_SECRETS[0]).catch(rejectSecret);
      await this.#crypto.bootstrapCrossSigning({}).catch(rejectSecret);
    }
    if (!(await isSignedByOwner(this.#client, this.#crypto))) await this.#crypto.crossSignDevice(this.#client.getDeviceId()!);
    await this.#crypto.userHasCrossSigningKeys(userId, true);
    const backup = await serverBackup(this.#client);
    if (!backup?.version || !(await this.#isStored(BACKUP_SECRET, key.id))) return;
    await this.#restore.intend(backup.version);
    await this.#crypto.checkKeyBackupAndEnable();
    const loaded = await this.#crypto.loadSessionBackupPrivateKeyFromSecretStorage().then(
      () => true,
      () => false, // it belongs to a former backup: the state says that this one is locked
    );
    if (!loaded) return;
    await this.#crypto.checkKeyBackupAndEnable();
    this.restore().catch(() => {}); // the state says it
  }

  #showRestore = (): void => {
    const { restoring, restoreStopped, restoreError } = this.#restore.state;
    this.#mergeBackup({ restoring, restoreStopped, restoreError });
    if (restoreError?.code === "backup-gone") this.#look(); // another backup, or none, has taken its place
  };

  /** The keys that what was entered may be: the current one, and any that a change cut off in the middle has left with the secrets. */
  async #storedKeys(): Promise<Map<string, SecretStorageKeyDescription>> {
    const { secretStorage } = this.#client;
    const current = await secretStorage.getKey();
    const older = Object.entries((await secretStorage.isStored(IDENTITY_SECRETS[0])) ?? {});
    return new Map(current ? [current, ...older] : older);
  }

  /** Lets the client use the key while `work` runs, and forgets it then. */
  async #withKey<T>(key: { id?: string; bytes: Uint8Array<ArrayBuffer> }, work: () => Promise<T>): Promise<T> {
    const callbacks = this.#client.cryptoCallbacks;
    let { id } = key;
    callbacks.getSecretStorageKey = async ({ keys }) => (id !== undefined && id in keys ? [id, key.bytes] : null);
    callbacks.cacheSecretStorageKey = (newId) => void (id = newId);
    try {
      return await work();
    } finally {
      delete callbacks.getSecretStorageKey;
      delete callbacks.cacheSecretStorageKey;
      key.bytes.fill(0);
    }
  }

  async #act<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#turns.take(() => action().catch((error: unknown) => Promise.reject(this.#toError(error))));
    await this.#turns.take(() => this.#refresh());
    return result;
  }

  async #refresh(): Promise<void> {
    if (this.#end.signal.aborted) return;
    try {
      const [canSetUp, isSigned, key, backup] = await Promise.all([
        holdsIdentity(this.#crypto),
        isSignedByOwner(this.#client, this.#crypto),
        this.#client.secretStorage.getKey(),
        this.#lookAtBackup(),
      ]);
      const protectedSecrets = key ? await Promise.all(SECRETS.map((name) => this.#isStored(name, key[0]))) : [];
      const [isBackupProtected, isIdentityProtected] = [protectedSecrets.at(-1), protectedSecrets.slice(0, -1).every(Boolean)];
      const lacks = !canSetUp || !isSigned || (backup.status === "locked" && isBackupProtected);
      const isComplete = isIdentityProtected && (isBackupProtected ? backup.status !== "locked" : backup.status === "off");
      const status = !key ? "none" : lacks ? "locked" : isComplete ? "ready" : "out-of-sync";
      const declined = (status === "none" && (await isRecoveryDeclined(this.#client))) || undefined;
      const made = await this.#memory.load();
      const unconfirmed = (key !== null && (made === BEING_MADE || made === key[0])) || undefined;
      this.#source.merge({ status, canSetUp, declined, unconfirmed, hasPassphrase: key?.[1].passphrase !== undefined, error: undefined });
      this.#mergeBackup(backup);
      this.#lookFailed = false;
    } catch (error) {
      this.#lookFailed = true;
      if (!this.#end.signal.aborted && this.state.status === "loading")
        this.#source.merge({ status: "failed", error: this.#toError(error).toInfo() });
    }
  }

  async #lookAtBackup(): Promise<Partial<BackupState>> {
    const info = await serverBackup(this.#client);
    const takenAway = await this.#switch.takenAway(info);
    if (!info) {
      const turnedOff = (await isBackupRefused(this.#client)) || undefined;
      return { status: "off", version: undefined, remaining: undefined, turnedOff, takenAway: turnedOff ? undefined : takenAway };
    }
    const [{ matchesDecryptionKey }, active] = await Promise.all([
      this.#crypto.isKeyBackupTrusted(info),
      this.#crypto.getActiveSessionBackupVersion(),
    ]);
    const known = { version: info.version, turnedOff: undefined, takenAway };
    const isOn = matchesDecryptionKey && active === info.version;
    if (!isOn) return { ...known, status: "locked", remaining: undefined };
    return { ...known, status: "on", remaining: this.state.backup.remaining ?? (await this.#keyCounts()).unsaved };
  }

  /** The SDK has the count beside its public surface, and tells it by itself only while it uploads much. */
  async #keyCounts(): Promise<KeysAtStake> {
    const { olmMachine } = this.#crypto as unknown as { olmMachine: { roomKeyCounts(): Promise<{ total: number; backedUp: number }> } };
    const { total, backedUp } = await olmMachine.roomKeyCounts();
    return { total, unsaved: total - backedUp };
  }

  async #isStored(name: SecretStorageKey, keyId: string): Promise<boolean> {
    return keyId in ((await this.#client.secretStorage.isStored(name)) ?? {});
  }

  #mergeBackup(change: Partial<BackupState>): void {
    const { backup } = this.state;
    const isChanged = (Object.keys(change) as (keyof BackupState)[]).some((name) => change[name] !== backup[name]);
    if (isChanged) this.#source.merge({ backup: Object.freeze({ ...backup, ...change }) });
  }

  #handleDevices = (users: string[]): void => void (users.includes(this.#client.getSafeUserId()) && this.#look());

  #handleRemaining = (remaining: number): void => {
    if (this.state.backup.status === "on") this.#mergeBackup({ remaining });
  };

  #handleSync = (): void => void (this.#lookFailed && this.#look());

  #handleAccountData = (event: MatrixEvent): void => {
    const type = event.getType();
    if (isBackupChoice(type) || type === RECOVERY_CHOICE || /^m\.(secret_storage|cross_signing|megolm_backup)\./.test(type)) this.#look();
  };
}

function incomplete(message: string, cause?: unknown): MeloError {
  return new MeloError("recovery-incomplete", message, { cause });
}

function rejectSecret(error: unknown): never {
  throw isOfServer(error) ? error : incomplete("What is stored under the recovery key does not open this account's identity.", error);
}
