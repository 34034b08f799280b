import { createHash } from "node:crypto";
import { homedir, platform } from "node:os";
import { basename, isAbsolute, join } from "node:path";

import { projectFolder } from "../../scripts/project-node.mjs";

/** Where everything heavy or lasting lives, outside the clone: the platform's cache folder. */
export function cacheFolder(): string {
  const named = process.env["XDG_CACHE_HOME"];
  if (named && isAbsolute(named)) return join(named, "melo");
  return platform() === "darwin" ? join(homedir(), "Library/Caches/melo") : join(homedir(), ".cache/melo");
}

/** The stack's state: each clone has its own, and so has each port base, because accounts belong to the server's address. */
export function stateFolder(portBase: number): string {
  const clone = createHash("sha256").update(projectFolder).digest("hex").slice(0, 8);
  return join(cacheFolder(), "state", `${basename(projectFolder)}-${clone}-${portBase}`);
}
