import { createHash } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";

import { cacheFolder } from "../../scripts/cache-folder.mjs";
import { projectFolder } from "../../scripts/project-node.mjs";

/** The stack's state: each clone has its own, and so has each port base, because accounts belong to the server's address. */
export function stateFolder(portBase: number, temporary: boolean): string {
  const clone = createHash("sha256").update(projectFolder).digest("hex").slice(0, 8);
  return join(cacheFolder(), temporary ? "temporary" : "state", `${basename(projectFolder)}-${clone}-${portBase}`);
}

/** Deletes what temporary stacks left behind that could not end in order, and whatever else is older than a day below `folder`. */
export async function sweep(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity })); // another run was quicker
    if (Date.now() - mtimeMs > 24 * 60 * 60_000) await rm(path, { recursive: true, force: true });
  }
}
