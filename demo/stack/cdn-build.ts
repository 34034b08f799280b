import { join } from "node:path";

import { build } from "vite";

import { projectFolder } from "../../scripts/project-node.mjs";
import { buildOnce } from "./build-once.ts";

/** Builds the CDN bundle into dist/cdn, unless it was built from just these sources. */
export async function buildCdn(): Promise<void> {
  const configFile = join(projectFolder, "vite.config.ts");
  await buildOnce("Building the CDN bundle", "dist/cdn", [], () => build({ configFile, mode: "cdn", logLevel: "warn" }));
}
