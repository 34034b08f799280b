import { join } from "node:path";

import { projectFolder } from "./project-node.mjs";

/** Builds the page by which the doctor sends media (deploy/examination/loopback), as `npm run build` does; about a second. */
export async function buildLoopbackPage(): Promise<void> {
  const { build } = await import("vite");
  await build({ configFile: join(projectFolder, "deploy/loopback.vite.config.ts") });
}
