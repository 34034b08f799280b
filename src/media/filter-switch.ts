import type { LocalAudioTrack } from "livekit-client";

import type { LocalSource } from "./calls-state.js";
import { NoiseFilter } from "./noise-filter.js";

/** Keeps the noise filter of the microphone as the visitor has set it. LiveKit takes it off whenever the connection is made anew, so it is looked at after every change. */
export class FilterSwitch {
  readonly #onChange: () => void;
  #status: LocalSource["noiseFilter"];
  #busy = false;
  #failedOn?: LocalAudioTrack;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get status(): LocalSource["noiseFilter"] {
    return this.#status;
  }

  /** What could not start is not tried again until it was switched off in between, or the microphone is another one. */
  keep(track: LocalAudioTrack, wanted: boolean): void {
    if (this.#busy) return;
    const isOn = track.getProcessor() !== undefined;
    if (wanted === isOn) this.#set(isOn ? "on" : undefined);
    else if (!wanted || this.#status !== "failed" || this.#failedOn !== track) void this.#change(track, wanted);
  }

  async #change(track: LocalAudioTrack, wanted: boolean): Promise<void> {
    this.#busy = true;
    if (wanted) this.#set("starting");
    let filter: NoiseFilter | undefined;
    try {
      if (wanted) {
        filter = new NoiseFilter();
        await track.setAudioContext(filter.context);
        await track.setProcessor(filter);
      } else await track.stopProcessor();
      this.#set(wanted ? "on" : undefined);
    } catch {
      await filter?.destroy();
      this.#failedOn = track;
      this.#set("failed");
    } finally {
      this.#busy = false;
    }
  }

  #set(status: LocalSource["noiseFilter"]): void {
    if (status === this.#status) return;
    this.#status = status;
    this.#onChange();
  }
}
