const TONE = 660;
const PICTURE = { width: 320, height: 180 } as const;
/** In ms. */
const FRAME = 66;
/** In dBFS, of the tone alone: sent at -20, and nothing else sounds like it. */
const HEARD = -50;

/** A tone and a picture that moves, made here, so that a connection can be tried without a microphone and a camera. */
export class TestSignal implements Disposable {
  readonly sound: MediaStreamTrack;
  readonly picture: MediaStreamTrack;
  readonly #context = new AudioContext();
  #analyser?: AnalyserNode;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor() {
    const destination = this.#context.createMediaStreamDestination();
    const tone = new OscillatorNode(this.#context, { frequency: TONE });
    tone.connect(new GainNode(this.#context, { gain: 0.2 })).connect(destination);
    tone.start();
    void this.#context.resume().catch(() => {});
    this.sound = destination.stream.getAudioTracks()[0]!;

    const canvas = Object.assign(document.createElement("canvas"), PICTURE);
    const context = canvas.getContext("2d")!;
    let hue = 0;
    const draw = () => {
      context.fillStyle = `hsl(${(hue += 7)} 70% 50%)`;
      context.fillRect(0, 0, PICTURE.width, PICTURE.height);
    };
    draw();
    this.picture = canvas.captureStream(15).getVideoTracks()[0]!;
    this.#timer = setInterval(draw, FRAME);
  }

  /** Listens to what has come back; `hears` the tone in it or not. Nobody else does. */
  listenTo(track: MediaStreamTrack): void {
    this.#analyser?.disconnect();
    this.#analyser = new AnalyserNode(this.#context, { fftSize: 4096, smoothingTimeConstant: 0 });
    this.#context.createMediaStreamSource(new MediaStream([track])).connect(this.#analyser);
  }

  get hears(): boolean {
    if (!this.#analyser) return false;
    const spectrum = new Float32Array(this.#analyser.frequencyBinCount);
    this.#analyser.getFloatFrequencyData(spectrum);
    const bin = Math.round((TONE * this.#analyser.fftSize) / this.#context.sampleRate);
    return Math.max(...spectrum.slice(bin - 1, bin + 2)) > HEARD;
  }

  /** The browser lets the page make sound; without a click of the visitor it may not. */
  get isAudible(): boolean {
    return this.#context.state === "running";
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.sound.stop();
    this.picture.stop();
    void this.#context.close().catch(() => {});
  }
}
