import { spawn } from "node:child_process";

import { reportCounts } from "./counts.ts";
import { say } from "./progress.mjs";
import { projectFolder } from "./project-node.mjs";

export interface Step {
  readonly name: string;
  readonly command: readonly string[];
}

/** Runs every step, whatever became of the one before, shows what the failed ones printed, and counts. Resolves with whether all passed. */
export async function runSteps(title: string, steps: readonly Step[]): Promise<boolean> {
  let failed = 0;
  for (const { name, command } of steps) {
    const { code, output } = await run(command);
    say(`${code === 0 ? "✓" : "✗"} ${name}`);
    if (code === 0) continue;
    failed++;
    say(`${output.trimEnd()}\n`);
  }
  reportCounts(title, { passed: steps.length - failed, failed, skipped: 0 });
  return failed === 0;
}

function run([file = "", ...args]: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    let output = "";
    const child = spawn(file, args, { cwd: projectFolder, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
    child.on("error", (error) => resolve({ code: 1, output: error.message }));
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}
