// `npm run bench:call [-- --people 16 --joins 50]`: a call of sixteen with video on this machine, whose SFU and other fifteen people run here as well. How long until the grid shows everybody; the
// longest task of the page meanwhile and in the ten seconds after; and what fifty joins and leaves leave behind: memory, listeners, nodes, tracks, connections, workers.

import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { AccessToken, RoomServiceClient } from "livekit-server-sdk";
import { chromium, type CDPSession, type Page } from "playwright-core";
import { build } from "vite";

import { onEnd } from "../demo/stack/end.ts";
import { startStack } from "../demo/stack/stack.ts";
import { StaticServer } from "../demo/stack/static-server.ts";
import { CHROMIUM_FLAGS, ensureChromium } from "../scripts/chromium.ts";
import { longStep, say } from "../scripts/progress.mjs";
import { projectFolder } from "../scripts/project-node.mjs";
import { benchMember } from "./call-people.ts";
import { ms } from "./figures.ts";

const LONGEST_TASK = 200;
const GROWTH = 0.1;
/** Joins before the look that counts: until then the browser loads, and compiles anew what it sees used. The look after the first one is shown beside it. */
const WARM_UP = 10;
/** So many are in the call that is joined and left again and again. */
const FEW = 3;
/** How long the full grid is watched, in ms. */
const WATCHED = 10_000;
const BUILT = join(projectFolder, "node_modules/.cache/melo-bench-call");
const FLAGS = [
  ...CHROMIUM_FLAGS,
  "--use-fake-ui-for-media-stream",
  "--use-fake-device-for-media-stream",
  "--autoplay-policy=no-user-gesture-required",
  "--allow-loopback-in-peer-connection",
];

/** How many processes wanted to run in the minute before; over the number of cores, no time that is measured here says anything of melo alone. */
const LOAD = loadavg()[0] ?? 0;

const { values } = parseArgs({ options: { people: { type: "string", default: "16" }, joins: { type: "string", default: "50" } } });
const [people, joins] = [Number(values.people), Number(values.joins)];
const parts: (() => Promise<unknown>)[] = [];
const close = async (): Promise<void> => {
  for (const end of parts.splice(0).reverse()) await end();
};
onEnd(close);
let failed = false;
try {
  await run();
} finally {
  await close();
}
process.exit(failed ? 1 : 0);

async function run(): Promise<void> {
  const executablePath = await ensureChromium();
  await longStep("Bundling the pages", buildPages);
  const stack = await startStack({ temporary: true, voice: "required" });
  parts.push(() => stack.stop());
  const { livekit } = stack;
  if (!livekit) throw new Error("LiveKit is not to be had on this machine.");
  const site = new StaticServer({ name: "Site", port: 0, folder: BUILT });
  await site.start();
  parts.push(() => site.stop());
  await new RoomServiceClient(livekit.address, livekit.apiKey, livekit.apiSecret).createRoom({ name: "bench", emptyTimeout: 600 });
  const access = async (index: number): Promise<{ url: string; token: string }> => {
    const token = new AccessToken(livekit.apiKey, livekit.apiSecret, { identity: benchMember(index).identity, ttl: "1h" });
    token.addGrant({ roomJoin: true, room: "bench", canPublish: true, canSubscribe: true });
    return { url: livekit.url, token: await token.toJwt() };
  };

  const open = async (name: string): Promise<Page> => {
    const browser = await chromium.launch({ executablePath, args: FLAGS });
    parts.push(() => browser.close());
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    page.on("pageerror", (error) => say(`${name}: ${error.message}`));
    if (name === "call") await page.exposeFunction("giveAccess", () => access(0));
    await page.goto(`${site.address}/${name}.html`);
    await page.waitForFunction((ready) => ready in window, name === "call" ? "joinCall" : "enter");
    return page;
  };
  const [crowd, page] = [await open("crowd"), await open("call")];
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Performance.enable");

  await longStep(`${people - 1} others join`, async () => {
    for (let index = 1; index < people; index++) {
      const { url, token } = await access(index);
      await crowd.evaluate(([at, address, secret]) => window.enter(at, address, secret), [index, url, token] as const);
    }
  });
  await measureGrid(page);
  await measureJoins(page, cdp);
}

async function measureGrid(page: Page): Promise<void> {
  await page.evaluate(() => window.longTasks());
  const took = await page.evaluate((count) => window.joinCall(count), people);
  const joining = await page.evaluate(() => window.longTasks());
  const before = await page.evaluate(() => window.framesShown());
  await page.waitForTimeout(WATCHED);
  const after = await page.evaluate(() => window.framesShown());
  const watching = await page.evaluate(() => window.longTasks());
  await page.evaluate(() => window.leaveCall());
  const frames = after.map((count, index) => count - (before[index] ?? 0)).sort((a, b) => a - b);
  say(`\n${people} people with video, on this machine with everything that they need:`);
  say(
    `  (tasks are measured by the clock: whatever else runs makes them longer; load of this machine at the beginning: ${LOAD.toFixed(1)})`,
  );
  say(`  from the click to ${after.length} pictures that move   ${ms(took)}`);
  say(`  frames each showed in ${WATCHED / 1000} s                ${frames.at(0)} to ${frames.at(-1)}`);
  check("longest task while joining", Math.max(0, ...joining), LONGEST_TASK, ms);
  check(`longest task in ${WATCHED / 1000} s of the full grid`, Math.max(0, ...watching), LONGEST_TASK, ms);
}

async function measureJoins(page: Page, cdp: CDPSession): Promise<void> {
  const round = async (): Promise<void> => {
    await page.evaluate((count) => window.joinCall(count), FEW);
    await page.evaluate(() => window.leaveCall());
  };
  await round();
  const first = await look(page, cdp);
  for (let count = 1; count < WARM_UP; count++) await round();
  const before = await look(page, cdp);
  for (let count = 0; count < joins; count++) {
    await round();
    if ((count + 1) % 10 === 0) say(`  ${count + 1} of ${joins} joins and leaves`);
  }
  const after = await look(page, cdp);
  say(`\n${joins} joins and leaves of a call of ${FEW}, after ${WARM_UP} to warm up, before → after:`);
  for (const name of Object.keys(before) as (keyof Left)[])
    say(`  ${name.padEnd(12)} ${before[name]} → ${after[name]}   (after the first: ${first[name]})`);
  check("memory grew by", (after.heap - before.heap) / before.heap, GROWTH, (part) => `${(part * 100).toFixed(1)} %`);
  for (const name of ["tracks", "connections", "workers", "listeners", "videos"] as const) {
    check(`${name} left behind`, after[name] - before[name], 0, String);
  }
}

interface Left {
  /** JavaScript's heap, in bytes, after a collection. */
  readonly heap: number;
  readonly listeners: number;
  readonly nodes: number;
  readonly connections: number;
  readonly tracks: number;
  readonly workers: number;
  readonly videos: number;
}

async function look(page: Page, cdp: CDPSession): Promise<Left> {
  for (let count = 0; count < 3; count++) {
    await cdp.send("HeapProfiler.collectGarbage");
    await page.waitForTimeout(1000); // finalizers, and connections that close by and by
  }
  const { metrics } = await cdp.send("Performance.getMetrics");
  const metric = (name: string): number => metrics.find((one) => one.name === name)?.value ?? 0;
  const alive = await page.evaluate(() => window.alive());
  return {
    heap: metric("JSHeapUsedSize"),
    listeners: metric("JSEventListeners"),
    nodes: metric("Nodes"),
    connections: metric("RTCPeerConnections"),
    ...alive,
  };
}

function check(what: string, value: number, most: number, show: (value: number) => string): void {
  const isMet = value <= most;
  failed ||= !isMet;
  say(`  ${what}: ${show(value)} (goal: at most ${show(most)}; ${isMet ? "met" : "missed"})`);
}

async function buildPages(): Promise<void> {
  const root = join(projectFolder, "bench/pages");
  await build({
    configFile: false,
    root,
    logLevel: "error",
    worker: { format: "es" },
    build: {
      outDir: BUILT,
      emptyOutDir: true,
      target: "es2022",
      chunkSizeWarningLimit: 5_000,
      rolldownOptions: { input: ["call", "crowd"].map((name) => join(root, `${name}.html`)) },
    },
  });
}
