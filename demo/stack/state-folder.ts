import { createHash } from "node:crypto";
import { basename, join } from "node:path";

import { cacheFolder } from "../../scripts/cache-folder.mjs";
import { projectFolder } from "../../scripts/project-node.mjs";

/** The stack's state: each clone has its own, and so has each port base, because accounts belong to the server's address. */
export function stateFolder(portBase: number): string {
  const clone = createHash("sha256").update(projectFolder).digest("hex").slice(0, 8);
  return join(cacheFolder(), "state", `${basename(projectFolder)}-${clone}-${portBase}`);
}
