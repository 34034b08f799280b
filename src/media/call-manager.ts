import { setLogLevel } from "livekit-client";

import { MeloError } from "../internal/errors.js";
import { Source, type Readable } from "../internal/readable.js";
import { PageCall } from "./page-call.js";
import type { CallKeys } from "./call-keys-state.js";
import type { RoomKind } from "./call-shapes.js";
import { CallChoices, type ChoiceMemory } from "./call-choices.js";
import {
  INITIAL_CALLS,
  type CallSettings,
  type CallState,
  type CallsState,
  type DeviceKind,
  type JoinOptions,
  type ScreenShareOptions,
} from "./calls-state.js";
import { Devices } from "./devices.js";
import { watchReceiverLevel, watchTrackLevel } from "./levels.js";
import { Pictures } from "./pictures.js";
import { Preview, PREVIEW } from "./preview.js";
import type { RoomCall } from "./room-call-state.js";
import { playSound } from "./sounds.js";

setLogLevel("error"); // what it says below that is for its own developers, and names people

export interface CallManagerOptions {
  readonly room: (reference: string) => { readonly call: RoomCall; readonly callKeys: CallKeys; readonly room?: Readable<RoomKind> };
  /** Where choices are kept; nothing: they hold until the page closes. */
  readonly memory: () => Promise<ChoiceMemory | undefined>;
}

/** What of {@link CallsState} the manager knows. */
export type ManagedCalls = Pick<CallsState, "call" | "devices" | "settings" | "preview">;

/** The calls of a page, once their code is there: at most one at a time, and the devices, choices and the preview that belong to it. */
export class CallManager implements Readable<ManagedCalls>, Disposable {
  readonly #options: CallManagerOptions;
  readonly #source = new Source<ManagedCalls>({ devices: INITIAL_CALLS.devices, settings: INITIAL_CALLS.settings });
  readonly #choices: CallChoices;
  readonly #devices: Devices;
  readonly #pictures = new Pictures((id) => (id === PREVIEW ? this.#preview?.picture : this.#active?.picture(id)));
  #active?: PageCall;
  #preview?: Preview;

  private constructor(options: CallManagerOptions, choices: CallChoices) {
    this.#options = options;
    this.#choices = choices;
    this.#devices = new Devices(choices, () => this.#handleDevices());
    this.#source.merge({ devices: this.#devices.state, settings: { ...INITIAL_CALLS.settings, ...choices.settings } });
  }

  static async start(options: CallManagerOptions): Promise<CallManager> {
    const choices = new CallChoices(options.memory);
    await choices.load();
    return new CallManager(options, choices);
  }

  get state(): ManagedCalls {
    return this.#source.state;
  }

  subscribe: Readable<ManagedCalls>["subscribe"] = (listener, options) => this.#source.subscribe(listener, options);

  /** Name of the lock that this tab holds while it is in a call. */
  get tabLock(): string | undefined {
    const active = this.#active;
    return active && active.state.status !== "failed" ? active.membership.tabLock : undefined;
  }

  async join(reference: string, options: JoinOptions = {}): Promise<void> {
    const former = this.#active;
    if (former && former.state.status !== "failed") await former.leave();
    const { call, callKeys, room } = this.#options.room(reference);
    const active = new PageCall({
      reference,
      call,
      keys: callKeys,
      room,
      choices: this.#choices,
      devices: this.#devices,
      settings: () => this.state.settings,
      onChange: () => this.#handleCall(active),
    });
    this.#active = active;
    this.#handleCall(active);
    await active.join(options);
  }

  async leave(): Promise<void> {
    const active = this.#active;
    await active?.leave();
    if (this.#active !== active) return;
    this.#active = undefined;
    this.#source.merge({ call: undefined });
    this.#pictures.update();
  }

  /** The account joined a call elsewhere. */
  async replaced(): Promise<void> {
    await this.#active?.replaced();
  }

  async setMicrophone(on: boolean): Promise<void> {
    await this.#call.own.setMicrophone(on);
  }

  async setCamera(on: boolean): Promise<void> {
    await this.#call.own.setCamera(on);
  }

  async setDeafened(on: boolean): Promise<void> {
    await this.#call.setDeafened(on);
  }

  async setTalking(talking: boolean): Promise<void> {
    await this.#active?.own.setTalking(talking);
  }

  async startScreenShare(options?: ScreenShareOptions): Promise<string | undefined> {
    return this.#call.own.startScreenShare(options);
  }

  async stopScreenShare(id?: string): Promise<void> {
    await this.#active?.own.screens.stop(id);
  }

  async setScreenShareHint(id: string, hint: "text" | "motion"): Promise<void> {
    this.#active?.own.screens.setHint(id, hint);
  }

  async setVolume(userId: string, volume: number): Promise<void> {
    this.#choices.setHearing(userId, { volume: Math.max(0, Math.min(2, volume)) });
    this.#active?.refresh();
  }

  async setLocallyMuted(userId: string, muted: boolean): Promise<void> {
    this.#choices.setHearing(userId, { muted });
    this.#active?.refresh();
  }

  async raiseHand(raised: boolean): Promise<void> {
    await this.#call.room.raiseHand(raised);
  }

  async react(emoji: string): Promise<void> {
    await this.#call.room.react(emoji);
  }

  async remove(userId: string, reason?: string): Promise<void> {
    await this.#call.room.remove(userId, reason);
  }

  async selectDevice(kind: DeviceKind, id: string): Promise<void> {
    this.#devices.select(kind, id);
    await Promise.all([this.#active?.applyChoices({ [kind]: true }), kind === "speaker" ? undefined : this.#preview?.[kind].refresh()]);
  }

  async refreshDevices(ask = false): Promise<void> {
    if (ask) await this.#askForNames();
    await this.#devices.refresh();
  }

  async configure(change: Partial<CallSettings>): Promise<void> {
    const settings = { ...this.state.settings, ...change };
    this.#choices.settings = settings;
    this.#source.merge({ settings });
    const microphone = CAPTURE_SETTINGS.some((name) => change[name] !== undefined);
    await Promise.all([this.#active?.applyChoices({ microphone }), microphone ? this.#preview?.microphone.refresh() : undefined]);
  }

  async startAudio(): Promise<void> {
    await this.#active?.startAudio();
  }

  async openPreview(options: { readonly microphone: boolean; readonly camera: boolean }): Promise<void> {
    this.#preview ??= new Preview(this.#devices, () => this.state.settings, this.#handlePreview);
    this.#handlePreview();
    await this.#preview.show(options);
    await this.#devices.refresh();
  }

  async closePreview(): Promise<void> {
    const preview = this.#preview;
    this.#preview = undefined;
    this.#source.merge({ preview: undefined });
    this.#pictures.update();
    await preview?.end();
  }

  async testSpeaker(): Promise<void> {
    await playSound("test", this.#devices.current("speaker"));
  }

  attach(trackId: string, element: HTMLVideoElement): () => void {
    return this.#pictures.attach(trackId, element);
  }

  watchLevel(participantId: string, listener: (level: number) => void): () => void {
    const own = participantId === PREVIEW || (this.#active?.isOwn(participantId) ?? false);
    if (!own) return watchReceiverLevel(() => this.#active?.receiver(participantId), listener);
    return this.#watchOwnLevel(participantId === PREVIEW, listener);
  }

  [Symbol.dispose](): void {
    void this.closePreview();
    void this.leave();
    this.#devices[Symbol.dispose]();
  }

  get #call(): PageCall {
    const active = this.#active;
    if (!active || active.state.status === "failed" || active.state.status === "leaving")
      throw new MeloError("unknown", "There is no call.");
    return active;
  }

  /** The own microphone may be another track a moment later, or none. */
  #watchOwnLevel(isPreview: boolean, listener: (level: number) => void): () => void {
    let watched: MediaStreamTrack | undefined;
    let stop: (() => void) | undefined;
    const look = () => {
      const capture = isPreview ? this.#preview?.microphone : this.#active?.own.microphone;
      const track = capture?.isLive ? capture.track?.mediaStreamTrack : undefined;
      if (track === watched) return;
      stop?.();
      watched = track;
      stop = track && watchTrackLevel(track, listener);
      if (!track) listener(0);
    };
    const unsubscribe = this.subscribe(look);
    look();
    return () => {
      unsubscribe();
      stop?.();
    };
  }

  async #askForNames(): Promise<void> {
    const preview = new Preview(
      this.#devices,
      () => this.state.settings,
      () => {},
    );
    await preview.show({ microphone: true, camera: true });
    await preview.end();
  }

  #handleCall(active: PageCall): void {
    if (this.#active !== active) return;
    this.#source.merge({ call: active.state satisfies CallState });
    this.#pictures.update();
  }

  #handlePreview = (): void => {
    if (this.#preview) this.#source.merge({ preview: this.#preview.state });
    this.#pictures.update();
  };

  /** Something was plugged in or out: what was chosen may be back, or gone. */
  #handleDevices(): void {
    const before = this.state.devices;
    const now = this.#devices.state;
    this.#source.merge({ devices: now });
    const came = (list: "microphones" | "cameras" | "speakers", kind: DeviceKind) => {
      const has = (state: typeof now) => state[list].some(({ id }) => id === now[kind]);
      return before[list].length > 0 && now[kind] !== "default" && has(now) !== has(before);
    };
    const changed = {
      microphone: came("microphones", "microphone"),
      camera: came("cameras", "camera"),
      speaker: came("speakers", "speaker"),
    };
    if (Object.values(changed).some(Boolean)) this.#active?.applyChoices(changed).catch(() => {}); // the source says it
  }
}

const CAPTURE_SETTINGS = ["echoCancellation", "noiseSuppression", "noiseFilter", "autoGainControl"] as const;
