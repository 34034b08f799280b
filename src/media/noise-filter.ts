import { RnnoiseWorkletNode, loadRnnoise } from "@sapphi-red/web-noise-suppressor";
import type { AudioProcessorOptions, Track, TrackProcessor } from "livekit-client";

/** What RNNoise was trained for, in Hz. */
export const FILTER_RATE = 48_000;

// Files of their own: bundlers copy them and put their addresses here.
const workletAddress = (): URL => new URL("@sapphi-red/web-noise-suppressor/rnnoiseWorklet.js", import.meta.url);
const wasmAddress = (): URL => new URL("@sapphi-red/web-noise-suppressor/rnnoise_simd.wasm", import.meta.url);

let binary: Promise<ArrayBuffer> | undefined;

/** Puts the filter (RNNoise, https://jmvalin.ca/demo/rnnoise/) into a context of {@link FILTER_RATE}. What cannot be loaded is asked for again the next time. */
export async function createFilterNode(context: BaseAudioContext): Promise<RnnoiseWorkletNode> {
  const { href } = wasmAddress();
  binary ??= loadRnnoise({ url: href, simdUrl: href });
  try {
    const [wasmBinary] = await Promise.all([binary, context.audioWorklet.addModule(workletAddress().href)]);
    return new RnnoiseWorkletNode(context as AudioContext, { maxChannels: 1, wasmBinary });
  } catch (error) {
    binary = undefined;
    throw error;
  }
}

/**
 * Takes everything but voices out of a microphone's sound, on this device. It listens to a copy of the track, which is never muted: what goes out is held back behind the filter. What goes out
 * next, with the filter and after it, is disabled until whoever put it there enables it: only they know whether the microphone is muted by then.
 */
export class NoiseFilter implements TrackProcessor<Track.Kind.Audio, AudioProcessorOptions> {
  readonly name = "melo-noise-filter";
  processedTrack?: MediaStreamTrack;
  /** Of the filter alone: its rate is fixed, and LiveKit's contexts come and go with the connection. */
  readonly context = new AudioContext({ sampleRate: FILTER_RATE });
  #node?: RnnoiseWorkletNode;
  #source?: MediaStreamAudioSourceNode;
  #original?: MediaStreamTrack;
  #copy?: MediaStreamTrack;

  init = async ({ track }: Pick<AudioProcessorOptions, "track">): Promise<void> => {
    this.#node = await createFilterNode(this.context);
    const destination = this.context.createMediaStreamDestination();
    destination.channelCount = 1;
    this.#node.connect(destination);
    this.processedTrack = destination.stream.getAudioTracks()[0]!;
    this.processedTrack.enabled = false;
    this.#listenTo(track);
    void this.context.resume().catch(() => {});
  };

  /** Another device was chosen, or the same was opened anew: what goes out stays one track. */
  restart = async ({ track }: Pick<AudioProcessorOptions, "track">): Promise<void> => {
    if (this.processedTrack?.readyState === "live") this.#listenTo(track);
    else await this.init({ track }); // the device before had gone
  };

  destroy = async (): Promise<void> => {
    if (this.#original) this.#original.enabled = false; // the bare track goes out next
    this.#letGo();
    this.#node?.destroy();
    this.#node?.disconnect();
    this.processedTrack?.stop();
    this.#node = undefined;
    if (this.context.state !== "closed") await this.context.close().catch(() => {});
  };

  #listenTo(track: MediaStreamTrack): void {
    if (!this.#node) return;
    this.#letGo();
    this.#original = track;
    const copy = (this.#copy = track.clone());
    copy.enabled = true;
    copy.addEventListener("ended", () => this.#copy === copy && this.processedTrack?.stop()); // unplugged: nothing comes any more
    this.#source = this.context.createMediaStreamSource(new MediaStream([copy]));
    this.#source.connect(this.#node);
  }

  #letGo(): void {
    this.#source?.disconnect();
    this.#copy?.stop();
    this.#copy = this.#source = this.#original = undefined;
  }
}
