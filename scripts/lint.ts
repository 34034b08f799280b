// `npm run lint`: everything that can be known without running the code.

import { join } from "node:path";

import { projectFolder, projectNode } from "./project-node.mjs";
import { runSteps } from "./steps.ts";

const bin = (name: string) => join(projectFolder, "node_modules/.bin", name);
const script = (name: string) => join(projectFolder, "scripts", name);

const passed = await runSteps("lint", [
  { name: "types (tsc)", command: [bin("tsc"), "-p", "."] },
  { name: "lint rules (oxlint)", command: [bin("oxlint"), "--type-aware", "--quiet"] },
  { name: "format (oxfmt; mend it by `npm run format`)", command: [bin("oxfmt"), "--check", "."] },
  { name: "import directions", command: [projectNode, script("check-imports.ts")] },
  { name: "length and content of files", command: [projectNode, script("check-source.ts")] },
  { name: "custom-elements.json", command: [projectNode, script("check-manifest.ts")] },
]);
process.exitCode = passed ? 0 : 1;
