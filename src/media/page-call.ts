import { ConnectionQuality, type Track } from "livekit-client";

import { MeloError } from "../internal/errors.js";
import type { Readable } from "../internal/readable.js";
import { within } from "../internal/time-limit.js";
import type { CallKeys } from "./call-keys-state.js";
import type { CallChoices } from "./call-choices.js";
import { CallMembership } from "./call-membership.js";
import type { CallSettings, CallState, JoinOptions } from "./calls-state.js";
import { assertMayJoin, isDirect, reactionsOf, type RoomKind } from "./call-shapes.js";
import type { Devices } from "./devices.js";
import { Participants, type Seen } from "./participants.js";
import { Playback } from "./playback.js";
import type { RoomCall } from "./room-call-state.js";
import { OwnMedia } from "./own-media.js";
import { SfuConnections } from "./sfu-connections.js";
import { playSound } from "./sounds.js";

/** The state is put together at most so often, in ms: with many people something changes all the time. */
const PACE = 100;
/** How often it is looked at what changes without an event, in ms. */
const TICK = 1_000;
const ROOM_LIMIT = 30_000;

export interface PageCallOptions {
  readonly reference: string;
  readonly call: RoomCall;
  readonly keys: CallKeys;
  /** The room itself; without it, nobody is rung by default. */
  readonly room?: Readable<RoomKind>;
  readonly choices: CallChoices;
  readonly devices: Devices;
  readonly settings: () => CallSettings;
  readonly onChange: () => void;
}

/** One call, from joining to leaving: its membership, its connections, what is sent and what is played. */
export class PageCall {
  readonly membership: CallMembership;
  readonly own: OwnMedia;
  readonly #options: PageCallOptions;
  readonly #life = new AbortController();
  readonly #participants = new Participants();
  readonly #playback: Playback;
  #sfus?: SfuConnections;
  #status: CallState["status"] = "joining";
  #step: CallState["step"] = "access";
  #error?: MeloError;
  #joinedAt?: number;
  #audioBlocked = false;
  #seen: Seen = { participants: [], sounds: [], pictures: new Map() };
  #state: CallState;
  #pending?: ReturnType<typeof setTimeout>;
  #lastEmit = 0;
  #leaving?: Promise<void>;

  constructor(options: PageCallOptions) {
    this.#options = options;
    const { call, devices, settings } = options;
    this.membership = new CallMembership(call, (error) => void this.#fail(error));
    this.own = new OwnMedia({
      devices,
      settings,
      maySend: () => call.state.canSpeak,
      publish: (track, how) => this.#sfu.publish(track, how),
      unpublish: async (track) => this.#sfus?.own.unpublish(track),
      onChange: () => this.#schedule(),
    });
    this.#playback = new Playback((blocked) => {
      this.#audioBlocked = blocked;
      this.#schedule();
    });
    void this.#playback.setSpeaker(devices.current("speaker")).catch(() => {}); // then it sounds where the system plays
    this.#state = this.#compose();
    const { signal } = this.#life;
    call.subscribe(this.#handleRoom, { signal });
    options.keys.subscribe(() => void this.#handleKeys(), { signal });
    addEventListener("pagehide", () => void this.leave(), { signal });
    const timer = setInterval(() => this.#schedule(), TICK);
    signal.addEventListener("abort", () => clearInterval(timer), { once: true });
  }

  get state(): CallState {
    return this.#state;
  }

  get room(): RoomCall {
    return this.#options.call;
  }

  /** Pictures that may be shown, the own ones among them, by the id of their track. */
  picture(id: string): Track | undefined {
    return this.own.picture(id, this.#ownId) ?? this.#seen.pictures.get(id);
  }

  /** The receiver of somebody's voice, if it is heard here. */
  receiver(participantId: string): RTCRtpReceiver | undefined {
    const member = this.room.state.members.find(({ id }) => id === participantId);
    const remote = member && this.#sfus?.connected(member.serviceUrl)?.get(member.identity);
    const voice = this.#seen.sounds.find(({ id }) => id === `${participantId}|microphone`);
    const publications = voice ? [...(remote?.trackPublications.values() ?? [])] : [];
    return publications.find(({ track }) => track?.mediaStreamTrack === voice?.track)?.track?.receiver;
  }

  isOwn(participantId: string): boolean {
    return participantId === this.#ownId;
  }

  /** Rejects with a MeloError; then everything has ended again, and the state says `failed`. */
  async join({ microphone = true, camera = false, ring }: JoinOptions): Promise<void> {
    try {
      const { call } = this.#options;
      await this.#roomReady();
      assertMayJoin(call);
      const { encrypted, isVoiceChannel, members } = call.state;
      const notify = members.length === 0 && (ring ?? (!isVoiceChannel && (await isDirect(this.#options.room)))) ? "ring" : undefined;
      const access = call.access();
      access.catch(() => {}); // it is awaited below; what comes first must not be told as unhandled
      const sfus = (this.#sfus = this.#connections(encrypted));
      sfus.setMembers(members);
      await sfus.setKeys(this.#options.keys.state.keys);
      const speaks = microphone && call.state.canSpeak;
      const data = { ...this.own.data, muted: !speaks };
      this.#setStep("membership");
      const membership = this.membership.join({ intent: camera ? "video" : "audio", data, ...(notify && { notify }) });
      membership.catch(() => {});
      const connection = sfus.own.connect(access);
      connection.catch(() => {});
      // The browser may ask the visitor meanwhile; the others are heard without the answer.
      if (speaks) this.own.setMicrophone(true).catch(() => {}); // the source says what became of it
      if (camera && call.state.canSpeak) this.own.setCamera(true).catch(() => {});
      await membership;
      this.#setStep("connection");
      await connection;
      this.#assertAlive();
      this.#joinedAt = Date.now();
      this.#setStatus("connected");
      if (this.#options.settings().sounds) void playSound("joined", this.#options.devices.current("speaker")).catch(() => {});
      void this.#options.devices.refresh();
    } catch (error) {
      const failure = MeloError.from(error);
      await this.#fail(failure);
      throw failure;
    }
  }

  /** Leaves at once; resolves when the others have been told, as far as they can be. */
  leave(): Promise<void> {
    this.#leaving ??= this.#end("leaving");
    return this.#leaving;
  }

  /** The account joined a call elsewhere. */
  replaced(): Promise<void> {
    return this.#fail(new MeloError("call-replaced", "The account joined a call elsewhere."));
  }

  async setDeafened(on: boolean): Promise<void> {
    const done = this.own.setDeafened(on);
    this.#schedule(true);
    await done;
  }

  /** Another setting or device was chosen. */
  async applyChoices(what: { readonly microphone?: boolean; readonly camera?: boolean; readonly speaker?: boolean }): Promise<void> {
    if (what.speaker) await this.#playback.setSpeaker(this.#options.devices.current("speaker"));
    await this.own.applyChoices(what);
    this.#schedule(true);
  }

  /** Puts the state together now. */
  refresh(): void {
    this.#schedule(true);
  }

  startAudio(): Promise<void> {
    return this.#playback.resume();
  }

  get #sfu() {
    if (!this.#sfus) throw new MeloError("interrupted", "The call has not begun, or has ended.");
    return this.#sfus.own;
  }

  get #ownId(): string | undefined {
    return this.room.state.members.find(({ isThisDevice }) => isThisDevice)?.id;
  }

  #connections(encrypted: boolean): SfuConnections {
    const { call } = this.#options;
    return new SfuConnections({
      encrypted,
      access: (serviceUrl) => call.access(serviceUrl),
      onChange: () => {
        this.#sfus?.subscribe(); // what is heard does not wait for what is shown
        this.#schedule();
      },
      onEnd: (error) => void this.#fail(error),
    });
  }

  async #roomReady(): Promise<void> {
    const { call } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = () => {
      const { status, error } = call.state;
      if (status === "ready") resolve();
      else if (status === "failed")
        reject(new MeloError(error?.code ?? "unknown", error?.message ?? "The call of the room cannot be seen."));
    };
    const stop = call.subscribe(look, { signal: this.#life.signal });
    look();
    try {
      await within(ROOM_LIMIT, promise, () => new MeloError("start-timeout", "The room did not load in time."));
    } finally {
      stop();
    }
    this.#assertAlive();
  }

  #assertAlive(): void {
    if (this.#life.signal.aborted) throw new MeloError("interrupted", "The call was left.");
  }

  #handleRoom = (): void => {
    const { members, canSpeak } = this.room.state;
    this.#tellComings();
    this.#sfus?.setMembers(members);
    if (!canSpeak && this.#joinedAt !== undefined) void this.own.silence();
    this.#schedule();
  };

  #present?: ReadonlySet<string>;

  /** A sound when somebody comes or goes; not for oneself. */
  #tellComings(): void {
    const before = this.#present;
    const now = new Set(this.room.state.members.filter(({ isThisDevice }) => !isThisDevice).map(({ id }) => id));
    this.#present = now;
    if (!before || this.#status !== "connected" || this.own.deafened || !this.#options.settings().sounds) return;
    const speaker = this.#options.devices.current("speaker");
    if ([...now].some((id) => !before.has(id))) void playSound("joined", speaker).catch(() => {});
    else if ([...before].some((id) => !now.has(id))) void playSound("left", speaker).catch(() => {});
  }

  async #handleKeys(): Promise<void> {
    await this.#sfus?.setKeys(this.#options.keys.state.keys);
    this.#schedule(true);
  }

  #setStep(step: CallState["step"]): void {
    this.#step = step;
    this.#schedule(true);
  }

  #setStatus(status: CallState["status"]): void {
    this.#status = status;
    this.#step = undefined;
    this.#schedule(true);
  }

  async #fail(error: MeloError): Promise<void> {
    if (this.#leaving) return;
    this.#error = error;
    this.#leaving = this.#end("failed");
    await this.#leaving;
  }

  async #end(status: "leaving" | "failed"): Promise<void> {
    if (this.#joinedAt !== undefined && this.#options.settings().sounds && document.visibilityState === "visible")
      void playSound("left", this.#options.devices.current("speaker")).catch(() => {});
    const sfus = this.#sfus;
    this.#life.abort();
    clearTimeout(this.#pending);
    this.#playback.end();
    this.#seen = { participants: [], sounds: [], pictures: new Map() };
    this.#status = status;
    this.#step = undefined;
    this.#emit();
    if (this.#error?.code === "call-replaced") this.membership.release();
    const left = this.membership.leave();
    await Promise.allSettled([sfus?.close(), this.own.end()]);
    this.#sfus = undefined;
    await left;
  }

  #schedule(now = false): void {
    if (this.#life.signal.aborted) return;
    const wait = this.#lastEmit + PACE - performance.now();
    if (now || wait <= 0) {
      clearTimeout(this.#pending);
      this.#pending = undefined;
      this.#update();
    } else this.#pending ??= setTimeout(() => this.#schedule(true), wait);
  }

  #update(): void {
    this.#lastEmit = performance.now();
    this.#pending = undefined;
    const sfus = this.#sfus;
    const { call, choices, keys } = this.#options;
    if (sfus) {
      sfus.subscribe();
      const refusals = new Map(keys.state.refused.map(({ userId, deviceId, reason }) => [`${userId}\n${deviceId ?? ""}`, reason]));
      const byIdentity = new Map(call.state.members.map((member) => [member.identity, member]));
      this.#seen = this.#participants.see({
        encrypted: call.state.encrypted,
        members: call.state.members,
        connected: (url) => sfus.connected(url),
        lost: (url) => sfus.isLost(url),
        keys: (identity) => {
          const member = byIdentity.get(identity);
          const refused = member && (refusals.get(`${member.userId}\n${member.deviceId}`) ?? refusals.get(`${member.userId}\n`));
          return {
            hasKey: member !== undefined && sfus.hasKey(member.serviceUrl, identity),
            refused,
            trouble: sfus.trouble(identity),
          };
        },
        hearing: (userId) => choices.hearing(userId),
        own: this.#ownMedia(sfus),
      });
      if (this.#status === "connected" || this.#status === "reconnecting")
        this.#status = sfus.own.status === "connected" ? "connected" : "reconnecting";
      this.#playback.show(this.#seen.sounds, this.own.deafened);
      this.own.guardVoice();
      if (this.#joinedAt !== undefined) this.membership.tell(this.own.data);
    }
    this.#emit();
  }

  #ownMedia(sfus: SfuConnections) {
    const local = sfus.own.room?.localParticipant;
    return {
      muted: !this.own.microphone.isLive,
      deafened: this.own.deafened,
      speaking: local?.isSpeaking ?? false,
      quality: local?.connectionQuality ?? ConnectionQuality.Unknown,
      connected: sfus.own.status === "connected",
      tracks: this.own.tracks(this.#ownId),
    };
  }

  #emit(): void {
    this.#state = this.#compose();
    this.#options.onChange();
  }

  #compose(): CallState {
    const { reference, call, settings } = this.#options;
    const { roomId, name, isVoiceChannel, encrypted, reactions, canSpeak, canRemove } = call.state;
    return Object.freeze({
      status: this.#status,
      roomId: roomId ?? reference,
      room: reference,
      name,
      isVoiceChannel,
      encrypted,
      ...(this.#step && { step: this.#step }),
      ...(this.#joinedAt !== undefined && { joinedAt: this.#joinedAt }),
      participants: this.#seen.participants,
      reactions: reactionsOf(reactions),
      intruders: this.#sfus?.countIntruders() ?? 0,
      microphone: this.own.microphone.source,
      camera: this.own.camera.source,
      screens: this.own.screens.state,
      deafened: this.own.deafened,
      pushToTalk: settings().pushToTalk,
      audioBlocked: this.#audioBlocked,
      canSpeak,
      canRemove,
      ...(this.#error && { error: this.#error.toInfo() }),
    });
  }
}
