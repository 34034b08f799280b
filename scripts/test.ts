// `npm test`, and `npm run test:all` with every end-to-end test (scripts/core-tests.ts). The last line on stdout is "N passed, N failed[, N skipped]", summed over all steps.

import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { onEnd } from "../demo/stack/end.ts";
import { ensureChromium } from "./chromium.ts";
import type { Counts } from "./counts.ts";
import { say } from "./progress.mjs";
import { projectFolder, projectNode } from "./project-node.mjs";

interface TestStep {
  readonly name: string;
  readonly command: readonly string[];
}

const script = (name: string) => [projectNode, join(projectFolder, "scripts", name)];
const npmScripts = (JSON.parse(readFileSync(join(projectFolder, "package.json"), "utf8")) as { scripts: Record<string, string> }).scripts;
const npm = (name: string): TestStep[] => (npmScripts[name] ? [{ name, command: ["npm", "run", "--silent", name] }] : []);

const STEPS: readonly TestStep[] = [
  { name: "lint", command: script("lint.ts") },
  { name: "unit", command: script("test-unit.ts") },
  ...npm("build"),
  { name: "package", command: script("test-package.ts") },
  ...npm("size"),
  { name: "deployment", command: [...script("test-deploy.ts"), "--files"] },
  { name: "stories", command: script("test-stories.ts") },
  { name: "end to end", command: [...script("test-e2e.ts"), ...(process.argv.includes("--all") ? [] : ["--core"])] },
];

const begin = Date.now();
let current: ChildProcess | undefined;
onEnd(async () => current?.kill("SIGTERM"));
const folder = mkdtempSync(join(tmpdir(), "melo-test-"));
process.env["CHROME_PATH"] = await ensureChromium();
const results: (Counts & { readonly name: string; readonly seconds: number })[] = [];
for (const [index, { name, command }] of STEPS.entries()) {
  say(`\n── ${name} ${"─".repeat(60 - name.length)}`);
  const started = Date.now();
  const counts = await run(command, join(folder, String(index)));
  results.push({ name, ...counts, seconds: Math.round((Date.now() - started) / 1000) });
}
rmSync(folder, { recursive: true });

say(`\n── summary ${"─".repeat(53)}`);
for (const { name, passed, failed, skipped, seconds } of results) {
  say(
    `${failed > 0 ? "✗" : "✓"} ${name.padEnd(12)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed ${String(skipped).padStart(4)} skipped ${String(seconds).padStart(5)} s`,
  );
}
say(`In ${Math.round((Date.now() - begin) / 1000)} s.`);
const sum = (what: keyof Counts) => results.reduce((total, result) => total + result[what], 0);
process.exitCode = sum("failed") > 0 ? 1 : 0;
process.stdout.write(`${sum("passed")} passed, ${sum("failed")} failed${sum("skipped") > 0 ? `, ${sum("skipped")} skipped` : ""}\n`);

/** A step says what it counted in a file of its own. One that says nothing counts as one test, and one that ends badly without a failure as a failure. */
async function run([file = "", ...args]: readonly string[], countsFile: string): Promise<Counts> {
  const child = spawn(file, args, { cwd: projectFolder, stdio: ["ignore", 2, 2], env: { ...process.env, MELO_COUNTS: countsFile } });
  current = child;
  const code = await new Promise<number>((resolve) => {
    child.on("error", () => resolve(1));
    child.on("close", (status) => resolve(status ?? 1));
  });
  const counts = countsIn(countsFile) ?? { passed: code === 0 ? 1 : 0, failed: 0, skipped: 0 };
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function countsIn(file: string): Counts | undefined {
  try {
    const parts = readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Counts);
    const sumOf = (what: keyof Counts) => parts.reduce((total, part) => total + part[what], 0);
    return { passed: sumOf("passed"), failed: sumOf("failed"), skipped: sumOf("skipped") };
  } catch {
    return undefined;
  }
}
