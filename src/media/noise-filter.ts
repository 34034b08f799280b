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
    const node = new RnnoiseWorkletNode(context as AudioContext, { maxChannels: 1, wasmBinary });
    node.channelCount = 1; // of two channels it would leave one silent
    node.channelCountMode = "explicit";
    return node;
  } catch (error) {
    binary = undefined;
    throw error;
  }
}

/** Takes everything but voices out of a microphone's sound, on this device. LiveKit mutes the track in front of the filter, so that nothing comes out of it then. */
export class NoiseFilter implements TrackProcessor<Track.Kind.Audio, AudioProcessorOptions> {
  readonly name = "melo-noise-filter";
  processedTrack?: MediaStreamTrack;
  /** Of the filter alone: its rate is fixed, and LiveKit's contexts come and go with the connection. */
  readonly context = new AudioContext({ sampleRate: FILTER_RATE });
  #node?: RnnoiseWorkletNode;
  #source?: MediaStreamAudioSourceNode;

  init = async ({ track }: Pick<AudioProcessorOptions, "track">): Promise<void> => {
    this.#node ??= await createFilterNode(this.context);
    const destination = this.context.createMediaStreamDestination();
    destination.channelCount = 1;
    this.#node.connect(destination);
    this.processedTrack = destination.stream.getAudioTracks()[0]!;
    this.#listenTo(track);
    void this.context.resume().catch(() => {});
  };

  /** Another device was chosen, or the same was opened anew: what goes out stays one track. */
  restart = async ({ track }: Pick<AudioProcessorOptions, "track">): Promise<void> => {
    if (this.processedTrack?.readyState === "live") this.#listenTo(track);
    else await this.init({ track }); // the device before had gone
  };

  destroy = async (): Promise<void> => {
    this.#source?.disconnect();
    this.#source = undefined;
    this.#node?.destroy();
    this.#node?.disconnect();
    this.processedTrack?.stop();
    if (this.context.state !== "closed") await this.context.close().catch(() => {});
  };

  #listenTo(track: MediaStreamTrack): void {
    this.#source?.disconnect();
    const source = (this.#source = this.context.createMediaStreamSource(new MediaStream([track])));
    source.connect(this.#node!);
    track.addEventListener("ended", () => this.#source === source && this.processedTrack?.stop()); // unplugged: nothing comes any more
  }
}
