// `npm run test:deploy [-- --only FILE] [--tests NAME]`: the deployment's own configuration, run on this machine without containers. It needs Debian's caddy, postgresql and coturn,
// so it is no part of `npm test`; with `--files` it runs what needs none of them, and that is.

import { spawn } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";

import { onEnd } from "../demo/stack/end.ts";
import { ensureChromium } from "./chromium.ts";
import { reportCounts } from "./counts.ts";
import { buildLoopbackPage } from "./loopback-page.ts";
import { say } from "./progress.mjs";
import { projectFolder, projectNode } from "./project-node.mjs";

const { values } = parseArgs({ options: { only: { type: "string" }, tests: { type: "string" }, files: { type: "boolean" } } });
const files = globSync(values.files ? "test/deploy/*.test.ts" : "test/deploy/**/*.test.ts", { cwd: projectFolder })
  .filter((file) => basename(file).includes(values.only ?? ""))
  .sort();
if (files.length === 0) {
  say(`No file test/deploy/**/*${values.only ?? ""}*.test.ts exists.`);
  process.exit(1);
}

if (!values.files) await buildLoopbackPage(); // the doctor of the tests sends media with it
const folder = mkdtempSync(join(tmpdir(), "melo-test-deploy-"));
const summary = join(folder, "summary.tap");
/** Those of the files whose names have this in them (a pattern). */
const names = values.tests ? [`--test-name-pattern=${values.tests}`] : [];
const reporters = [
  "--test-reporter=spec",
  "--test-reporter-destination=stderr",
  "--test-reporter=tap",
  `--test-reporter-destination=${summary}`,
];
const child = spawn(projectNode, ["--test", "--test-concurrency=1", ...names, ...reporters, ...files], {
  cwd: projectFolder,
  stdio: ["ignore", 2, 2],
  env: {
    ...process.env,
    // The browsers are those of the end-to-end tests.
    ...(!values.files && { MELO_E2E: JSON.stringify({ chromium: await ensureChromium() }), MELO_E2E_ARTIFACTS: folder }),
  },
});
onEnd(async () => void child.kill("SIGTERM"));
const code = await new Promise<number>((resolve) => child.on("close", (status) => resolve(status ?? 1)));
const text = readFileSync(summary, { encoding: "utf8", flag: "a+" });
const count = (what: string) => Number(new RegExp(`^# ${what} (\\d+)$`, "m").exec(text)?.[1] ?? 0);
const counts = { passed: count("pass"), failed: count("fail") + count("cancelled"), skipped: count("skipped") };
rmSync(folder, { recursive: true });
reportCounts("deployment", code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts);
process.exit(code);
