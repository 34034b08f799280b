import type { VerificationState } from "../../src/crypto/verification-state.js";
import { MeloError, type MeloErrorCode } from "../../src/internal/errors.js";
import { Source } from "../../src/internal/readable.js";
import type { RoomSummary, RoomsState } from "../../src/matrix/rooms-state.js";
import type { UserState } from "../../src/matrix/user-state.js";
import { INITIAL_VOICE_CHANNELS, type VoiceChannels, type VoiceChannelsState } from "../../src/matrix/voice-channels-state.js";
import type { SessionApi } from "../../src/session/session-api.js";
import type { LoginFlows, SessionState } from "../../src/session/session-state.js";
import { FakeCalls, type FakeCallsOptions } from "./fake-calls.js";
import { FakeDevices, type FakeDevicesOptions } from "./fake-devices.js";
import { FakeIdentity, type FakeIdentityOptions } from "./fake-identity.js";
import { FakeKeyFile } from "./fake-key-file.js";
import { FakeRecovery, type FakeRecoveryOptions } from "./fake-recovery.js";
import { FakeRoom, type FakeRoomOptions } from "./fake-room.js";
import { FakeUser } from "./fake-user.js";
import { FakeVerification } from "./fake-verification.js";

/** What a story or a test may replace: the answer of an action, in place of what the fake does by itself. */
type Answers = {
  readonly [Name in "loginFlows" | "signIn" | "ssoUrl" | "unlock" | "signOut" | "retry"]?: SessionApi[Name];
} & { readonly loadMedia?: SessionApi["media"]["load"] };

export interface FakeSessionOptions {
  /** Default: Alice, ready, everything well. */
  readonly session?: Partial<SessionState>;
  /** By the reference that elements use (id or alias). Any other room is `not-found`. */
  readonly rooms?: Readonly<Record<string, FakeRoomOptions>>;
  /** Default: password only. */
  readonly flows?: Partial<LoginFlows>;
  readonly drafts?: Readonly<Record<string, string>>;
  /** Default: set up, backup on. */
  readonly recovery?: FakeRecoveryOptions;
  /** Default: this device is verified. */
  readonly identity?: FakeIdentityOptions;
  readonly answers?: Answers;
  /** Default: they are still being loaded. */
  readonly devices?: FakeDevicesOptions;
  readonly verification?: Partial<VerificationState>;
  /** Default: in no call. */
  readonly calls?: FakeCallsOptions;
  /** By the reference of the space. Any other has none. */
  readonly voiceChannels?: Readonly<Record<string, Partial<VoiceChannelsState>>>;
  /** By user id. Default: known, and named after their address. */
  readonly users?: Readonly<Record<string, Partial<UserState>>>;
  /** How long "the server" takes for each action, in ms. Default 0; stories that show progress take longer. */
  readonly latency?: number;
}

/** A session made of literals, for stories and tests: what is typed, joined and discarded works, but nothing leaves the page. */
export class FakeSession implements SessionApi {
  /** The live state: merge into it to play what a server does. */
  readonly source: Source<SessionState>;
  readonly calls: FakeCalls;
  /** The actions that were called, in order: `["signIn", {…}]`. */
  readonly actions: (readonly [name: string, ...args: unknown[]])[] = [];
  readonly rooms: SessionApi["rooms"];
  readonly media: SessionApi["media"];
  readonly drafts: SessionApi["drafts"];
  readonly devices: FakeDevices;
  readonly identity: FakeIdentity;
  readonly recovery: FakeRecovery;
  readonly keyFile: FakeKeyFile;
  readonly verification: FakeVerification;
  credentials: SessionApi["credentials"];
  recoverySecret: SessionApi["recoverySecret"];
  readonly #options: FakeSessionOptions;
  readonly #users = new Map<string, FakeUser>();
  readonly #rooms = new Map<string, FakeRoom>();
  readonly #spaces = new Map<string, VoiceChannels>();

  constructor(options: FakeSessionOptions = {}) {
    this.#options = options;
    this.source = new Source<SessionState>({ ...READY, ...options.session });
    this.rooms = this.#makeRooms();
    this.media = this.#makeMedia();
    this.drafts = this.#makeDrafts();
    this.devices = new FakeDevices(options.devices ?? {}, async (...call) => {
      this.actions.push(call);
      await this.#pause();
    });
    this.identity = new FakeIdentity(options.identity, () => this.#pause());
    this.recovery = new FakeRecovery(options.recovery, () => this.#pause());
    this.keyFile = new FakeKeyFile(() => this.#pause());
    this.verification = new FakeVerification(options.verification);
    this.calls = new FakeCalls(
      options.calls,
      (reference) => this.room(reference),
      () => this.#pause(),
    );
  }

  get state(): SessionState {
    return this.source.state;
  }

  subscribe: SessionApi["subscribe"] = (listener, options) => this.source.subscribe(listener, options);

  /** The same room that elements get, with its sources, to play what other people do. */
  room(reference: string): FakeRoom {
    let room = this.#rooms.get(reference);
    if (!room) {
      const options = this.#options.rooms?.[reference] ?? { room: { status: "not-found" } };
      room = new FakeRoom(this, reference, options, () => this.#pause());
      this.#rooms.set(reference, room);
    }
    return room;
  }

  user(userId: string): FakeUser {
    let user = this.#users.get(userId);
    if (!user) {
      const isOwn = userId === this.state.account?.userId;
      user = new FakeUser({ name: nameIn(userId), isOwn, ...this.#options.users?.[userId] }, () => this.#pause());
      this.#users.set(userId, user);
    }
    return user;
  }

  async loginFlows(): Promise<LoginFlows> {
    return this.#act("loginFlows", [], () => ({ ...PASSWORD_ONLY, ...this.#options.flows }));
  }

  async signIn(attempt: Parameters<SessionApi["signIn"]>[0]): Promise<void> {
    const before = this.state.status;
    this.source.merge({ status: "signing-in", notice: undefined, error: undefined });
    try {
      await this.#act("signIn", [attempt], () => this.source.merge(READY));
    } catch (error) {
      this.source.merge({ status: before });
      throw error;
    }
  }

  async ssoUrl(providerId?: string, returnTo?: string): Promise<string> {
    return this.#act("ssoUrl", [providerId, returnTo], () => `#single-sign-on-${providerId ?? "default"}`);
  }

  async unlock(password: string): Promise<void> {
    await this.#act("unlock", [password], () => this.source.merge({ status: "ready" }));
  }

  async signOut(): Promise<void> {
    await this.#act("signOut", [], () => this.source.merge({ ...READY, status: "signed-out", account: undefined }));
  }

  async retry(): Promise<void> {
    await this.#act("retry", [], () => this.source.merge({ status: "ready", retryAt: undefined, error: undefined }));
  }

  dismissNotice(): void {
    this.actions.push(["dismissNotice"]);
    this.source.merge({ notice: undefined });
  }

  voiceChannels(space: string): VoiceChannels {
    const known = this.#spaces.get(space);
    if (known) return known;
    const source = new Source<VoiceChannelsState>({ ...INITIAL_VOICE_CHANNELS, status: "ready", ...this.#options.voiceChannels?.[space] });
    const channels: VoiceChannels = {
      get state() {
        return source.state;
      },
      subscribe: (listener, options) => source.subscribe(listener, options),
      retry: async () => source.merge({ status: "ready", error: undefined }),
    };
    this.#spaces.set(space, channels);
    return channels;
  }

  async createVoiceChannel(options: Parameters<SessionApi["createVoiceChannel"]>[0]): Promise<string> {
    return this.rooms.createVoiceChannel(options);
  }

  async createRoom(options: Parameters<SessionApi["createRoom"]>[0] = {}): Promise<string> {
    return this.rooms.create(options);
  }

  /** Plays an action: what the story answers, else what the fake does by itself. */
  async #act<Args extends unknown[], Result>(name: keyof Answers, args: Args, play: () => Result): Promise<Result> {
    this.actions.push([name, ...args]);
    await this.#pause();
    const answer = this.#options.answers?.[name] as ((...args: Args) => Promise<Result>) | undefined;
    return answer ? await answer(...args) : play();
  }

  async #pause(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.#options.latency ?? 0));
  }

  #makeRooms(): SessionApi["rooms"] {
    const entries = Object.entries(this.#options.rooms ?? {});
    const source = new Source<RoomsState>({ rooms: entries.map(([reference, { room }]) => summary(reference, room?.name)) });
    const create: SessionApi["rooms"]["create"] = async (options) => {
      this.actions.push(["createRoom", options]);
      await this.#pause();
      const roomId = `!room${this.#rooms.size + entries.length}:example.org`;
      const room = { name: options.name, encryption: options.encrypted === false ? "unencrypted" : "encrypted" } as const;
      this.#rooms.set(roomId, new FakeRoom(this, roomId, { room }, () => this.#pause()));
      source.merge({ rooms: [summary(roomId, options.name), ...source.state.rooms] });
      return roomId;
    };
    return {
      get state() {
        return source.state;
      },
      subscribe: (listener, options) => source.subscribe(listener, options),
      create,
      createVoiceChannel: async (channel) => create(channel),
      openDirect: async (userId) => create({ direct: true, name: userId }),
    };
  }

  #makeMedia(): SessionApi["media"] {
    const source = new Source<object>({});
    return {
      state: source.state,
      subscribe: (listener, options) => source.subscribe(listener, options),
      load: async (uri, size) => {
        this.actions.push(["loadMedia", uri, size]);
        await this.#pause();
        return this.#options.answers?.loadMedia?.(uri, size) ?? picture(uri);
      },
    };
  }

  #makeDrafts(): SessionApi["drafts"] {
    const kept = new Map(Object.entries(this.#options.drafts ?? {}));
    return {
      load: async (reference) => kept.get(reference) ?? "",
      save: async (reference, text) => void (text ? kept.set(reference, text) : kept.delete(reference)),
    };
  }
}

/** See {@link FakeSession}. */
export function fakeSession(options?: FakeSessionOptions): FakeSession {
  return new FakeSession(options);
}

function nameIn(userId: string): string {
  const local = userId.slice(1).split(":")[0] ?? "";
  return local.charAt(0).toUpperCase() + local.slice(1);
}

/** An answer that rejects: `answers: { signIn: failing("login-rejected") }`. */
export function failing(code: MeloErrorCode, retryAfter?: number): () => Promise<never> {
  return async () => {
    throw new MeloError(code, "as a story wants it", { retryAfter });
  };
}

/** An answer that never comes: `answers: { loginFlows: pending }`. */
export function pending(): Promise<never> {
  return new Promise(() => {});
}

const READY: SessionState = {
  status: "ready",
  account: { userId: "@alice:example.org", deviceId: "GARDENGATE", homeserver: "https://matrix.example.org" },
  storage: "persistent",
  crossSigning: "ready",
  role: "owner",
};

const PASSWORD_ONLY: LoginFlows = { password: true, token: false, jwt: false, sso: [] };

function summary(roomId: string, name = roomId): RoomSummary {
  return { roomId, name, isDirect: false, membership: "join", encrypted: true, latest: 0 };
}

/** A small drawing of its own for each address: two hills under a sky. */
function picture(uri: string): Blob {
  const hue = [...uri].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 7);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="96" height="96">
    <rect width="96" height="96" fill="oklch(0.86 0.06 ${hue})"/><circle cx="66" cy="30" r="12" fill="oklch(0.95 0.09 95)"/>
    <path d="M0 66 Q28 38 58 64 T96 58 V96 H0Z" fill="oklch(0.6 0.1 ${hue + 40})"/>
    <path d="M0 80 Q34 58 96 80 V96 H0Z" fill="oklch(0.45 0.09 ${hue + 60})"/></svg>`;
  return new Blob([svg], { type: "image/svg+xml" });
}
