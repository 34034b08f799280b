// `npm run bench:open [-- --runs 5]`: time from the navigation to the first decrypted message on the screen: a page with melo from a CDN against a minimal page
// of the bare SDK that does the same work. Cold: nothing stored, nothing cached, a new device with given credentials; somebody in the room writes as soon as they know
// the device, since nothing older can be readable to it. Warm: the same page loaded again.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";

import type { Page } from "playwright-core";

import { say } from "../scripts/progress.mjs";
import { projectFolder } from "../scripts/project-node.mjs";
import { figures, median, ms } from "./figures.ts";
import { MARK } from "./mark.ts";
import { firstMessage, prepare } from "./measured-page.ts";
import { credentialsOf, openWorld } from "./world.ts";

const GOAL = 1.1;
const KINDS = ["melo", "bare"] as const;
type Kind = (typeof KINDS)[number];
/** Written between cold and warm, so that the room has a screenful to decrypt. */
const MESSAGES = 15;

const { values } = parseArgs({ options: { runs: { type: "string", default: "5" }, json: { type: "boolean", default: false } } });
const runs = Number(values.runs);
const world = await openWorld();
const cold: Record<Kind, number[]> = { melo: [], bare: [] };
const warm: Record<Kind, number[]> = { melo: [], bare: [] };
let scripts: readonly string[] = [];

try {
  for (let run = -1; run < runs; run++) {
    for (const kind of run % 2 === 0 ? KINDS : KINDS.toReversed()) {
      const result = await measure(kind);
      if (run < 0) continue; // both once to warm up the server and the disk
      cold[kind].push(result.cold);
      warm[kind].push(result.warm);
      say(`Run ${run + 1} of ${runs}, ${kind}: cold ${ms(result.cold)}, warm ${ms(result.warm)}`);
    }
  }
} finally {
  await world.close();
}

const ratio = { cold: median(cold.melo) / median(cold.bare), warm: median(warm.melo) / median(warm.bare) };
if (values.json) process.stdout.write(`${JSON.stringify({ cold, warm, ratio })}\n`);
for (const [name, times] of Object.entries({ cold, warm })) {
  say(`\nFrom the navigation to the first decrypted message, ${name}, median of ${runs}:`);
  for (const kind of KINDS) say(`  ${kind}  ${figures(times[kind])}`);
  const of = ratio[name as keyof typeof ratio];
  say(`  ratio ${of.toFixed(2)} (goal: at most ${GOAL.toFixed(1)}; ${of <= GOAL ? "met" : "missed"})`);
}
const bytes = scripts.reduce((sum, name) => sum + gzipSync(readFileSync(join(projectFolder, "dist/cdn", name)), { level: 9 }).length, 0);
say(
  `\nJavaScript that melo's page had loaded by then, cold: ${(bytes / 1000).toFixed(1)} kB gzip in ${scripts.length} files:\n  ${scripts.join(" ")}`,
);

async function measure(kind: Kind): Promise<{ cold: number; warm: number }> {
  const device = await world.newDevice();
  const profile = await world.newProfile();
  const page = await profile.newPage();
  await prepare(page, { homeserver: world.homeserver, credentials: credentialsOf(device), room: world.room });
  await page.goto(`${world.site}/${kind}.html`, { waitUntil: "commit" });
  const coldTime = await firstMessage(page);
  if (kind === "melo") scripts = await loadedScripts(page);
  for (let count = 0; count < MESSAGES; count++) {
    await world.bobsPage.evaluate(([room, body]) => window.write(room!, body!), [world.room, `${MARK} ${count}`]);
  }
  await isShown(page, `${MARK} ${MESSAGES - 1}`);
  await page.reload({ waitUntil: "commit" });
  const warmTime = await firstMessage(page);
  await profile.close();
  await device.deleteDevice(device.deviceId, world.alice.password);
  return { cold: coldTime, warm: warmTime };
}

async function loadedScripts(page: Page): Promise<string[]> {
  const until = await page.evaluate(() => window.firstMessageAt!);
  const entries = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name, startTime }) => ({ name, startTime })));
  return entries
    .filter(({ name, startTime }) => name.startsWith(world.cdn) && name.endsWith(".js") && startTime <= until)
    .map(({ name }) => new URL(name).pathname.slice(1));
}

async function isShown(page: Page, text: string): Promise<void> {
  await page.getByText(text, { exact: true }).waitFor({ timeout: 60_000 });
}
