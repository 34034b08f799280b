import { MeloError, type ErrorInfo } from "../internal/errors.js";
import { Source, type Readable } from "../internal/readable.js";
import { Turns } from "../internal/turns.js";
import { checkedCredentials, type Account, type Credentials } from "../matrix/credentials.js";
import { discoverHomeserver } from "../matrix/discovery.js";
import { login, type SignIn } from "../matrix/login.js";
import { askToPersist, openVault } from "../matrix/storage.js";
import { AccountTab } from "./account-tab.js";
import { endDeadDevices } from "./dead-devices.js";
import { noteDevice, notedDevice } from "./device-note.js";
import { askHost } from "./host-credentials.js";
import type { SharedKinds } from "./kinds.js";
import type { DeviceEnd } from "./owner.js";
import type { CredentialsRequest, CredentialsSource, SessionOptions, SessionState } from "./session-state.js";
import type { SharedObjects } from "./sharing/shared-objects.js";
import { endDevice, type Ending } from "./sign-out.js";
import { Slot, type SlotNews } from "./slot.js";
import { finishSso } from "./sso.js";
import { finishWipes } from "./wipe.js";

/** What this tab knows by itself; the rest of a session's state comes from the tab that runs the client. */
export interface LifecycleState extends Pick<SessionState, "account" | "storage" | "notice" | "role"> {
  readonly phase: "restoring" | "signed-out" | "signing-in" | "signed-in" | "locked" | "signing-out" | "failed";
  readonly error?: ErrorInfo;
}

const INITIAL: LifecycleState = { phase: "restoring", storage: "unknown", role: "none" };

/** Who is signed in here, from the first look into the vault to the last wipe, in step with the other tabs. One change at a time. */
export class Lifecycle implements Readable<LifecycleState> {
  readonly #options: SessionOptions;
  readonly #objects: SharedObjects<SharedKinds>;
  readonly #source = new Source<LifecycleState>(INITIAL);
  readonly #life = new AbortController();
  #credentials?: CredentialsSource;
  /** What the host gave when the token of another device was dead. */
  #replacement?: Credentials;
  #homeserver?: Promise<string>;
  #slot?: Slot;
  #current?: Account;
  /** The device that this tab has gone on with last. */
  #deviceId?: string;
  #tab?: AccountTab;
  readonly #turns = new Turns();

  constructor(options: SessionOptions, objects: SharedObjects<SharedKinds>) {
    this.#options = options;
    this.#objects = objects;
    this.#credentials = options.credentials;
    const { signal } = this.#life;
    globalThis.addEventListener("pagehide", this.#handlePageHide, { signal });
    globalThis.addEventListener("pageshow", this.#handlePageShow, { signal });
    void this.begin();
  }

  get state(): LifecycleState {
    return this.#source.state;
  }

  subscribe: Readable<LifecycleState>["subscribe"] = (listener, options) => this.#source.subscribe(listener, options);

  get credentials(): CredentialsSource | undefined {
    return this.#credentials;
  }

  set credentials(source: CredentialsSource | undefined) {
    if (source === this.#credentials) return;
    this.#credentials = source;
    if (source && this.state.phase !== "restoring") void this.begin();
  }

  /** The place of this session, once it is known what the browser keeps. */
  get slot(): Slot | undefined {
    return this.#slot;
  }

  /** Looks who is signed in, and signs in what needs no visitor. Never rejects: the state says what came of it. */
  begin(): Promise<void> {
    return this.#turns.take(async () => {
      try {
        this.#slot ??= await this.#openSlot();
        await this.#settle({ reason: "sign-in" });
      } catch (error) {
        this.#source.merge({ phase: "failed", error: MeloError.from(error).toInfo() });
      }
    });
  }

  homeserver(): Promise<string> {
    this.#homeserver ??= discoverHomeserver(this.#options.homeserver).catch((error: unknown) => {
      this.#homeserver = undefined;
      throw error;
    });
    return this.#homeserver;
  }

  signIn(attempt: SignIn): Promise<void> {
    return this.#turns.take(async () => {
      if (this.#current) throw new MeloError("unknown", "Somebody is signed in already; sign out first.");
      const { error } = this.state;
      this.#source.merge({ phase: "signing-in", error: undefined });
      try {
        await this.#signIn(attempt, await this.homeserver());
      } catch (reason) {
        this.#source.merge({ phase: "signed-out", error });
        throw reason;
      }
    });
  }

  unlock(password: string): Promise<void> {
    return this.#turns.take(async () => {
      const current = this.#current;
      if (!current || this.state.phase !== "locked") throw new MeloError("not-signed-in", "The session is not locked.");
      const { userId, deviceId, homeserver } = current;
      const result = await login(homeserver, { type: "password", user: userId, password }, { id: deviceId });
      if (result.userId !== userId || result.deviceId !== deviceId)
        throw new MeloError("login-rejected", "The server gave another device.");
      await this.#adopt(
        { ...current, accessToken: result.accessToken, refreshToken: undefined, expiresAt: undefined, locked: undefined },
        { password },
      );
    });
  }

  signOut(): Promise<void> {
    return this.#turns.take(async () => {
      if (this.#current) await this.#end(this.#current, { logout: true, everything: true });
    });
  }

  dismissNotice(): void {
    this.#source.merge({ notice: undefined });
  }

  /** Leaves the account to the other tabs. The visitor stays signed in. */
  async dispose(): Promise<void> {
    this.#life.abort();
    await this.#leave();
    this.#slot?.close();
  }

  async #openSlot(): Promise<Slot> {
    const vault = await openVault();
    const slot = new Slot(Slot.keyOf(this.#options), vault);
    slot.onNews(this.#handleNews);
    this.#source.merge({ storage: vault.kind });
    void finishWipes(vault).catch(() => {}); // tried again next time
    return slot;
  }

  /** Goes on with whom the vault, a single sign-on or the host page names; else nobody is signed in. */
  async #settle(request: CredentialsRequest): Promise<void> {
    const slot = this.#slot!;
    const source = this.#replacement ?? this.#credentials;
    let kept = await slot.accounts.load();
    if (kept && typeof source === "object") kept = await this.#reconcileWithHost(kept, checkedCredentials(source));
    if (kept) return this.#enter(kept);
    const returned = finishSso(slot.key);
    if (returned) return this.#finishSso(returned);
    if (notedDevice(slot)) this.#source.merge({ notice: "storage-lost" }); // nobody signed it out
    if (!source) return this.#source.merge({ phase: "signed-out", account: undefined, error: undefined });
    this.#source.merge({ phase: "signing-in", error: undefined });
    const account = await slot.exclusively(async () => {
      const other = await slot.accounts.load(); // another tab may have been faster
      if (other) return other;
      const credentials = await askHost(source, request);
      const account = { ...credentials, homeserver: await this.#writtenHomeserver() };
      await slot.accounts.save(account);
      slot.tell({ type: "account-changed" });
      return account;
    });
    this.#replacement = undefined;
    await this.#enter(account);
  }

  /** The host page says who is signed in: another device replaces the kept one, and another token of the same device its token. */
  async #reconcileWithHost(kept: Account, given: Credentials): Promise<Account | undefined> {
    if (given.userId !== kept.userId || given.deviceId !== kept.deviceId) {
      await this.#end(kept, { logout: true, everything: given.userId !== kept.userId });
      return undefined;
    }
    if (given.accessToken === kept.accessToken) return kept;
    const renewed: Account = { ...kept, ...given, locked: undefined };
    await this.#slot!.accounts.save(renewed);
    this.#slot!.tell({ type: "account-changed" });
    return renewed;
  }

  async #finishSso({ homeserver, token }: { homeserver: string; token: string }): Promise<void> {
    this.#source.merge({ phase: "signing-in", error: undefined });
    try {
      await this.#signIn({ type: "token", token }, homeserver);
    } catch (error) {
      this.#source.merge({ phase: "signed-out", error: MeloError.from(error).toInfo() });
    }
  }

  async #signIn(attempt: SignIn, homeserver: string): Promise<void> {
    const slot = this.#slot;
    if (!slot) throw new MeloError("unsupported", "This browser cannot run melo here.");
    const password = attempt.type === "password" ? attempt.password : undefined;
    const other = await slot.exclusively(async () => {
      const other = await slot.accounts.load(); // another tab may have been faster
      if (other) return other;
      const account = { ...(await login(homeserver, attempt, { name: this.#options.deviceName ?? location.host })), homeserver };
      if (password) await endDeadDevices(slot, account, password).catch(() => {}); // then they stay in the account's list
      await this.#adopt(account, { isNew: true, password });
      return undefined;
    });
    if (other) await this.#enter(other);
  }

  /** Keeps the account, tells the other tabs, and goes on with it. */
  async #adopt(account: Account, fresh: { isNew?: boolean; password?: string }): Promise<void> {
    await this.#slot!.accounts.save(account);
    this.#slot!.tell({ type: "account-changed" });
    await this.#enter(account, fresh);
  }

  async #enter(account: Account, { isNew = false, password }: { isNew?: boolean; password?: string } = {}): Promise<void> {
    let once = password;
    const isSame = this.#tab && this.#current?.deviceId === account.deviceId && this.#current.userId === account.userId;
    if (isSame && !account.locked) return;
    await this.#leave();
    const { userId, deviceId, homeserver } = account;
    this.#current = account;
    this.#deviceId = deviceId;
    const notice = this.state.notice === "signed-out-elsewhere" ? undefined : this.state.notice;
    this.#source.merge({
      phase: account.locked ? "locked" : "signed-in",
      account: { userId, deviceId, homeserver },
      error: undefined,
      notice,
    });
    noteDevice(this.#slot!, account);
    this.#objects.attach(undefined);
    if (account.locked || this.#life.signal.aborted) return;
    void askToPersist();
    const tab = new AccountTab({
      account,
      isNew,
      takePassword: () => {
        const password = once;
        once = undefined;
        return password;
      },
      slot: this.#slot!,
      objects: this.#objects,
      devicePolicy: this.#options.devicePolicy ?? "signed-devices",
      wasmUrl: this.#options.wasmUrl,
      calls: this.#options.calls,
      askHost: () => this.#askHostAgain(account),
      onRole: (role) => this.#source.merge({ role }),
      onEnd: async (end) => {
        const kept = await this.#markEnd(account, end);
        void this.#turns.take(() => (this.#tab === tab ? this.#handleEnd(kept, end) : undefined));
      },
    });
    this.#tab = tab;
  }

  async #leave(): Promise<void> {
    const tab = this.#tab;
    this.#tab = undefined;
    this.#current = undefined;
    await tab?.dispose();
    this.#source.merge({ role: "none" });
  }

  /** Credentials for a device whose token is dead; those of another device wait until this one has ended. */
  async #askHostAgain({ userId, deviceId }: Account): Promise<Credentials | undefined> {
    const source = this.#credentials;
    if (typeof source !== "function") return source && checkedCredentials(source);
    const given = await this.#slot!.exclusively(() => askHost(source, { reason: "token-expired" }));
    if (given.userId === userId && given.deviceId === deviceId) return given;
    this.#replacement = given;
    return undefined;
  }

  /** Keeps other tabs from going on with a device that has ended. Resolves with the account as it was kept last. */
  async #markEnd(account: Account, end: DeviceEnd): Promise<Account> {
    const { accounts } = this.#slot!;
    const kept = (await accounts.load()) ?? account;
    if (end === "locked" && !this.#replacement) await accounts.save({ ...kept, locked: true });
    else if (end !== "gone") await accounts.remove();
    return kept;
  }

  async #handleEnd(account: Account, end: DeviceEnd): Promise<void> {
    if (end === "gone") return this.#reconcile();
    if (end === "locked" && !this.#replacement) return this.#adopt({ ...account, locked: true }, {});
    const isLost = end === "store-lost";
    const notice = isLost ? "storage-lost" : this.#replacement ? undefined : "signed-out-elsewhere";
    await this.#end(account, { logout: isLost, everything: !isLost, notice });
    if (!this.#replacement && !(isLost && typeof this.#credentials === "function")) return;
    await this.#settle({ reason: isLost ? "new-device" : "token-expired" });
  }

  async #end(account: Account, ending: Ending): Promise<void> {
    this.#source.merge({ phase: "signing-out", error: undefined });
    this.#objects.refuse(new MeloError("not-signed-in", "The session has ended."));
    const left = this.#leave();
    const { answered } = await endDevice(this.#slot!, account, left, ending);
    this.#source.merge({ phase: "signed-out", account: undefined, notice: ending.notice, error: undefined });
    await answered;
  }

  #handleNews = (news: SlotNews): void => {
    if (news.type === "account-changed") return void this.#turns.take(() => this.#reconcile());
    if (news.deviceId !== this.#deviceId) return;
    this.#objects.refuse(new MeloError("not-signed-in", "The session was ended in another tab."));
    void this.#leave();
    this.#source.merge({ phase: "signed-out", account: undefined, notice: news.notice, error: undefined });
  };

  /** Another tab has changed who is signed in. */
  async #reconcile(): Promise<void> {
    const kept = await this.#slot?.accounts.load();
    if (kept) return this.#enter(kept);
    if (!this.#current) return;
    await this.#leave();
    this.#objects.refuse(new MeloError("not-signed-in", "The session was ended in another tab."));
    this.#source.merge({ phase: "signed-out", account: undefined });
  }

  /** A page that the browser may wake up again must not hold the account meanwhile. */
  #handlePageHide = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) void this.#turns.take(() => this.#leave());
  };

  #handlePageShow = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) void this.#turns.take(() => this.#reconcile());
  };

  /** A URL is taken as it is when nothing answers there now: the client then waits for the server. */
  async #writtenHomeserver(): Promise<string> {
    try {
      return await this.homeserver();
    } catch (error) {
      const url = URL.parse(this.#options.homeserver);
      const { code } = MeloError.from(error);
      if (!url || !/^https?:$/.test(url.protocol) || code === "homeserver-invalid") throw error;
      return (url.origin + url.pathname).replace(/\/+$/, "");
    }
  }
}
