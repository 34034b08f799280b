/** What a page played during a while. */
export interface Listening {
  /** By frequency: how far it stood out of the frequencies beside it, in dB, in the clearest source and in the clearest tenth of the moments. */
  readonly prominence: Readonly<Record<number, number>>;
  /** The loudest moment of the loudest source, in dB of full scale; -200 is digital silence. */
  readonly loudest: number;
  /** How many sources were playing. */
  readonly sources: number;
}

export interface Ears {
  /** Listens for some time to all that the page plays: media elements and audio contexts. */
  listen(milliseconds: number, frequencies: readonly number[]): Promise<Listening>;
}

declare global {
  interface Window {
    readonly e2eEars: Ears;
  }
}

/**
 * Runs in a page before its own code (`addInitScript`), so it uses nothing from outside. It taps what is really on its way to the speaker: streams of media elements that play and are not muted,
 * as loud as their volume, and whatever is connected to the destination of an audio context.
 */
export function installEars(): void {
  const WINDOW = 8192;
  const elements = new Set<HTMLMediaElement>();
  const taps = new Map<AudioNode, AnalyserNode>();
  const connect = AudioNode.prototype.connect as (this: AudioNode, target: AudioNode | AudioParam, ...rest: number[]) => AudioNode;
  const disconnect: (this: AudioNode, ...rest: never[]) => void = AudioNode.prototype.disconnect;

  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function (this: HTMLMediaElement) {
    elements.add(this);
    return play.call(this);
  };
  const source = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "srcObject")!;
  Object.defineProperty(HTMLMediaElement.prototype, "srcObject", {
    ...source,
    set(this: HTMLMediaElement, value: MediaStream | null) {
      elements.add(this);
      source.set!.call(this, value);
    },
  });

  AudioNode.prototype.connect = function (this: AudioNode, target: AudioNode | AudioParam, ...rest: number[]) {
    if (target instanceof AudioDestinationNode && this.context instanceof AudioContext) {
      let tap = taps.get(this);
      if (!tap) taps.set(this, (tap = this.context.createAnalyser()));
      connect.call(this, tap);
    }
    return connect.call(this, target, ...rest);
  };
  AudioNode.prototype.disconnect = function (this: AudioNode, ...rest: never[]) {
    const tap = taps.get(this);
    if (tap && (rest.length === 0 || (rest[0] as unknown) instanceof AudioDestinationNode)) {
      if (rest.length > 0) disconnect.call(this, tap as never);
      taps.delete(this);
    }
    disconnect.call(this, ...rest);
  };

  /** Of one bin, in Hz. */
  const width = ({ context: { sampleRate } }: AnalyserNode) => sampleRate / WINDOW;

  let context: AudioContext | undefined;
  interface Source {
    readonly analyser: AnalyserNode;
    readonly volume: () => number;
    readonly end: () => void;
  }

  const ofElements = (): Source[] =>
    [...elements].flatMap((element) => {
      const { srcObject } = element;
      const audible = srcObject instanceof MediaStream && srcObject.getAudioTracks().some(({ readyState }) => readyState === "live");
      if (!audible || element.paused || element.muted || element.volume === 0) return [];
      context ??= new AudioContext();
      const node = context.createMediaStreamSource(srcObject);
      const analyser = context.createAnalyser();
      connect.call(node, analyser);
      return [{ analyser, volume: () => (element.paused || element.muted ? 0 : element.volume), end: () => disconnect.call(node) }];
    });
  const ofContexts = (): Source[] =>
    [...taps].flatMap(([node, analyser]) =>
      node.context.state === "running"
        ? [{ analyser, volume: () => (taps.get(node) === analyser && node.context.state === "running" ? 1 : 0), end: () => {} }]
        : [],
    );

  const listen = async (milliseconds: number, frequencies: readonly number[]): Promise<Listening> => {
    const sources = [...ofElements(), ...ofContexts()];
    if (context?.state === "suspended") await context.resume();
    const seen = sources.map(() => new Map<number, number[]>(frequencies.map((frequency) => [frequency, []])));
    let loudest = -200;
    for (const { analyser } of sources) Object.assign(analyser, { fftSize: WINDOW, smoothingTimeConstant: 0 });
    const bins = new Float32Array(WINDOW / 2);
    const samples = new Float32Array(WINDOW / 4);
    const end = performance.now() + milliseconds;
    while (performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 60));
      for (const [index, { analyser, volume }] of sources.entries()) {
        if (volume() === 0) continue;
        analyser.getFloatTimeDomainData(samples);
        const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
        const level = power > 0 ? Math.max(-200, 10 * Math.log10(power) + 20 * Math.log10(volume())) : -200;
        loudest = Math.max(loudest, level);
        if (level < -70) continue;
        analyser.getFloatFrequencyData(bins);
        const strongest = (from: number, to: number) =>
          Math.max(...bins.subarray(Math.round(from / width(analyser)), Math.round(to / width(analyser)) + 1));
        for (const [frequency, values] of seen[index]!) {
          const beside = Math.max(strongest(frequency - 90, frequency - 30), strongest(frequency + 30, frequency + 90));
          values.push(strongest(frequency - 8, frequency + 8) - beside);
        }
      }
    }
    for (const { end: stop } of sources) stop();
    const tenth = (values: readonly number[]) => [...values].sort((one, other) => other - one)[Math.floor(values.length / 10)] ?? 0;
    const prominence = Object.fromEntries(
      frequencies.map((frequency) => [frequency, Math.max(0, ...seen.map((values) => tenth(values.get(frequency)!)))]),
    );
    return { prominence, loudest, sources: sources.length };
  };
  Object.defineProperty(window, "e2eEars", { value: { listen } satisfies Ears });
}
