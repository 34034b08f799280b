// `npm run bench:backup [-- --keys 5000]`: a new device opens a backup of that many keys with the recovery key while somebody types into its composer. How long the page was busy at a
// stretch, how long it all took, and that a restore that is cancelled half-way and continued brings every key.

import { parseArgs } from "node:util";

import type { Page } from "playwright-core";

import { say } from "../scripts/progress.mjs";
import { register, signIn } from "../test/e2e/support/homeserver.ts";
import { fillBackup } from "../test/e2e/support/room-keys.ts";
import { storedRoomKeys } from "../test/e2e/support/stored-room-keys.ts";
import { ms } from "./figures.ts";
import { prepare } from "./measured-page.ts";
import { credentialsOf, openWorld } from "./world.ts";

/** No task may keep the page from an answer for longer, in ms. */
const GOAL = 200;
const LIMIT = 300_000;

/** What the page has seen since the restore began, in ms. */
interface Busy {
  /** Every task over 50 ms. */
  readonly tasks: readonly number[];
  /** How long key presses waited until the page took them. */
  readonly presses: readonly number[];
  /** From one frame to the next. */
  readonly frames: readonly number[];
}

declare global {
  interface Window {
    busy: { tasks: number[]; presses: number[]; frames: number[] };
  }
}

const { values } = parseArgs({ options: { keys: { type: "string", default: "5000" }, json: { type: "boolean", default: false } } });
const count = Number(values.keys);
const world = await openWorld();
let result: { total: number; restored: number; stopped: { done: number; total: number }; typed: number } & Busy;
try {
  const account = await register(world.homeserver, "carol");
  const raw = await signIn(world.homeserver, account);
  await world.bobsPage.evaluate(([id, userId]) => window.invite(id!, userId!), [world.room, account.userId]);
  await raw.join(world.room);

  const first = await openPage(raw);
  await first.waitForFunction(() => document.querySelector("melo-session")?.session?.state.crossSigning === "ready", undefined, {
    timeout: LIMIT,
  });
  const key = await first.evaluate(() => document.querySelector("melo-session")!.session!.recovery.setUp());
  await first.context().close();
  say(`Filling the backup with ${count} keys …`);
  await fillBackup(raw, count);

  const page = await openPage(await signIn(world.homeserver, account));
  const field = page.locator("melo-composer").getByRole("textbox");
  await field.waitFor({ timeout: LIMIT });
  await page.evaluate(watch);
  let isTyping = true;
  let typed = 0;
  const typing = (async () => {
    for (; isTyping; typed++) await field.press("abcdefgh ".charAt(typed % 9) || "a");
  })();
  const begin = Date.now();
  await page.evaluate((text) => document.querySelector("melo-session")!.session!.recovery.enter(text), key);
  const stopped = await page.evaluate(stopHalfway);
  await page.evaluate(() => document.querySelector("melo-session")!.session!.recovery.restore());
  const total = Date.now() - begin;
  isTyping = false;
  await typing;
  const busy = await page.evaluate(() => window.busy);
  const restored = await storedRoomKeys(page.mainFrame());
  result = { total, restored, stopped, typed, ...busy };
} finally {
  await world.close();
}

const longest = longestOf(result.tasks);
if (values.json) process.stdout.write(`${JSON.stringify({ ...result, longest })}\n`);
const isWhole = result.restored >= count;
say(`\nA backup of ${count} keys, restored while somebody types (${result.typed} keys pressed):`);
say(`  in all                ${ms(result.total)}, from the recovery key to the last key`);
say(`  cancelled at          ${result.stopped.done} of ${result.stopped.total}, and continued`);
say(`  keys on the device    ${result.restored} (goal: at least ${count}; ${isWhole ? "met" : "missed"})`);
say(
  `  longest task          ${ms(longest)} (goal: at most ${ms(GOAL)}; ${longest <= GOAL ? "met" : "missed"}); ${result.tasks.length} over 50 ms`,
);
say(
  `  longest wait          ${ms(longestOf(result.presses))} of a key press until the page took it, ${ms(longestOf(result.frames))} of a frame for the next`,
);
if (!isWhole) process.exitCode = 1;

function longestOf(values: readonly number[]): number {
  return values.reduce((longest, value) => Math.max(longest, value), 0);
}

async function openPage(device: Parameters<typeof credentialsOf>[0]): Promise<Page> {
  const page = await (await world.newProfile()).newPage();
  await prepare(page, { homeserver: world.homeserver, credentials: credentialsOf(device), room: world.room });
  await page.goto(`${world.site}/melo.html`);
  await page.waitForFunction(() => document.querySelector("melo-session")?.session?.state.status === "ready", undefined, {
    timeout: LIMIT,
  });
  await page.evaluate(() => void document.querySelector("melo-session")!.append(document.createElement("melo-key-backup")));
  return page;
}

/** Runs in the page; rejects if the browser does not tell of a task that is surely long. */
async function watch(): Promise<void> {
  const seen = (window.busy = { tasks: [] as number[], presses: [] as number[], frames: [] as number[] });
  const told = new Promise<void>((resolve, reject) => {
    setTimeout(reject, 10_000, new Error("The browser does not tell of long tasks."));
    new PerformanceObserver((list) => {
      seen.tasks.push(...list.getEntries().map(({ duration }) => duration));
      resolve();
    }).observe({ type: "longtask" });
  });
  setTimeout(() => {
    for (const end = performance.now() + 120; performance.now() < end;);
  });
  await told;
  seen.tasks.length = 0;
  new PerformanceObserver((list) => {
    for (const { startTime, processingStart } of list.getEntries() as PerformanceEventTiming[])
      seen.presses.push(processingStart - startTime);
  }).observe({ type: "event", durationThreshold: 16 } as PerformanceObserverInit);
  let last = performance.now();
  const draw = (): void => {
    const now = performance.now();
    seen.frames.push(now - last);
    last = now;
    requestAnimationFrame(draw);
  };
  draw();
}

/** Runs in the page: cancels the restore at the half of it, and resolves with how far it was. */
async function stopHalfway(): Promise<{ done: number; total: number }> {
  const { recovery } = document.querySelector("melo-session")!.session!;
  const at = await new Promise<{ done: number; total: number }>((resolve) => {
    const stop = recovery.subscribe(look);
    function look(): void {
      const { restoring } = recovery.state.backup;
      if (!restoring?.total || restoring.done < restoring.total / 2) return;
      stop();
      resolve(restoring);
    }
  });
  await recovery.cancelRestore();
  return at;
}
