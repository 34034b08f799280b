/** Two short tones, rising or falling; made here, so that nothing has to be fetched. */
const MELODIES = {
  joined: [523.25, 783.99],
  left: [659.25, 440],
  test: [523.25, 659.25, 783.99],
} as const;

export type CallSound = keyof typeof MELODIES;

const LENGTH = 0.14;
const VOLUME = 0.08;

/** Plays a short sound on that speaker (`"default"`: the system's). Resolves when it has ended. */
export async function playSound(sound: CallSound, speaker: string): Promise<void> {
  const context = new AudioContext();
  try {
    await context.resume();
    if (speaker !== "default") await (context as AudioContext & { setSinkId?(id: string): Promise<void> }).setSinkId?.(speaker);
    const ended = Promise.withResolvers<void>();
    MELODIES[sound].forEach((frequency, index, { length }) => {
      const begin = context.currentTime + 0.02 + index * LENGTH;
      const tone = new OscillatorNode(context, { frequency });
      const gain = new GainNode(context, { gain: 0 });
      gain.gain.setValueAtTime(0, begin);
      gain.gain.linearRampToValueAtTime(VOLUME, begin + 0.02);
      gain.gain.exponentialRampToValueAtTime(0.0001, begin + LENGTH);
      tone.connect(gain).connect(context.destination);
      tone.start(begin);
      tone.stop(begin + LENGTH);
      if (index === length - 1) tone.addEventListener("ended", () => ended.resolve());
    });
    await Promise.race([ended.promise, new Promise((resolve) => setTimeout(resolve, 2_000))]);
  } finally {
    await context.close().catch(() => {});
  }
}
