import { createLocalScreenTracks, Track, TrackEvent, type LocalTrack, type TrackPublishOptions } from "livekit-client";

import { MeloError } from "../internal/errors.js";
import { SCREEN_AUDIO_OPTIONS, SCREEN_OPTIONS } from "./publish-options.js";
import type { CallState, ScreenShareOptions } from "./calls-state.js";

interface Share {
  readonly id: string;
  readonly tracks: readonly LocalTrack[];
  hint: "text" | "motion";
}

export interface ScreensOptions {
  readonly publish: (track: LocalTrack, options: TrackPublishOptions) => Promise<unknown>;
  readonly unpublish: (track: LocalTrack) => Promise<unknown>;
  readonly onChange: () => void;
}

/** The screens, windows and tabs that this device shows to the others; as many as the visitor likes. */
export class Screens {
  readonly #options: ScreensOptions;
  readonly #shares = new Map<string, Share>();
  #state: CallState["screens"] = Object.freeze([]);
  #ended = false;

  constructor(options: ScreensOptions) {
    this.#options = options;
  }

  get state(): CallState["screens"] {
    return this.#state;
  }

  /** The pictures, by the id of their share. */
  get pictures(): ReadonlyMap<string, LocalTrack> {
    return new Map([...this.#shares].map(([id, { tracks }]) => [id, tracks[0]!]));
  }

  /** Asks the browser, which asks the visitor. Resolves with `undefined` if they said no. Rejects `screen-denied` or `unsupported`. */
  async start({ audio = true, hint = "text" }: ScreenShareOptions = {}): Promise<string | undefined> {
    if (!navigator.mediaDevices?.getDisplayMedia) throw new MeloError("unsupported", "This browser cannot share the screen.");
    let tracks: LocalTrack[];
    try {
      tracks = await createLocalScreenTracks({
        audio: audio && { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
        contentHint: hint,
        systemAudio: "include",
        surfaceSwitching: "include",
        selfBrowserSurface: "exclude",
        suppressLocalAudioPlayback: false,
      });
    } catch (error) {
      return refusal(error);
    }
    const share: Share = { id: crypto.randomUUID(), tracks, hint };
    if (this.#ended) return this.#drop(share).then(() => undefined);
    this.#shares.set(share.id, share);
    // The visitor stops it from the browser's own bar, or closes the window that was shared.
    for (const track of tracks)
      track.once(TrackEvent.Ended, () => void (track === tracks[0] ? this.stop(share.id) : this.#dropSound(share)));
    this.#update();
    try {
      await Promise.all(tracks.map((track) => this.#options.publish(track, optionsOf(track))));
    } catch (error) {
      await this.stop(share.id);
      throw MeloError.from(error);
    }
    return share.id;
  }

  async stop(id?: string): Promise<void> {
    const shares = [...this.#shares.values()].filter((share) => id === undefined || share.id === id);
    for (const share of shares) this.#shares.delete(share.id);
    if (shares.length > 0) this.#update();
    await Promise.all(shares.map((share) => this.#drop(share)));
  }

  setHint(id: string, hint: "text" | "motion"): void {
    const share = this.#shares.get(id);
    if (!share) return;
    share.hint = hint;
    share.tracks[0]!.mediaStreamTrack.contentHint = hint;
    this.#update();
  }

  async end(): Promise<void> {
    this.#ended = true;
    await this.stop();
  }

  async #drop({ tracks }: Share): Promise<void> {
    for (const track of tracks) track.stop(); // first, so that the browser's sign of it goes at once
    await Promise.all(tracks.map((track) => this.#options.unpublish(track)));
  }

  async #dropSound(share: Share): Promise<void> {
    const sound = share.tracks[1];
    if (sound) await this.#options.unpublish(sound);
    this.#update();
  }

  #update(): void {
    this.#state = Object.freeze(
      [...this.#shares.values()].map(({ id, hint, tracks }) => ({
        id,
        hint,
        audio: tracks[1]?.mediaStreamTrack.readyState === "live",
      })),
    );
    this.#options.onChange();
  }
}

function optionsOf(track: LocalTrack): TrackPublishOptions {
  return track.kind === Track.Kind.Video ? SCREEN_OPTIONS : SCREEN_AUDIO_OPTIONS;
}

/** The browser says the same when the visitor closes its question and when it may not even be asked; only the latter is an error. */
function refusal(error: unknown): undefined {
  if (error instanceof Error && error.name === "NotAllowedError" && !/policy|system|permission denied by/i.test(error.message))
    return undefined;
  if (error instanceof Error && error.name === "AbortError") return undefined;
  const denied = error instanceof Error && /^(NotAllowedError|NotReadableError|InvalidStateError|NotFoundError)$/.test(error.name);
  throw MeloError.from(error, denied ? "screen-denied" : "unknown");
}
