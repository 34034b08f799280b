import { MeloError } from "../internal/errors.js";
import { late } from "../internal/late.js";
import { Source, type Readable } from "../internal/readable.js";
import { remembered } from "../internal/remembered.js";
import type { Vault } from "../matrix/vault.js";
import type { AccountCalls } from "../media/account-calls-state.js";
import type { CallManager } from "../media/call-manager.js";
import { INITIAL_CALL_TEST, type CallTest, type CallTestState } from "../media/call-test-state.js";
import { INITIAL_CALLS, type Calls, type CallsState, type JoinOptions } from "../media/calls-state.js";
import type { RoomParts } from "./session-api.js";

export interface PageCallsOptions {
  readonly room: (reference: string) => Pick<RoomParts, "call" | "callKeys" | "room">;
  readonly account: () => AccountCalls;
  readonly vault: () => Promise<Vault | undefined>;
}

/** The calls of this page. Here is what every page needs: who rings, and in which tab a call is. All else, and LiveKit, is loaded with the first call, preview or question for devices. */
export class PageCalls implements Calls, Disposable {
  readonly test: CallTest & Disposable;
  readonly #options: PageCallsOptions;
  readonly #source = new Source<CallsState>(INITIAL_CALLS);
  readonly #life = new AbortController();
  readonly #manager = remembered(() => this.#load());
  #loaded?: CallManager;
  #joining?: string;
  #watching = false;
  /** The lock by which the account knew this tab as the one with the call. */
  #wasHere?: string;

  constructor(options: PageCallsOptions) {
    this.#options = options;
    this.test = late<CallTestState, CallTest>(INITIAL_CALL_TEST, async () => {
      const { LiveCallTest } = await import("../media/call-test.js");
      return new LiveCallTest({ calls: this, access: (room) => options.account().testAccess(room) });
    });
  }

  get state(): CallsState {
    return this.#source.state;
  }

  subscribe: Readable<CallsState>["subscribe"] = (listener, options) => {
    this.#watchAccount();
    return this.#source.subscribe(listener, options);
  };

  join: Calls["join"] = async (room, options) => {
    this.#watchAccount();
    if (!this.#loaded) this.#source.merge({ call: { ...LOADING, roomId: room, room } });
    this.#joining = room;
    try {
      const manager = await this.#manager();
      if (this.#joining !== room) throw new MeloError("interrupted", "The call was left, or another one joined.");
      await manager.join(room, options);
    } catch (error) {
      const failure = MeloError.from(error);
      if (!this.#loaded && this.#joining === room)
        this.#source.merge({ call: { ...LOADING, status: "failed", step: undefined, roomId: room, room, error: failure.toInfo() } });
      throw failure;
    }
  };

  leave: Calls["leave"] = async () => {
    this.#joining = undefined;
    if (this.#loaded) await this.#loaded.leave();
    else this.#source.merge({ call: undefined });
  };

  setMicrophone: Calls["setMicrophone"] = async (on) => (await this.#manager()).setMicrophone(on);
  setCamera: Calls["setCamera"] = async (on) => (await this.#manager()).setCamera(on);
  setDeafened: Calls["setDeafened"] = async (on) => (await this.#manager()).setDeafened(on);
  setTalking: Calls["setTalking"] = async (talking) => this.#loaded?.setTalking(talking);
  startScreenShare: Calls["startScreenShare"] = async (options) => (this.#loaded ?? (await this.#manager())).startScreenShare(options);
  stopScreenShare: Calls["stopScreenShare"] = async (id) => this.#loaded?.stopScreenShare(id);
  setScreenShareHint: Calls["setScreenShareHint"] = async (id, hint) => this.#loaded?.setScreenShareHint(id, hint);
  setVolume: Calls["setVolume"] = async (userId, volume) => (await this.#manager()).setVolume(userId, volume);
  setLocallyMuted: Calls["setLocallyMuted"] = async (userId, muted) => (await this.#manager()).setLocallyMuted(userId, muted);
  raiseHand: Calls["raiseHand"] = async (raised) => (await this.#manager()).raiseHand(raised);
  react: Calls["react"] = async (emoji) => (await this.#manager()).react(emoji);
  remove: Calls["remove"] = async (userId, reason) => (await this.#manager()).remove(userId, reason);
  selectDevice: Calls["selectDevice"] = async (kind, id) => (await this.#manager()).selectDevice(kind, id);
  refreshDevices: Calls["refreshDevices"] = async (ask) => (await this.#manager()).refreshDevices(ask);
  configure: Calls["configure"] = async (change) => (await this.#manager()).configure(change);
  startAudio: Calls["startAudio"] = async () => this.#loaded?.startAudio();
  openPreview: Calls["openPreview"] = async (options) => (await this.#manager()).openPreview(options);
  closePreview: Calls["closePreview"] = async () => this.#loaded?.closePreview();
  testSpeaker: Calls["testSpeaker"] = async () => (await this.#manager()).testSpeaker();

  accept: Calls["accept"] = async (id, options: JoinOptions = {}) => {
    const call = this.state.incoming.find((incoming) => incoming.id === id);
    if (!call) throw new MeloError("interrupted", "This call rings no more.");
    await this.join(call.roomId, { camera: call.intent === "video", ring: false, ...options });
  };

  decline: Calls["decline"] = (id) => this.#options.account().decline(id);
  dismiss: Calls["dismiss"] = (id) => this.#options.account().dismiss(id);

  attach(trackId: string, element: HTMLVideoElement): () => void {
    return this.#whenLoaded((manager) => manager.attach(trackId, element));
  }

  watchLevel(participantId: string, listener: (level: number) => void): () => void {
    return this.#whenLoaded((manager) => manager.watchLevel(participantId, listener));
  }

  /** Leaves, and lets go of everything. */
  [Symbol.dispose](): void {
    this.#life.abort();
    this.test[Symbol.dispose]();
    this.#loaded?.[Symbol.dispose]();
  }

  /** Begins with `start` as soon as the code is there; the returned function ends it, or takes the wish back. */
  #whenLoaded(start: (manager: CallManager) => () => void): () => void {
    if (this.#loaded) return start(this.#loaded);
    let stop: (() => void) | undefined;
    const unsubscribe = this.#source.subscribe(() => {
      if (!this.#loaded || stop) return;
      unsubscribe();
      stop = start(this.#loaded);
    });
    return () => {
      unsubscribe();
      stop?.();
    };
  }

  async #load(): Promise<CallManager> {
    const { room, vault } = this.#options;
    const { CallManager: Manager } = await import("../media/call-manager.js").catch((cause: unknown) => {
      throw new MeloError("code-unreachable", "melo's code for calls could not be loaded.", { cause });
    });
    const manager = await Manager.start({ room, memory: vault });
    if (this.#life.signal.aborted) {
      manager[Symbol.dispose]();
      throw new MeloError("interrupted", "The session was released.");
    }
    this.#loaded = manager;
    const show = () => {
      const { call, devices, settings, preview } = manager.state;
      this.#source.merge({ call, devices, settings, preview });
      this.#handleAccount();
    };
    manager.subscribe(show, { signal: this.#life.signal });
    show();
    return manager;
  }

  #watchAccount(): void {
    if (this.#watching) return;
    this.#watching = true;
    this.#options.account().subscribe(this.#handleAccount, { signal: this.#life.signal });
    this.#handleAccount();
  }

  #handleAccount = (): void => {
    const { incoming, active } = this.#options.account().state;
    const isHere = active?.tab !== undefined && active.tab === this.#loaded?.tabLock;
    if (active?.tab !== undefined && !isHere && this.#wasHere !== undefined && this.#wasHere === this.#loaded?.tabLock)
      void this.#loaded?.replaced();
    if (isHere) this.#wasHere = active.tab;
    const known = this.state.elsewhere;
    const elsewhere = !active || isHere ? undefined : known?.roomId === active.roomId ? known : { roomId: active.roomId };
    this.#source.merge({ incoming, elsewhere });
  };
}

const LOADING = {
  status: "joining",
  step: "code",
  name: "",
  isVoiceChannel: false,
  encrypted: false,
  participants: [],
  reactions: [],
  intruders: 0,
  microphone: { status: "off" },
  camera: { status: "off" },
  screens: [],
  deafened: false,
  pushToTalk: false,
  audioBlocked: false,
  canSpeak: true,
  canRemove: false,
} as const;
