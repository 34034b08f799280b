import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { projectFolder } from "../../scripts/project-node.mjs";
import { buildOnce } from "./build-once.ts";

/** Builds the CDN bundle by `npm run build:cdn`, unless dist/cdn was built from just these sources. */
export async function buildCdn(): Promise<void> {
  await buildOnce("Building the CDN bundle", "dist/cdn", [], () =>
    promisify(execFile)("npm", ["run", "--silent", "build:cdn"], { cwd: projectFolder, maxBuffer: 16 * 1024 * 1024 }),
  );
}
