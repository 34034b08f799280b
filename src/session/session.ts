import type { Identity } from "../crypto/identity-state.js";
import type { OwnDevices } from "../crypto/own-devices-state.js";
import type { KeyFile } from "../crypto/key-file-state.js";
import type { Recovery } from "../crypto/recovery-state.js";
import type { Verification } from "../crypto/verification-state.js";
import { MeloError } from "../internal/errors.js";
import { Source, type Readable } from "../internal/readable.js";
import { within } from "../internal/time-limit.js";
import { VaultDrafts, type Drafts } from "../matrix/drafts.js";
import { loginFlows } from "../matrix/login.js";
import type { Media } from "../matrix/media.js";
import type { CreateRoomOptions, CreateVoiceChannelOptions, Rooms } from "../matrix/rooms-state.js";
import type { User } from "../matrix/user-state.js";
import type { VoiceChannels } from "../matrix/voice-channels-state.js";
import { partOf } from "../matrix/vault.js";
import type { Calls } from "../media/calls-state.js";
import type { RunningAccount } from "./account-state.js";
import { HostSecret } from "./host-secret.js";
import { KINDS, type SharedKinds } from "./kinds.js";
import { Lifecycle } from "./lifecycle.js";
import { PageCalls } from "./page-calls.js";
import type { RecoverySecretSource } from "./recovery-secret.js";
import type { RoomParts, SessionApi } from "./session-api.js";
import {
  INITIAL_SESSION,
  type CredentialsSource,
  type LoginFlows,
  type SessionOptions,
  type SessionState,
  type SignIn,
} from "./session-state.js";
import { SharedObjects } from "./sharing/shared-objects.js";
import { Slot } from "./slot.js";
import { startSso } from "./sso.js";

/** How long signing out waits for leaving a call, in ms. */
const LEAVE_LIMIT = 3_000;

/** The live sessions of this page, one for each slot. */
const sessions = new Map<string, { readonly session: Session; users: number }>();

/**
 * One account of one homeserver in this page, signed in or not. Get it with {@link Session.open} and give it back with `release()`.
 *
 * ```ts
 * const session = Session.open({ homeserver: "https://matrix.example.org" });
 * await session.signIn({ type: "password", user: "alice", password });
 * const { timeline } = session.room("#garden:example.org");
 * timeline.subscribe(() => show(timeline.state.items));
 * ```
 *
 * However many tabs of the site are open, one of them runs the client and the others follow it; nothing here tells which.
 */
export class Session implements SessionApi {
  readonly drafts: Drafts;
  readonly calls: Calls & Disposable;
  readonly #slotKey: string;
  readonly #objects = new SharedObjects<SharedKinds>(KINDS);
  readonly #lifecycle: Lifecycle;
  readonly #account: RunningAccount;
  readonly #source = new Source<SessionState>(INITIAL_SESSION);
  readonly #rooms = new Map<string, RoomParts>();
  readonly #hostSecret = new HostSecret();
  readonly #life = new AbortController();

  private constructor(options: SessionOptions, slotKey: string) {
    this.#slotKey = slotKey;
    this.#account = this.#objects.open("account", "");
    this.#lifecycle = new Lifecycle(options, this.#objects);
    this.#hostSecret.source = options.recoverySecret;
    const { signal } = this.#life;
    this.#account.subscribe(this.#handleChange, { signal });
    this.#lifecycle.subscribe(this.#handleChange, { signal });
    this.#hostSecret.subscribe(this.#handleChange, { signal });
    this.drafts = new VaultDrafts(() => this.#personalVault("draft/"));
    this.calls = new PageCalls({
      room: (reference) => this.room(reference),
      account: () => this.#objects.open("accountCalls", ""),
      vault: () => this.#personalVault("calls/"),
    });
  }

  /**
   * The session of a slot: the homeserver as it is written here, and the profile. The same slot gives the same session, with the options of its first user; each
   * user gives it back with `release()`.
   */
  static open(options: SessionOptions): Session {
    const key = Slot.keyOf(options);
    const entry = sessions.get(key) ?? { session: new Session(options, key), users: 0 };
    sessions.set(key, entry);
    entry.users++;
    return entry.session;
  }

  /** Gives the session back. After the last user has done so, its client stops; the visitor stays signed in. */
  async release(): Promise<void> {
    const entry = sessions.get(this.#slotKey);
    if (entry?.session !== this || --entry.users > 0) return;
    sessions.delete(this.#slotKey);
    this.#life.abort();
    this.#hostSecret.end();
    this.calls[Symbol.dispose]();
    await this.#lifecycle.dispose();
    this.#objects.refuse(new MeloError("interrupted", "The session was released."));
  }

  get state(): SessionState {
    return this.#source.state;
  }

  subscribe: Readable<SessionState>["subscribe"] = (listener, options) => this.#source.subscribe(listener, options);

  get credentials(): CredentialsSource | undefined {
    return this.#lifecycle.credentials;
  }

  set credentials(source: CredentialsSource | undefined) {
    this.#lifecycle.credentials = source;
  }

  get recoverySecret(): RecoverySecretSource | undefined {
    return this.#hostSecret.source;
  }

  set recoverySecret(source: RecoverySecretSource | undefined) {
    this.#hostSecret.source = source;
    this.#handleChange();
  }

  async loginFlows(): Promise<LoginFlows> {
    return loginFlows(await this.#lifecycle.homeserver());
  }

  signIn(attempt: SignIn): Promise<void> {
    return this.#lifecycle.signIn(attempt);
  }

  async ssoUrl(providerId?: string, returnTo = location.href): Promise<string> {
    if (this.state.storage === "memory")
      throw new MeloError("unsupported", "A sign-in that leaves the page needs a browser that keeps something here.");
    return startSso(this.#slotKey, await this.#lifecycle.homeserver(), returnTo, providerId);
  }

  unlock(password: string): Promise<void> {
    return this.#lifecycle.unlock(password);
  }

  async signOut(): Promise<void> {
    await within(LEAVE_LIMIT, this.calls.leave(), () => undefined).catch(() => {}); // the membership ends with the device at the latest
    await this.#lifecycle.signOut();
  }

  async retry(): Promise<void> {
    if (this.#lifecycle.state.phase === "failed") await this.#lifecycle.begin();
    else if (this.#lifecycle.state.phase === "signed-in") await this.#account.retry();
  }

  dismissNotice(): void {
    this.#lifecycle.dismissNotice();
  }

  room(reference: string): RoomParts {
    let parts = this.#rooms.get(reference);
    if (!parts) {
      parts = {
        room: this.#objects.open("room", reference),
        timeline: this.#objects.open("timeline", reference),
        typing: this.#objects.open("typing", reference),
        identities: this.#objects.open("identities", reference),
        call: this.#objects.open("call", reference),
        callKeys: this.#objects.open("callKeys", reference),
      };
      this.#rooms.set(reference, parts);
    }
    return parts;
  }

  user(userId: string): User {
    return this.#objects.open("user", userId);
  }

  get rooms(): Rooms {
    return this.#objects.open("rooms", "");
  }

  get media(): Media {
    return this.#objects.open("media", "");
  }

  get devices(): OwnDevices {
    return this.#objects.open("devices", "");
  }

  get identity(): Identity {
    return this.#objects.open("identity", "");
  }

  get recovery(): Recovery {
    return this.#objects.open("recovery", "");
  }

  get keyFile(): KeyFile {
    return this.#objects.open("keyFile", "");
  }

  get verification(): Verification {
    return this.#objects.open("verification", "");
  }

  voiceChannels(space: string): VoiceChannels {
    return this.#objects.open("voiceChannels", space);
  }

  createVoiceChannel(options: CreateVoiceChannelOptions): Promise<string> {
    return this.rooms.createVoiceChannel(options);
  }

  createRoom(options: CreateRoomOptions = {}): Promise<string> {
    return this.rooms.create(options);
  }

  /** Puts together what this tab knows and what the one that runs the client says. */
  #handleChange = (): void => {
    const { phase, account, storage, notice, role, error } = this.#lifecycle.state;
    if (phase === "signed-out" || phase === "signing-out" || phase === "locked") void this.calls.leave();
    const running = phase === "signed-in" ? this.#account.state : undefined;
    this.#source.merge({
      status: phase === "signed-in" ? this.#account.state.status : phase,
      step: running?.step,
      account,
      storage,
      notice,
      role,
      retryAt: running?.retryAt,
      crossSigning: running?.crossSigning ?? "unknown",
      recoverySecret: this.#hostSecret.state.recoverySecret,
      error: running ? running.error : error,
    });
    this.#hostSecret.look(
      this.state,
      () => this.recovery,
      (work) => this.#lifecycle.slot!.exclusively(work, ":recovery"),
    );
  };

  async #personalVault(part: string) {
    const { slot, state } = this.#lifecycle;
    return slot && state.account ? partOf(slot.personal(state.account.userId), part) : undefined;
  }
}
