import { homedir, platform } from "node:os";
import { isAbsolute, join } from "node:path";

/** Where everything heavy or lasting lives, outside the clone and shared by all clones: the platform's cache folder. */
export function cacheFolder() {
  const named = process.env["XDG_CACHE_HOME"];
  if (named && isAbsolute(named)) return join(named, "melo");
  return platform() === "darwin" ? join(homedir(), "Library/Caches/melo") : join(homedir(), ".cache/melo");
}
