import { watchTrackLevel } from "./levels.js";

/** How long sound still goes out after the last that was loud enough, in ms: words end quietly. */
const HOLD = 500;

/**
 * Lets the sound of a track out only while it is loud enough. It listens to a copy, so that it hears what it holds back. The track stays published and is not shown as muted: what goes
 * out meanwhile is silence, and with DTX next to nothing.
 */
export class VoiceGate implements Disposable {
  readonly #track: MediaStreamTrack;
  readonly #copy: MediaStreamTrack;
  readonly #isMuted: () => boolean;
  readonly #stop: () => void;

  constructor(track: MediaStreamTrack, threshold: () => number, isMuted: () => boolean) {
    this.#track = track;
    this.#isMuted = isMuted;
    this.#copy = track.clone();
    this.#copy.enabled = true;
    let openUntil = 0;
    this.#stop = watchTrackLevel(this.#copy, (level) => {
      const now = performance.now();
      if (level >= threshold()) openUntil = now + HOLD;
      if (!isMuted()) track.enabled = now < openUntil;
    });
  }

  /** Whether it guards this track. */
  guards(track: MediaStreamTrack): boolean {
    return track === this.#track;
  }

  [Symbol.dispose](): void {
    this.#stop();
    this.#copy.stop();
    if (!this.#isMuted()) this.#track.enabled = true;
  }
}
