// `npm run test:e2e [-- --only NAME | --core]`: tests in real browsers against a real homeserver, two files at a time: they mostly wait for each other's
// side. What a file says is shown when it has ended.
// One stack and one page server serve them all; MELO_E2E tells the tests where (test/e2e/support/environment.ts).

import { spawn } from "node:child_process";
import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";

import { onEnd } from "../demo/stack/end.ts";
import { lastLines } from "../demo/stack/service-process.ts";
import { startStack } from "../demo/stack/stack.ts";
import { sweep } from "../demo/stack/state-folder.ts";
import { buildPages, servePages } from "../test/e2e/support/page-server.ts";
import { cacheFolder } from "./cache-folder.mjs";
import { ensureChromium } from "./chromium.ts";
import { CORE } from "./core-tests.ts";
import { reportCounts, type Counts } from "./counts.ts";
import { longStep, say } from "./progress.mjs";
import { projectFolder, projectNode } from "./project-node.mjs";

/** How long one file may take, in ms. */
const FILE_LIMIT = 6 * 60_000;
const LANES = 2;
/** These come last, one after the other: they look at what all others have left, or need the machine for themselves. */
const ALONE = ["many-tabs.test.ts", "two-people.test.ts"];

const { values } = parseArgs({ options: { only: { type: "string" }, core: { type: "boolean" } } });
const all = globSync("test/e2e/*.test.ts", { cwd: projectFolder }).sort();
const gone = [...CORE].filter((name) => !all.some((file) => basename(file, ".test.ts") === name));
if (gone.length > 0) {
  say(`scripts/core-tests.ts names files that do not exist: ${gone.join(", ")}.`);
  process.exit(1);
}
const files = all.filter((file) => (values.core ? CORE.has(basename(file, ".test.ts")) : basename(file).includes(values.only ?? "")));
if (files.length === 0) {
  say(`No file test/e2e/*${values.only ?? ""}*.test.ts exists.`);
  process.exit(1);
}

await sweep(join(cacheFolder(), "e2e"));
const artifacts = join(cacheFolder(), "e2e", new Date().toISOString().replaceAll(/[:.]/g, "-"));
mkdirSync(artifacts, { recursive: true });
const { chromium, stack, pages } = await setUp().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  reportCounts("end to end", { passed: 0, failed: 1, skipped: 0 });
  process.exit(1);
});
const running = new Set<number>();
onEnd(async () => {
  running.forEach(endGroup);
  await pages.close();
  await stack.stop();
});

const environment = { ...stack.info, pages: pages.address, chromium };
const seconds = new Map<string, number>();
const total = { passed: 0, failed: 0, skipped: 0 };
const queue = files.filter((file) => !ALONE.includes(basename(file)));
await Promise.all(Array.from({ length: LANES }, () => runAll(queue)));
await runAll(files.filter((file) => ALONE.includes(basename(file))));
if (total.failed > 0) {
  copyFileSync(join(stack.stateFolder, "synapse.log"), join(artifacts, "synapse.log"));
  say(`\nThe end of Synapse's log:\n${lastLines(join(stack.stateFolder, "synapse.log"))}`);
  say(`\nScreenshots and logs of what failed: ${artifacts}`);
} else rmSync(artifacts, { recursive: true });
await pages.close();
await stack.stop();
const slowest = [...seconds].sort(([, one], [, other]) => other - one).map(([name, time]) => `${name} ${time} s`);
say(`\nBy file, longest first: ${slowest.join(", ")}`);
say(`\nEnd to end: ${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
reportCounts("end to end", total);
process.exit(total.failed > 0 ? 1 : 0);

async function setUp() {
  const chromium = await ensureChromium();
  const pagesFolder = await longStep("Building the pages for the tests", buildPages);
  const stack = await startStack({ temporary: true, voice: "required" });
  return { chromium, stack, pages: await servePages(pagesFolder) };
}

/** Runs what is still in the queue, one file after the other. */
async function runAll(waiting: string[]): Promise<void> {
  for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
    const { passed, failed, skipped } = await runFile(file);
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
  }
}

/** Runs one file in a process of its own, with all that it starts in one process group. A file that hangs, or ends without a summary, has failed. */
async function runFile(file: string): Promise<Counts> {
  const summary = join(artifacts, `${basename(file, ".test.ts")}.tap`);
  const reporters = [
    "--test-reporter=spec",
    "--test-reporter-destination=stderr",
    "--test-reporter=tap",
    `--test-reporter-destination=${summary}`,
  ];
  const begin = Date.now();
  const child = spawn(projectNode, ["--test", "--test-concurrency=1", ...reporters, join(projectFolder, file)], {
    cwd: projectFolder,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, MELO_E2E: JSON.stringify(environment), MELO_E2E_ARTIFACTS: artifacts },
  });
  const pid = child.pid ?? 0;
  running.add(pid);
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += String(chunk)));
  let late = false;
  const limit = setTimeout(() => {
    late = true;
    say(`${file} took longer than ${FILE_LIMIT / 60_000} minutes and was ended.`);
    endGroup(child.pid);
  }, FILE_LIMIT);
  const code = await new Promise<number | null>((resolve) => child.on("exit", resolve));
  say(`\n${file}\n${said.trim()}`);
  seconds.set(basename(file, ".test.ts"), Math.round((Date.now() - begin) / 1000));
  clearTimeout(limit);
  endGroup(child.pid);
  running.delete(pid);
  const counts = countsOf(summary);
  const unexplained = counts.failed === 0 && (late || code !== 0 || counts.passed + counts.skipped === 0);
  return unexplained ? { ...counts, failed: 1 } : counts;
}

function countsOf(summary: string): Counts {
  const text = readFileSync(summary, { encoding: "utf8", flag: "a+" });
  const count = (what: string) => Number(new RegExp(`^# ${what} (\\d+)$`, "m").exec(text)?.[1] ?? 0);
  return { passed: count("pass"), failed: count("fail") + count("cancelled"), skipped: count("skipped") + count("todo") };
}

/** Ends whatever a file has left running: browsers, a homeserver of its own. */
function endGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    // nothing is left
  }
}
