// `npm run bench:handover [-- --runs 5]`: the tab that runs the client crashes; how long until another tab of the site has the lock, until the server has answered the first
// sync of that tab's client, and until it has accepted its first message. The session's own state is no measure: it stays "ready" while the tabs change places.

import { parseArgs } from "node:util";

import type { Page } from "playwright-core";

import { say } from "../scripts/progress.mjs";
import type { Readable } from "../src/internal/readable.js";
import { crash } from "../test/e2e/support/crash.ts";
import { figures, median, ms } from "./figures.ts";
import { prepare } from "./measured-page.ts";
import { credentialsOf, openWorld } from "./world.ts";

const GOAL = 400;
const LIMIT = 60_000;

interface Takeover {
  /** In ms since 1970. */
  readonly locked: number;
  readonly accepted: number;
}

const { values } = parseArgs({ options: { runs: { type: "string", default: "5" }, json: { type: "boolean", default: false } } });
const runs = Number(values.runs);
const world = await openWorld();
const locked: number[] = [];
const synced: number[] = [];
const accepted: number[] = [];
try {
  const device = await world.newcomer();
  const options = { homeserver: world.homeserver, credentials: credentialsOf(device), room: world.room };
  const profile = await world.newProfile();
  const openTab = async (role: "owner" | "follower"): Promise<Page> => {
    const page = await profile.newPage();
    await prepare(page, options);
    await page.goto(`${world.site}/melo.html`);
    await page.waitForFunction(hasRole, role, { timeout: LIMIT });
    await page.waitForFunction(canSend, world.room, { timeout: LIMIT });
    return page;
  };
  let owner = await openTab("owner");
  for (let run = 0; run < runs; run++) {
    const follower = await openTab("follower");
    const takeover = follower.evaluate(takeOver, [world.room, `Run ${run}`] as const);
    const firstSync = follower
      .waitForResponse((answer) => answer.url().includes("/_matrix/client/v3/sync?") && answer.ok())
      .then(() => Date.now());
    const begin = Date.now();
    await crash(owner);
    const times = await takeover;
    await owner.close();
    locked.push(times.locked - begin);
    synced.push((await firstSync) - begin);
    accepted.push(times.accepted - begin);
    say(`Run ${run + 1} of ${runs}: synced after ${ms(synced.at(-1)!)}, first message accepted after ${ms(accepted.at(-1)!)}`);
    owner = follower;
  }
} finally {
  await world.close();
}

if (values.json) process.stdout.write(`${JSON.stringify({ locked, synced, accepted })}\n`);
say(`\nThe owner crashed; median of ${runs}, from the crash on:`);
say(`  lock taken              ${figures(locked)}`);
say(`  first sync answered     ${figures(synced)}`);
say(`  first message accepted  ${figures(accepted)}`);
say(`  (goal: synced after at most ${ms(GOAL)}; ${median(synced) <= GOAL ? "met" : "missed"})`);

/** Runs in the page: whether its session is up to date, in that role. */
function hasRole(role: "owner" | "follower"): boolean {
  const state = document.querySelector("melo-session")?.session?.state;
  return state?.role === role && state.status === "ready" && state.crossSigning === "ready";
}

/** Runs in the page: whether its room may be written to. */
function canSend(room: string): boolean {
  const parts = document.querySelector("melo-session")!.session!.room(room);
  return parts.room.state.canSend && parts.timeline.state.status === "ready";
}

/** Runs in the page that follows: takes over, and sends a message at once; resolves when the server has it. */
async function takeOver([room, body]: readonly [string, string]): Promise<Takeover> {
  const session = document.querySelector("melo-session")!.session!;
  const { timeline } = session.room(room);
  const now = (): number => performance.timeOrigin + performance.now();
  const when = (subject: Readable<unknown>, holds: () => boolean): Promise<number> =>
    new Promise((resolve) => {
      const stop = subject.subscribe(() => {
        if (!holds()) return;
        stop();
        resolve(now());
      });
    });
  const locked = await when(session, () => session.state.role === "owner");
  const transactionId = crypto.randomUUID();
  const accepted = when(timeline, () => timeline.state.items.some((item) => item.key === transactionId && !("send" in item && item.send)));
  await timeline.send({ transactionId, style: "text", body });
  return { locked, accepted: await accepted };
}
