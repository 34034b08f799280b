import {
  createLocalAudioTrack,
  createLocalVideoTrack,
  MediaDeviceFailure,
  Track,
  TrackEvent,
  VideoPresets,
  type AudioCaptureOptions,
  type LocalAudioTrack,
  type LocalVideoTrack,
  type TrackPublishOptions,
  type VideoCaptureOptions,
} from "livekit-client";

import { MeloError } from "../internal/errors.js";
import { Turns } from "../internal/turns.js";
import type { CallSettings, LocalSource } from "./calls-state.js";
import { FilterSwitch } from "./filter-switch.js";
import { CAMERA_OPTIONS, MICROPHONE_OPTIONS } from "./publish-options.js";

export type CaptureKind = "microphone" | "camera";
type CaptureTrack = LocalAudioTrack | LocalVideoTrack;

export interface CaptureOptions {
  readonly kind: CaptureKind;
  /** Id of the chosen device; `"default"`. */
  readonly device: () => string;
  readonly settings: () => CallSettings;
  readonly onChange: () => void;
  /** Shows the track to the others, once it is there. */
  readonly publish?: (track: CaptureTrack, options: TrackPublishOptions) => Promise<unknown>;
  readonly unpublish?: (track: CaptureTrack) => Promise<unknown>;
}

/** The own microphone or camera: asked for when it is first switched on, and let go of when it ends. Off, the microphone stays open (so that it is there at once) and the camera does not. */
export class Capture {
  readonly #options: CaptureOptions;
  readonly #turns = new Turns();
  #status: LocalSource["status"] = "off";
  #track?: CaptureTrack;
  #ended = false;
  #sending = true;
  readonly #filter: FilterSwitch;

  constructor(options: CaptureOptions) {
    this.#options = options;
    this.#filter = new FilterSwitch(options.onChange);
  }

  get source(): LocalSource {
    const { status: noiseFilter } = this.#filter;
    return noiseFilter && this.isLive ? { status: this.#status, noiseFilter } : SOURCES[this.#status];
  }

  get track(): CaptureTrack | undefined {
    return this.#track;
  }

  /** It is captured and goes out. */
  get isLive(): boolean {
    return this.#status === "on" && this.#track !== undefined && !this.#track.isMuted;
  }

  /** Rejects `<kind>-denied`, `<kind>-missing`, `<kind>-busy` or `unsupported`; the source says it too. */
  set(on: boolean): Promise<void> {
    return this.#turns.take(() => (on ? this.#start() : this.#stop()));
  }

  /** Whether what is captured goes out; push-to-talk and deafening hold it back without another state of the switch. */
  setSending(sending: boolean): Promise<void> {
    this.#sending = sending;
    return this.#turns.take(() => this.#applySending());
  }

  /** Takes the chosen device and settings, if it is running. */
  refresh(): Promise<void> {
    return this.#turns.take(async () => {
      if (!this.#track || this.#ended) return;
      try {
        if (isAudio(this.#track) || !this.#track.isMuted) await this.#restart(this.#track);
        else await this.#drop();
        await this.#applySending();
      } catch (error) {
        throw this.#fail(error);
      }
    });
  }

  /** Puts the noise filter on or takes it off, as it is set. Call it after every change. */
  keepFilter(): void {
    const track = this.#track;
    if (track && isAudio(track) && !this.#ended && track.mediaStreamTrack.readyState === "live")
      this.#filter.keep(track, this.#options.settings().noiseFilter);
  }

  /** Ends it; nothing is captured any more. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#track?.stop(); // at once, whatever is under way
    await this.#turns.take(() => this.#drop());
  }

  async #start(): Promise<void> {
    if (this.#ended) throw new MeloError("interrupted", "The call was left.");
    if (this.#status === "on" && this.#track) return;
    this.#setStatus("starting");
    try {
      if (this.#track?.mediaStreamTrack.readyState === "ended" && this.#options.kind === "microphone") await this.#drop();
      if (!this.#track) await this.#open();
      else if (this.#options.kind === "camera") await this.#track.unmute();
      if (this.#ended) return await this.#drop();
      this.#setStatus("on");
      await this.#applySending();
    } catch (error) {
      throw this.#fail(error);
    }
  }

  async #open(): Promise<void> {
    const { kind, publish } = this.#options;
    if (!navigator.mediaDevices) throw new MeloError("unsupported", "Browsers give sound and pictures to secure pages (HTTPS) only.");
    const track = await this.#chosenFirst<CaptureTrack>((device) =>
      kind === "microphone" ? createLocalAudioTrack(this.#audioOptions(device)) : createLocalVideoTrack(videoOptions(device)),
    );
    if (this.#ended) return track.stop();
    this.#track = track;
    track.on(TrackEvent.Ended, this.#handleEnded).on(TrackEvent.Muted, this.#handleMuted);
    if (kind === "microphone" && !this.#sending) await track.mute();
    await publish?.(track, kind === "microphone" ? MICROPHONE_OPTIONS : CAMERA_OPTIONS);
  }

  async #stop(): Promise<void> {
    if (this.#status === "off") return;
    this.#setStatus("off");
    await this.#applySending();
    if (!this.#options.publish) await this.#drop();
  }

  async #applySending(): Promise<void> {
    const track = this.#track;
    if (!track || this.#ended) return;
    const live = this.#status === "on" && (this.#sending || this.#options.kind === "camera");
    if (live && track.isMuted) await track.unmute();
    else if (!live && !track.isMuted) await track.mute();
    this.keepFilter();
    this.#options.onChange();
  }

  async #drop(): Promise<void> {
    const track = this.#track;
    this.#track = undefined;
    if (!track) return;
    track.off(TrackEvent.Ended, this.#handleEnded).off(TrackEvent.Muted, this.#handleMuted);
    await this.#options.unpublish?.(track);
    await track.stopProcessor().catch(() => {});
    track.stop();
    this.#options.onChange();
  }

  #handleEnded = (): void => {
    // LiveKit looks for another device first. What is still ended after that has gone: unplugged, or taken back by the visitor.
    const track = this.#track;
    setTimeout(() => {
      if (track && this.#track === track && this.#status === "on" && track.mediaStreamTrack.readyState === "ended") void this.#lose();
    }, 1_500);
  };

  #handleMuted = (): void => {
    if (this.#status === "on" && this.#track?.mediaStreamTrack.readyState === "ended" && this.#options.kind === "camera") void this.#lose();
    else this.#options.onChange();
  };

  async #lose(): Promise<void> {
    await this.#turns.take(async () => {
      const track = this.#track;
      if (this.#status !== "on" || track?.mediaStreamTrack.readyState !== "ended") return;
      try {
        await this.#restart(track);
        return await this.#applySending();
      } catch {
        // nor is there another one
      }
      this.#setStatus("missing");
      await this.#drop();
    });
  }

  #fail(error: unknown): MeloError {
    const failure = captureError(this.#options.kind, error);
    const status = /-(denied|missing|busy)$/.exec(failure.code)?.[1] as LocalSource["status"] | undefined;
    this.#setStatus(status ?? "failed");
    void this.#drop();
    return failure;
  }

  #setStatus(status: LocalSource["status"]): void {
    this.#status = status;
    this.#options.onChange();
  }

  async #restart(track: CaptureTrack): Promise<void> {
    await this.#chosenFirst((device) =>
      isAudio(track) ? track.restartTrack(this.#audioOptions(device)) : track.restartTrack(videoOptions(device)),
    );
  }

  /** What was chosen and is not there (any more) gives way to another one. As a mere wish, browsers do not follow a choice. */
  async #chosenFirst<T>(open: (device: ConstrainDOMString | undefined) => Promise<T>): Promise<T> {
    const id = this.#options.device();
    if (id === "default") return open(undefined);
    try {
      return await open({ exact: id });
    } catch (error) {
      if (!/^(Overconstrained|NotFound)Error$/.test((error as Partial<Error> | null)?.name ?? "")) throw error;
      return open(undefined);
    }
  }

  #audioOptions(deviceId: ConstrainDOMString | undefined): AudioCaptureOptions {
    const { echoCancellation, noiseSuppression, noiseFilter, autoGainControl } = this.#options.settings();
    return {
      echoCancellation,
      noiseSuppression: noiseSuppression && !noiseFilter,
      autoGainControl,
      deviceId,
    };
  }
}

function videoOptions(deviceId: ConstrainDOMString | undefined): VideoCaptureOptions {
  return { resolution: VideoPresets.h720.resolution, deviceId };
}

const SOURCES = Object.freeze(
  Object.fromEntries(
    (["off", "starting", "on", "denied", "missing", "busy", "failed"] as const).map((status) => [status, Object.freeze({ status })]),
  ),
) as Readonly<Record<LocalSource["status"], LocalSource>>;

function isAudio(track: CaptureTrack): track is LocalAudioTrack {
  return track.kind === Track.Kind.Audio;
}

export function captureError(kind: CaptureKind, error: unknown): MeloError {
  if (error instanceof MeloError) return error;
  const message = error instanceof Error ? error.message : String(error);
  switch (MediaDeviceFailure.getFailure(error)) {
    case MediaDeviceFailure.PermissionDenied:
      return new MeloError(`${kind}-denied`, message, { cause: error });
    case MediaDeviceFailure.NotFound:
      return new MeloError(`${kind}-missing`, message, { cause: error });
    case MediaDeviceFailure.DeviceInUse:
      return new MeloError(`${kind}-busy`, message, { cause: error });
    default:
      return MeloError.from(error);
  }
}
