import { MeloError } from "../internal/errors.js";
import { within } from "../internal/time-limit.js";
import { deviceVault, type Account, type Credentials } from "../matrix/credentials.js";
import { deleteDatabases } from "../matrix/storage.js";
import { syncDatabaseName } from "../matrix/store-names.js";
import { OwnedAccount } from "./account.js";
import type { AccountState } from "./account-state.js";
import type { Core, CoreEnd } from "./core.js";
import { Gate } from "./gate.js";
import type { SharedKinds } from "./kinds.js";
import type { CallsSetting, DevicePolicy } from "./session-state.js";
import { Host } from "./sharing/host.js";
import { serve } from "./sharing/serve.js";
import type { SharedObjects } from "./sharing/shared-objects.js";
import type { Slot } from "./slot.js";
import { TokenKeeper } from "./token-keeper.js";
import { settleWipe } from "./wipe.js";

/** How long the code may take to arrive, in ms. */
const CODE_LIMIT = 60_000;
/** A store that is closed again so soon after it was reopened is not reopened once more, in ms. */
const REOPENED = 60_000;

export interface OwnerOptions {
  readonly account: Account;
  readonly isNew: boolean;
  readonly takePassword?: () => string | undefined;
  readonly slot: Slot;
  readonly objects: SharedObjects<SharedKinds>;
  /** Where other tabs listen; `undefined` if there can be none. */
  readonly channelName?: string;
  /** What the owner before said, if there was one. */
  readonly before?: AccountState;
  readonly devicePolicy: DevicePolicy;
  readonly wasmUrl?: string;
  readonly calls?: CallsSetting;
  readonly askHost: () => Promise<Credentials | undefined>;
}

/** Why the device cannot go on; `gone`: the vault no longer names it. */
export type DeviceEnd = "locked" | "signed-out" | "store-lost" | "gone";

type RunEnd = CoreEnd | { readonly type: "stopped" | "store-lost" | "gone" | "again" };

/** Runs the client of an account in this tab until `signal` aborts or the device ends, starting it anew where that helps. Call it only while this tab owns the account. */
export async function runOwner(options: OwnerOptions, signal: AbortSignal): Promise<DeviceEnd | undefined> {
  const account = new OwnedAccount(options.before);
  let reopenedAt = -Infinity;
  try {
    for (let isFirst = true; ; isFirst = false) {
      const mayReopen = performance.now() - reopenedAt > REOPENED;
      const end = await new Run(options, account, { isFirst, mayReopen }, signal).end;
      if (end.type === "stopped") return undefined;
      if (end.type === "store-lost" || end.type === "gone") return end.type;
      if (end.type === "logged-out") return end.soft ? "locked" : "signed-out";
      if (end.type === "rooms-damaged") await deleteDatabases([syncDatabaseName(options.account)]);
      if (end.type === "store-closed") reopenedAt = performance.now();
    }
  } finally {
    account.dispose();
  }
}

interface Attempt {
  /** The first of this owner, which may have waited long for its turn. */
  readonly isFirst: boolean;
  /** A store that the browser closes is reopened by another attempt. */
  readonly mayReopen: boolean;
}

/** One client, from its making to its end. */
class Run {
  readonly end: Promise<RunEnd>;
  readonly #options: OwnerOptions;
  readonly #account: OwnedAccount;
  readonly #attempt: Attempt;
  readonly #life = new AbortController();
  readonly #stopped: Promise<RunEnd>;
  readonly #opening = Promise.withResolvers<void>();
  readonly #host: Host<SharedKinds>;
  #core?: Core;

  constructor(options: OwnerOptions, account: OwnedAccount, attempt: Attempt, signal: AbortSignal) {
    this.#options = options;
    this.#account = account;
    this.#attempt = attempt;
    this.#stopped = new Promise((resolve) => {
      if (signal.aborted) resolve({ type: "stopped" });
      signal.addEventListener("abort", () => resolve({ type: "stopped" }), { once: true, signal: this.#life.signal });
    });
    this.#opening.promise.catch(() => {}); // nobody may be waiting
    this.#host = new Host<SharedKinds>({
      account: () => account,
      room: (reference) => this.#domain.room(reference),
      timeline: (reference) => this.#domain.timeline(reference),
      typing: (reference) => this.#domain.typing(reference),
      identities: (reference) => this.#domain.identities(reference),
      user: (userId) => this.#domain.user(userId),
      rooms: () => this.#domain.rooms,
      media: () => this.#domain.media,
      devices: () => this.#running.trust.devices,
      identity: () => this.#running.trust.identity,
      recovery: () => this.#running.trust.recovery,
      keyFile: () => this.#running.trust.keyFile,
      verification: () => this.#running.trust.verification,
      call: (reference) => this.#running.calling.call(reference),
      callKeys: (reference) => this.#running.calling.keys(reference),
      accountCalls: () => this.#running.calling.account,
      voiceChannels: (space) => this.#domain.voiceChannels(space),
    });
    this.end = this.#run();
  }

  async #run(): Promise<RunEnd> {
    const gate = new Gate(this.#host, this.#opening.promise, ["account"]);
    this.#options.objects.attach(gate);
    if (this.#options.channelName) serve(gate, this.#options.channelName, this.#life.signal);
    try {
      const end = await Promise.race([this.#stopped, this.#live()]);
      if (end.type !== "store-closed" || this.#attempt.mayReopen) return end;
      throw new MeloError("store-closed", "The browser closed the crypto store again right after it was reopened.");
    } catch (error) {
      return await this.#fail(MeloError.from(error));
    } finally {
      this.#opening.reject(new MeloError("interrupted", "The client was stopped before the action ended."));
      this.#host.dispose();
      await this.#stopCore();
      this.#life.abort();
    }
  }

  async #live(): Promise<RunEnd> {
    const { slot, devicePolicy, wasmUrl, calls, isNew, takePassword, askHost } = this.#options;
    this.#account.report({ status: "starting", step: "code", retryAt: undefined, error: undefined });
    warmCrypto(wasmUrl).catch(() => {}); // beside the SDK; the start itself tells what goes wrong
    const { Core } = await loadCore();
    if (this.#life.signal.aborted) return { type: "stopped" };
    const kept = await slot.accounts.load();
    // A browser that throws everything away under a running client leaves the device in memory: then it can still be ended in good order.
    const account = kept ?? (this.#attempt.isFirst ? undefined : this.#options.account);
    if (!account || account.locked || account.deviceId !== this.#options.account.deviceId) return { type: "gone" };
    await settleWipe(slot.vault, account);
    const tokens = new TokenKeeper({ account, askHost, save: (renewed) => slot.accounts.save(renewed) });
    const core = (this.#core = new Core({
      account,
      isNew: isNew && this.#attempt.isFirst, // later there may be published keys, and nothing left here that remembers them
      takePassword,
      vault: deviceVault(slot.vault, account),
      personalVault: slot.personal(account.userId),
      devicePolicy,
      wasmUrl,
      calls,
      tokens,
      report: (change) => {
        if (this.#core === core) this.#account.report(change);
      },
    }));
    this.#account.onRetry(() => core.retry());
    const started = core.start().then(() => {
      this.#opening.resolve();
      return core.ended;
    });
    return Promise.race([core.ended, started]);
  }

  /** Says what went wrong, and waits until somebody wants to try again. */
  async #fail(error: MeloError): Promise<RunEnd> {
    if (error.code === "store-lost") return { type: "store-lost" };
    await this.#stopCore();
    const asked = new Promise<RunEnd>((resolve) => this.#account.onRetry(() => resolve({ type: "again" })));
    this.#account.report({ status: "failed", step: undefined, retryAt: undefined, error: error.toInfo() });
    return Promise.race([this.#stopped, asked]);
  }

  get #domain() {
    return this.#running.domain;
  }

  get #running(): Core {
    if (!this.#core) throw new MeloError("interrupted", "The client is not running.");
    return this.#core;
  }

  async #stopCore(): Promise<void> {
    const core = this.#core;
    this.#core = undefined;
    await core?.dispose().catch(() => {}); // what is broken cannot be closed in good order
  }
}

/** Loads all code of the encryption ahead of time. */
export async function warmCrypto(wasmUrl: string | undefined): Promise<void> {
  const wasm = await import("../crypto/wasm.js");
  await wasm.warmCrypto({ url: wasmUrl });
}

/** The part of melo that contains the SDK: loaded only where a client runs, or may have to. */
export async function loadCore(): Promise<typeof import("./core.js")> {
  try {
    return await within(CODE_LIMIT, import("./core.js"), () => new MeloError("start-timeout", "melo's code did not arrive in time."));
  } catch (error) {
    throw MeloError.from(error, "code-unreachable");
  }
}
