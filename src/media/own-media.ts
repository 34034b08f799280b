import type { LocalTrack, Track, TrackPublishOptions } from "livekit-client";

import { MeloError } from "../internal/errors.js";
import { sizeOf } from "./call-shapes.js";
import type { CallSettings, DeviceKind, ParticipantTrack, ScreenShareOptions } from "./calls-state.js";
import { Capture } from "./capture.js";
import type { Devices } from "./devices.js";
import type { OwnCallData } from "./room-call-state.js";
import { Screens } from "./screens.js";
import { VoiceGate } from "./voice-gate.js";

export interface OwnMediaOptions {
  readonly devices: Devices;
  readonly settings: () => CallSettings;
  /** The room lets this account speak. */
  readonly maySend: () => boolean;
  readonly publish: (track: LocalTrack, options: TrackPublishOptions) => Promise<unknown>;
  readonly unpublish: (track: LocalTrack) => Promise<unknown>;
  readonly onChange: () => void;
}

/** What this device sends into a call: microphone, camera and screens, and when the microphone is held back. */
export class OwnMedia {
  readonly microphone: Capture;
  readonly camera: Capture;
  readonly screens: Screens;
  readonly #options: OwnMediaOptions;
  #deafened = false;
  #wantsMicrophone = false;
  #talking = false;
  #gate?: VoiceGate;

  constructor(options: OwnMediaOptions) {
    this.#options = options;
    const { devices, settings, publish, unpublish, onChange } = options;
    const capture = (kind: "microphone" | "camera") =>
      new Capture({ kind, device: () => devices.current(kind), settings, onChange, publish, unpublish });
    this.microphone = capture("microphone");
    this.camera = capture("camera");
    this.screens = new Screens({ publish, unpublish, onChange });
  }

  get deafened(): boolean {
    return this.#deafened;
  }

  /** What those who are not in the call are told. */
  get data(): OwnCallData {
    return {
      muted: this.#deafened || !this.microphone.isLive, // who deafens is muted with it: one thing to tell, not two
      deafened: this.#deafened,
      camera: this.camera.isLive,
      sharing: this.screens.state.length > 0,
    };
  }

  /** Rejects `forbidden` or what the microphone rejects with. Who speaks wants to hear the answer, so it ends deafening. */
  async setMicrophone(on: boolean): Promise<void> {
    if (on) this.#assertMaySend();
    this.#wantsMicrophone = on;
    if (on) this.#deafened = false;
    await this.#applyMicrophone();
  }

  async setCamera(on: boolean): Promise<void> {
    if (on) this.#assertMaySend();
    await this.camera.set(on);
  }

  /** Undone, the microphone is what it was. */
  async setDeafened(on: boolean): Promise<void> {
    this.#deafened = on;
    await this.#applyMicrophone();
  }

  async setTalking(talking: boolean): Promise<void> {
    this.#talking = talking;
    await this.#applySending();
  }

  async startScreenShare(options?: ScreenShareOptions): Promise<string | undefined> {
    this.#assertMaySend();
    return this.screens.start(options);
  }

  /** The room does not let this account speak any more. */
  async silence(): Promise<void> {
    this.#wantsMicrophone = false;
    await Promise.allSettled([this.#applyMicrophone(), this.camera.set(false), this.screens.stop()]);
  }

  async applyChoices(what: { readonly [K in DeviceKind]?: boolean }): Promise<void> {
    if (what.microphone) await this.microphone.refresh();
    if (what.camera) await this.camera.refresh();
    await this.#applySending();
  }

  /** The filter and the gate follow the microphone: another device is another track. Call it after every change. */
  guardVoice(): void {
    this.microphone.keepFilter();
    const { voiceActivity, pushToTalk } = this.#options.settings();
    const track = this.microphone.track?.mediaStreamTrack;
    const guarded = voiceActivity > 0 && !pushToTalk && this.microphone.isLive && track?.readyState === "live";
    if (guarded && this.#gate?.guards(track)) return;
    this.#gate?.[Symbol.dispose]();
    this.#gate = guarded
      ? new VoiceGate(
          track,
          () => this.#options.settings().voiceActivity,
          () => !this.microphone.isLive,
        )
      : undefined;
  }

  /** The own tracks as the others see them; `ownId` names this device in the call. */
  tracks(ownId: string | undefined): readonly ParticipantTrack[] {
    const tracks: ParticipantTrack[] = [];
    if (this.microphone.track) tracks.push({ id: `${ownId}|microphone`, source: "microphone", muted: !this.microphone.isLive });
    if (this.camera.isLive) tracks.push({ id: `${ownId}|camera`, source: "camera", muted: false, ...sizeOf(this.camera.track) });
    for (const [share, track] of this.screens.pictures)
      tracks.push({ id: `${ownId}|screen|${share}`, source: "screen", muted: false, ...sizeOf(track) });
    return tracks;
  }

  /** An own picture by the id of its track. */
  picture(id: string, ownId: string | undefined): Track | undefined {
    if (id === `${ownId}|camera`) return this.camera.isLive ? this.camera.track : undefined;
    for (const [share, track] of this.screens.pictures) if (id === `${ownId}|screen|${share}`) return track;
    return undefined;
  }

  /** Lets go of everything. */
  async end(): Promise<void> {
    this.#gate?.[Symbol.dispose]();
    this.#gate = undefined;
    await Promise.allSettled([this.microphone.end(), this.camera.end(), this.screens.end()]);
  }

  #assertMaySend(): void {
    if (!this.#options.maySend()) throw new MeloError("forbidden", "The room does not let this account be heard or seen.");
  }

  async #applyMicrophone(): Promise<void> {
    await this.#applySending();
    await this.microphone.set(this.#wantsMicrophone && !this.#deafened);
  }

  #applySending(): Promise<void> {
    return this.microphone.setSending(!this.#options.settings().pushToTalk || this.#talking);
  }
}
