// Whether what `npm run build` made can be published: the library, and the doctor as a package of its own, which is started from a folder in which nothing else is.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { say } from "./progress.mjs";
import { projectFolder } from "./project-node.mjs";
import { runSteps } from "./steps.ts";

const publint = join(projectFolder, "node_modules/.bin/publint");
const folder = mkdtempSync(join(tmpdir(), "melo-package-"));
const packed = spawnSync("npm", ["pack", "--silent", "--pack-destination", folder], {
  cwd: join(projectFolder, "dist/doctor"),
  encoding: "utf8",
});
if (packed.status !== 0) say(packed.stderr);
const file = join(folder, packed.stdout.trim() || "there is none");
const passed = await runSteps("Packages", [
  { name: "the library (publint)", command: [publint, "--strict"] },
  {
    name: "npx melo-doctor",
    command: ["npm", "exec", "--yes", "--offline", "--prefix", folder, "--package", file, "--", "melo-doctor", "--help"],
  },
]);
rmSync(folder, { recursive: true });
process.exitCode = passed ? 0 : 1;
