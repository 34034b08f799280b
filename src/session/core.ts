import { HttpApiEvent } from "matrix-js-sdk/lib/http-api/interface.js";
import type { MatrixError } from "matrix-js-sdk/lib/http-api/errors.js";

import { CrossSigning } from "../crypto/cross-signing.js";
import { DeviceGuard, refreshDevices, type DeviceStart } from "../crypto/device-guard.js";
import { applyDevicePolicy } from "../crypto/device-policy.js";
import { RoomCipher } from "../crypto/room-cipher.js";
import { RoomCryptography } from "../crypto/room-crypto.js";
import { RoomEncryption } from "../crypto/room-encryption.js";
import { startCrypto } from "../crypto/start.js";
import { watchCryptoStore } from "../crypto/store-watchdog.js";
import { MeloError } from "../internal/errors.js";
import { pause } from "../internal/pause.js";
import { createClient, openStore, type NewClient } from "../matrix/client.js";
import type { Account } from "../matrix/credentials.js";
import { HomeserverFetch, type Tokens } from "../matrix/homeserver-fetch.js";
import type { RoomDomain } from "../matrix/room-domain.js";
import { createRoomDomain } from "../matrix/rooms-domain.js";
import { cryptoStorePrefix } from "../matrix/store-names.js";
import { Sync } from "../matrix/sync.js";
import type { Vault } from "../matrix/vault.js";
import type { AccountState } from "./account-state.js";
import { Calling } from "./calling.js";
import { keptRooms, keptStorageKey, keptAnswers, rememberedDevice } from "./device-memory.js";
import type { CallsSetting, DevicePolicy } from "./session-state.js";
import { Trust } from "./trust.js";

/** How long each step of the start may take, in ms, the server's answers not counted. */
const STEP_LIMIT = 30_000;
/** How long the identity waits for the upload of a new device's keys, and after it where others have to vouch for the device anyway, in ms. */
const UPLOAD_LIMIT = 2_000;
const VOUCHED_FOR = 1_500;

/** Why a client ended that nobody stopped. */
export type CoreEnd =
  /** The server no longer knows the access token, and no other is to be had. */
  | { readonly type: "logged-out"; readonly soft: boolean }
  /** The browser closed the crypto store under the client. */
  | { readonly type: "store-closed" }
  /** What is kept of the rooms is of no use; without it the server tells everything anew. */
  | { readonly type: "rooms-damaged" };

export interface CoreOptions {
  readonly account: Account;
  /** The server made the device just now. */
  readonly isNew: boolean;
  /** Gives the password of this sign-in, for servers that want it for a new identity; once, so that it is not kept longer than needed. */
  readonly takePassword?: () => string | undefined;
  /** The part of the vault that belongs to the device. */
  readonly vault: Vault;
  /** The part that belongs to the person in this slot, and outlives the device. */
  readonly personalVault: Vault;
  readonly devicePolicy: DevicePolicy;
  readonly wasmUrl?: string;
  readonly calls?: CallsSetting;
  readonly tokens: Tokens;
  readonly report: (change: Partial<AccountState>) => void;
}

/** The live client of one account and all that runs on it: the composition of matrix/ and crypto/. Only one may exist per account and site. */
export class Core {
  readonly #options: CoreOptions;
  readonly #http: HomeserverFetch;
  readonly #new: NewClient;
  readonly #life = new AbortController();
  readonly #ended = Promise.withResolvers<CoreEnd>();
  #sync?: Sync;
  #domain?: RoomDomain;
  #crossSigning?: CrossSigning;
  #trust?: Trust;
  #calling?: Calling;
  #firstUpload?: Promise<void>;
  /** Ends a wait for the server. */
  #hurry: () => void = () => {};

  constructor(options: CoreOptions) {
    this.#options = options;
    this.#http = new HomeserverFetch(options.account.homeserver, options.tokens, keptAnswers(options.vault));
    this.#new = createClient({ account: options.account, persistent: this.#persistent, fetch: this.#http.fetch });
    this.#new.client.on(HttpApiEvent.SessionLoggedOut, this.#handleLoggedOut);
  }

  /** Settles when the client ended by itself. */
  get ended(): Promise<CoreEnd> {
    return this.#ended.promise;
  }

  /** The rooms; only after `start`. */
  get domain(): RoomDomain {
    if (!this.#domain) throw new MeloError("interrupted", "The client has not started.");
    return this.#domain;
  }

  /** Devices, recovery and verification; only after `start`. */
  get trust(): Trust {
    if (!this.#trust) throw new MeloError("interrupted", "The client has not started.");
    return this.#trust;
  }

  /** Memberships in calls, their keys, what rings; only after `start`. */
  get calling(): Calling {
    if (!this.#calling) throw new MeloError("interrupted", "The client has not started.");
    return this.#calling;
  }

  /** Starts everything. Resolves when there are rooms to show, kept ones or the server's first answer. Rejects with a MeloError. */
  async start(): Promise<void> {
    const { client } = this.#new;
    const crypto = await this.#startCrypto();
    applyDevicePolicy(crypto, this.#options.devicePolicy);
    const encryption = new RoomEncryption(crypto, keptRooms(this.#options.personalVault));
    const cryptography = new RoomCryptography(client, crypto, encryption, new RoomCipher(crypto));
    this.#crossSigning = new CrossSigning(client, crypto);
    const { vault } = this.#options;
    const trust = (this.#trust = new Trust({ client, crypto, vault, crossSigning: this.#crossSigning, rooms: () => this.domain.rooms }));
    const loadIdentities = () => trust.loadIdentities();
    this.#domain = createRoomDomain({ client, crypto: cryptography, loadIdentities, vault });
    this.#calling = new Calling({
      client,
      crypto,
      homeserver: this.#options.account.homeserver,
      onlySigned: this.#options.devicePolicy === "signed-devices",
      vault,
      rooms: () => this.domain,
      isEncrypted: (roomId) => cryptography.isEncrypted(roomId),
      ...this.#options.calls,
    });
    const password = this.#options.takePassword?.();
    if (password !== undefined && this.#options.isNew) await this.#crossSigning.replaceOrphan(password).catch(() => {}); // then the state says that it is missing
    this.#sync = new Sync(client, this.#new.store, this.#http);
    this.#watch(this.#sync, this.#crossSigning, password);
    this.#watchStore(crypto);
    this.#options.report({ status: "syncing", step: undefined, error: undefined });
    await this.#sync.start();
    await this.#sync.prepared;
  }

  /** Asks the server now. */
  retry(): void {
    this.#hurry();
    this.#sync?.retry();
  }

  /** Stops the client and closes its stores. Nothing is deleted. */
  async dispose(): Promise<void> {
    this.#life.abort();
    this.#hurry();
    this.#calling?.dispose();
    await this.#sync?.save();
    this.#http.end();
    this.#sync?.dispose();
    this.#crossSigning?.dispose();
    this.#domain?.dispose();
    this.#new.client.stopClient();
    this.#new.client.removeAllListeners();
    await this.#new.store.destroy();
  }

  get #persistent(): boolean {
    return this.#options.vault.kind === "persistent";
  }

  async #startCrypto() {
    const { account, isNew, report, vault, wasmUrl } = this.#options;
    const { client, store } = this.#new;
    const newGuard = () => new DeviceGuard({ client, memory: rememberedDevice(vault), isNew });
    const guard = newGuard();
    const storageKey = await keptStorageKey(vault);
    const opening = openStore(store);
    opening.catch(() => {}); // told below
    const crypto = await startCrypto(client, {
      storageKey,
      prefix: cryptoStorePrefix(account),
      persistent: this.#persistent,
      wasmUrl,
      timeLimit: STEP_LIMIT,
      onStep: (step) => report({ status: "starting", step }),
    });
    if (this.#life.signal.aborted) client.stopClient(); // disposed before there was a store to close
    this.#assertAlive();
    report({ status: "starting", step: "storage" });
    const continues = await opening.catch(() => this.#handleDamage());
    report({ status: "starting", step: "server" });
    for (let next = guard; ; next = newGuard()) {
      try {
        const start = await next.check(crypto);
        if (start !== "again") this.#firstUpload = this.#waitForUpload(start);
        else if (!continues) await refreshDevices(crypto);
        break;
      } catch (error) {
        const { code, message } = MeloError.from(error);
        if (code !== "homeserver-unreachable" && code !== "offline") throw error;
        await this.#waitForServer({ code, message });
      }
    }
    this.#assertAlive();
    return crypto;
  }

  /** Nobody can write to a device before its own keys are at the server, so nothing comes before them. */
  async #waitForUpload(start: DeviceStart): Promise<void> {
    await Promise.race([this.#http.taken("/keys/upload"), pause(UPLOAD_LIMIT)]);
    if (start === "first-of-identity") await pause(VOUCHED_FOR); // what is left to learn is that nobody has vouched yet; the rooms come first
  }

  async #waitForServer(error: AccountState["error"]): Promise<void> {
    const wait = 5_000;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#hurry = resolve;
    const timer = setTimeout(resolve, wait);
    globalThis.addEventListener("online", () => resolve(), { once: true, signal: this.#life.signal });
    this.#options.report({ status: "reconnecting", step: undefined, retryAt: Date.now() + wait, error });
    await promise;
    clearTimeout(timer);
    this.#assertAlive();
  }

  #watch(sync: Sync, crossSigning: CrossSigning, password: string | undefined): void {
    const { report } = this.#options;
    const { signal } = this.#life;
    let isResumed = false;
    let isEnsured = false;
    const ensure = async () => {
      isEnsured = true;
      try {
        await this.#firstUpload;
        await crossSigning.ensure({ password });
        password = undefined;
      } catch {
        isEnsured = false; // tried again with the next answer of the server
      }
    };
    sync.subscribe(
      () => {
        const { status, retryAt, error } = sync.state;
        report({ status, retryAt, error, step: undefined });
        if (status !== "ready") return;
        if (!isResumed) void this.#domain?.resumeSending().catch(() => {}); // what stays unsent says so itself
        if (!isResumed) void this.#calling?.settle().catch(() => {}); // what is left behind expires by itself
        isResumed = true;
        if (!isEnsured) void ensure();
      },
      { signal },
    );
    void sync.refused.then(() => this.#ended.resolve({ type: "rooms-damaged" }));
    crossSigning.subscribe(
      () => {
        report({ crossSigning: crossSigning.state.status });
        if (crossSigning.state.status !== "ready") return;
        this.#domain?.hurrySending(); // until then others would not read it
        void this.trust.handleSigned(signal).catch(() => {}); // the next start tries again
      },
      { signal },
    );
  }

  #watchStore(crypto: Parameters<typeof watchCryptoStore>[0]["crypto"]): void {
    if (!this.#persistent) return;
    const onClosed = () => this.#ended.resolve({ type: "store-closed" });
    watchCryptoStore({ crypto, prefix: cryptoStorePrefix(this.#options.account), onClosed, signal: this.#life.signal });
  }

  #handleDamage = (): never => {
    this.#ended.resolve({ type: "rooms-damaged" });
    throw new MeloError("interrupted", "What is kept of the rooms cannot be used.");
  };

  #assertAlive(): void {
    if (this.#life.signal.aborted) throw new MeloError("interrupted", "The client was stopped while it started.");
  }

  #handleLoggedOut = (error: MatrixError): void => {
    this.#ended.resolve({ type: "logged-out", soft: error.data["soft_logout"] === true });
  };
}
