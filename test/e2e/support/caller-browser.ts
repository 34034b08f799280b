import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { BrowserContext, Frame, Page } from "playwright-core";

import { atEnd } from "./at-end.ts";
import { openBrowser, openProfile } from "./browser.ts";
import { cameraFile, type Colour } from "./camera-picture.ts";
import { installConnections, type Incoming } from "./connections.ts";
import { installEars, type Listening } from "./ears.ts";
import { installOutgoingFrames } from "./outgoing-frames.ts";
import { toneFile, TONES } from "./tone.ts";
import { until } from "./until.ts";
import { soundFile, type Sound } from "./voice-and-noise.ts";

export interface CallerOptions {
  /** What the microphone hears: a tone in Hz, one of `TONES`, or something else. */
  readonly tone: number | Sound;
  /** What the camera sees. */
  readonly colour: Colour;
  /** Further flags of Chromium. */
  readonly flags?: readonly string[];
  /** False: the visitor is asked for the microphone and the camera, and nobody answers. */
  readonly grants?: boolean;
}

/** Pictures that move are drawn without a graphics card here: what is larger costs. */
const WINDOW = { width: 800, height: 600 };

/** In noise, and in the flank of another tone, no frequency stands out of those beside it; a tone that is there does by 30 dB and more. Gaps in what comes, on a busy machine, make up to 17 dB anywhere. */
const CLEAR_TONE = 22;

/** A browser of one participant, with a microphone that hears one tone and a camera that sees one colour. Its pages tell what they play and receive. */
export async function openCaller({ tone, colour, flags = [], grants = true }: CallerOptions): Promise<BrowserContext> {
  const folder = await mkdtemp(join(tmpdir(), "melo-caller-"));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  const [sound, picture] = await Promise.all([
    typeof tone === "number" ? toneFile(folder, tone) : soundFile(folder, tone),
    cameraFile(folder, colour),
  ]);
  const browser = await openBrowser([
    ...(grants ? ["--use-fake-ui-for-media-stream"] : []),
    "--use-fake-device-for-media-stream",
    `--use-file-for-fake-audio-capture=${sound}`,
    `--use-file-for-fake-video-capture=${picture}`,
    "--autoplay-policy=no-user-gesture-required",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--allow-loopback-in-peer-connection",
    ...flags,
  ]);
  const context = await openProfile(browser, WINDOW);
  await context.addInitScript(installEars);
  await context.addInitScript(installConnections);
  await context.addInitScript(installOutgoingFrames);
  return context;
}

/** What the page plays during `milliseconds`. */
export async function listen(where: Page | Frame, milliseconds = 1500): Promise<Listening> {
  return where.evaluate(([time, tones]) => window.e2eEars.listen(time, tones), [milliseconds, [...TONES]] as const);
}

/** The tones that the page plays, lowest first. */
export function tonesIn({ prominence }: Listening): number[] {
  return TONES.filter((tone) => (prominence[tone] ?? 0) >= CLEAR_TONE);
}

/** Waits until the page plays exactly these tones. */
export async function hears(where: Page | Frame, tones: readonly number[], limit = 30_000): Promise<void> {
  const wanted = [...tones].sort((one, other) => one - other).join();
  await until(
    `the tones ${wanted || "none"}`,
    async () => {
      const heard = await listen(where);
      if (tonesIn(heard).join() === wanted) return true;
      throw new Error(JSON.stringify(heard));
    },
    limit,
  );
}

export async function incoming(where: Page | Frame, kind: "audio" | "video"): Promise<readonly Incoming[]> {
  return (await where.evaluate(() => window.e2eConnections.incoming())).filter((entry) => entry.kind === kind);
}

/** Waits until `count` video tracks are being decoded: each gets `frames` more frames while one waits. */
export async function seesPictures(where: Page | Frame, count: number, frames = 10, limit = 30_000): Promise<void> {
  const first = new Map((await incoming(where, "video")).map(({ track, framesDecoded }) => [track, framesDecoded]));
  await until(
    `${count} pictures that move`,
    async () => {
      const now = await incoming(where, "video");
      const moving = now.filter(({ track, framesDecoded }) => framesDecoded - (first.get(track) ?? 0) >= frames);
      if (moving.length === count) return true;
      throw new Error(JSON.stringify(now));
    },
    limit,
  );
}
