/** Two tones, a pause, and again: in Hz and in s. */
const TONES = [660, 550] as const;
const TONE = 0.4;
const ROUND = 3;
const LOUDNESS = 0.12;

/**
 * The sound of a call that comes in: made by the browser, so that no file has to be loaded. Silent where the browser plays nothing before the visitor has clicked on the page; it begins as
 * soon as they do.
 */
export class RingSound {
  #context?: AudioContext;
  #timer?: ReturnType<typeof setInterval>;

  get isPlaying(): boolean {
    return this.#timer !== undefined;
  }

  start(): void {
    if (this.isPlaying || !("AudioContext" in window)) return;
    const context = (this.#context = new AudioContext());
    const round = (): void => play(context);
    this.#timer = setInterval(round, ROUND * 1000);
    round();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    void this.#context?.close().catch(() => undefined);
    this.#context = undefined;
  }
}

function play(context: AudioContext): void {
  void context.resume().catch(() => undefined);
  const volume = new GainNode(context, { gain: 0 });
  volume.connect(context.destination);
  TONES.forEach((frequency, index) => {
    const [begin, end] = [context.currentTime + index * TONE, context.currentTime + (index + 1) * TONE];
    const tone = new OscillatorNode(context, { frequency, type: "sine" });
    tone.connect(volume);
    volume.gain.setValueAtTime(0, begin);
    volume.gain.linearRampToValueAtTime(LOUDNESS, begin + 0.03);
    volume.gain.linearRampToValueAtTime(0, end); // without a click at the end
    tone.start(begin);
    tone.stop(end);
  });
}
