import { MeloError } from "../internal/errors.js";
import { pause } from "../internal/pause.js";
import { loudness } from "./levels.js";

/** How long somebody may take to say something, in ms, and how long they are listened to once they do. */
const LISTENS_FOR = 6_000;
const ENOUGH = 1_200;
const LOOK_EVERY = 50;
/** From here on it is a voice and not the room, on the scale of `loudness`. */
export const VOICE = 0.3;

/** Two tones by turns, in Hz: echo cancellation needs something that changes, and neither is one that rooms make by themselves. */
const TONES = [600, 900] as const;
const TONE_LENGTH = 0.25;
const TONES_PLAYED = 8;
const QUIET_FOR = 700;
/** The first tones are those from which echo cancellation learns; those after count. */
const LEARNS_FOR = 900;
/** In dB: a tone of the speaker that stands out so far in the microphone is heard by the others. */
const ECHO = 15;
/** In dBFS: below this nobody hears anything. */
const INAUDIBLE = -75;

export interface Heard {
  /** The loudest, 0 to 1. */
  readonly level: number;
  /** Not a single sample was anything but zero. */
  readonly isDead: boolean;
}

/** Listens to a microphone until somebody has spoken, or for some seconds. Rejects `interrupted`. */
export async function listenFor(track: MediaStreamTrack, onLevel: (level: number) => void, signal: AbortSignal): Promise<Heard> {
  return withAnalyser(track, signal, async (analyser) => {
    const samples = new Float32Array(analyser.fftSize);
    const end = performance.now() + LISTENS_FOR;
    let [level, isDead, spoken] = [0, true, 0];
    while (performance.now() < end && spoken < ENOUGH) {
      await wait(LOOK_EVERY, signal);
      analyser.getFloatTimeDomainData(samples);
      const now = loudness(samples);
      if (samples.some((sample) => sample !== 0)) isDead = false;
      if (now >= VOICE) spoken += LOOK_EVERY;
      level = Math.max(level, now);
      onLevel(Math.round(now * 20) / 20);
    }
    return { level, isDead };
  });
}

/** What was heard of the tones, in dBFS, before and while they were played. */
export interface ToneLevels {
  readonly before: number;
  readonly during: number;
}

/** Plays tones on a speaker (`"default"`: the system's) and listens whether the microphone hears them. Rejects `interrupted`. */
export async function listenForEcho(track: MediaStreamTrack, speaker: string, signal: AbortSignal): Promise<ToneLevels> {
  return withAnalyser(track, signal, async (analyser, context) => {
    if (speaker !== "default") await (context as AudioContext & { setSinkId?(id: string): Promise<void> }).setSinkId?.(speaker);
    await wait(LOOK_EVERY * 4, signal); // the analyser starts empty
    const before = await loudestTone(analyser, QUIET_FOR, signal);
    playTones(context);
    await wait(LEARNS_FOR, signal);
    return { before, during: await loudestTone(analyser, TONES_PLAYED * TONE_LENGTH * 1000 - LEARNS_FOR, signal) };
  });
}

/** How far the tones stand out, in dB; 0 where nobody hears them. */
export function echoIn({ before, during }: ToneLevels): number {
  return during < INAUDIBLE ? 0 : Math.max(0, Math.round(during - Math.max(before, INAUDIBLE - ECHO)));
}

/** Whether the others would hear themselves. */
export function isEcho(decibels: number): boolean {
  return decibels >= ECHO;
}

function playTones(context: AudioContext): void {
  const begin = context.currentTime + 0.02;
  for (let index = 0; index < TONES_PLAYED; index++) {
    const at = begin + index * TONE_LENGTH;
    const tone = new OscillatorNode(context, { frequency: TONES[index % TONES.length] });
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(0.15, at + 0.02);
    gain.gain.linearRampToValueAtTime(0, at + TONE_LENGTH);
    tone.connect(gain).connect(context.destination);
    tone.start(at);
    tone.stop(at + TONE_LENGTH);
  }
}

async function loudestTone(analyser: AnalyserNode, milliseconds: number, signal: AbortSignal): Promise<number> {
  const spectrum = new Float32Array(analyser.frequencyBinCount);
  const width = analyser.context.sampleRate / analyser.fftSize;
  const end = performance.now() + milliseconds;
  let loudest = -Infinity;
  while (performance.now() < end) {
    await wait(LOOK_EVERY, signal);
    analyser.getFloatFrequencyData(spectrum);
    for (const tone of TONES) loudest = Math.max(loudest, spectrum[Math.round(tone / width)] ?? -Infinity);
  }
  return loudest;
}

async function withAnalyser<T>(
  track: MediaStreamTrack,
  signal: AbortSignal,
  work: (analyser: AnalyserNode, context: AudioContext) => Promise<T>,
): Promise<T> {
  const context = new AudioContext();
  try {
    const source = context.createMediaStreamSource(new MediaStream([track]));
    const analyser = new AnalyserNode(context, { fftSize: 4096, smoothingTimeConstant: 0 });
    source.connect(analyser);
    await Promise.race([context.resume(), wait(1_000, signal)]); // without a click the browser never resumes it
    return await work(analyser, context);
  } finally {
    await context.close().catch(() => {});
  }
}

async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  await pause(milliseconds, signal).catch(() => {
    throw new MeloError("interrupted", "The test was stopped.");
  });
}
