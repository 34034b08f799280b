import { join } from "node:path";

import { LENGTH, RATE, wavFile } from "./tone.ts";

export type Sound = "noise" | "voice";

/** Writes a WAV file with the noise of a fan, or with something that is spoken as far as a filter can tell, into `folder`; resolves with its path. */
export function soundFile(folder: string, sound: Sound): Promise<string> {
  return wavFile(join(folder, `${sound}.wav`), sound === "noise" ? hum() : vowels());
}

/** Steady noise of -24 dB with more low sound than high, as machines make it, the same in every run. */
function hum(): Int16Array {
  const samples = new Int16Array(RATE * LENGTH);
  let seed = 1;
  let value = 0;
  for (let index = 0; index < samples.length; index++) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    value = 0.9 * value + 0.1 * (seed / 2 ** 32 - 0.5);
    samples[index] = Math.round(value * 32_767);
  }
  return samples;
}

/** Frequencies in Hz at which the mouth resonates in a, e and i. */
const VOWELS = [
  [730, 1090, 2440],
  [530, 1840, 2480],
  [270, 2290, 3010],
];

/** Vowels of a voice around 120 Hz, three in a second, each with another melody: harmonics of its pitch, as loud as they are near a resonance. */
function vowels(): Int16Array {
  const samples = new Int16Array(RATE * LENGTH);
  let phase = 0;
  for (let index = 0; index < samples.length; index++) {
    const time = index / RATE;
    const within = (time * 3) % 1;
    const pitch = 120 + 15 * Math.sin(2 * Math.PI * 0.7 * time) + 8 * Math.sin(2 * Math.PI * 5 * time);
    phase += pitch / RATE;
    let value = 0;
    for (let harmonic = 1; harmonic * pitch < 4000; harmonic++) {
      const frequency = harmonic * pitch;
      const strength = VOWELS[Math.floor(time * 3) % 3]!.reduce((sum, peak) => sum + 1 / (1 + ((frequency - peak) / 90) ** 2), 0.02);
      value += (strength / Math.sqrt(harmonic)) * Math.sin(2 * Math.PI * harmonic * phase);
    }
    const loudness = Math.max(0, Math.min(1, within / 0.08, (0.8 - within) / 0.1));
    samples[index] = Math.max(-32_767, Math.min(32_767, Math.round(value * loudness * 9_000)));
  }
  return samples;
}
