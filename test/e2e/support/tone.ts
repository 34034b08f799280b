import { writeFile } from "node:fs/promises";
import { join } from "node:path";

export const RATE = 48_000;
/** In s. Chromium plays the file again and again; each pulse fits whole. */
export const LENGTH = 6;
const PULSE = 0.6;
/** Part of each pulse that sounds: a tone that never stops is what noise suppression takes away. */
const SOUNDING = 0.4;
const LOUDNESS = 0.4;

/** Frequencies in Hz that are no multiples of each other, so that a distorted one is not taken for another. */
export const TONES = [440, 610, 830, 1130] as const;

/** Writes a WAV file with a pulsing tone of `frequency` Hz into `folder`, and resolves with its path. */
export async function toneFile(folder: string, frequency: number): Promise<string> {
  const samples = new Int16Array(RATE * LENGTH);
  for (let index = 0; index < samples.length; index++) {
    const time = index / RATE;
    samples[index] = Math.round(32_767 * LOUDNESS * envelope(time % PULSE) * Math.sin(2 * Math.PI * frequency * time));
  }
  return wavFile(join(folder, `tone-${frequency}.wav`), samples);
}

/** Writes samples of {@link RATE} as a WAV file, and resolves with its path. */
export async function wavFile(path: string, samples: Int16Array): Promise<string> {
  const data = Buffer.from(samples.buffer);
  await writeFile(path, Buffer.concat([wavHeader(data.length), data]));
  return path;
}

/** Rises and falls within 10 ms: a hard edge would sound at all frequencies. */
function envelope(time: number): number {
  return Math.max(0, Math.min(1, time / 0.01, (SOUNDING - time) / 0.01));
}

/** One channel, 16 bits. */
function wavHeader(length: number): Buffer {
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + length, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(RATE, 24);
  header.writeUInt32LE(RATE * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36);
  header.writeUInt32LE(length, 40);
  return header;
}
