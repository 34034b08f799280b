import { accessSync, constants, globSync } from "node:fs";
import { join } from "node:path";

import { findLivekit, VOICE_NEEDS } from "../../../demo/stack/livekit-binary.ts";

/** Where the programs are that a deployment runs, on this machine. */
export interface Programs {
  readonly caddy: string;
  readonly postgres: string;
  readonly initdb: string;
  readonly createdb: string;
  readonly pgIsready: string;
  readonly pgDump: string;
  readonly pgRestore: string;
  readonly turnserver: string;
  readonly livekit: string;
  /** Empty where nobody asked for it. */
  readonly redis: string;
}

const PACKAGES = { caddy: "caddy", postgres: "postgresql", turnserver: "coturn" } as const;
const REDIS = { "redis-server": "redis-server" } as const;
// PostgreSQL's own folder first: its programs have to be of one version.
const FOLDERS = [...globSync("/usr/lib/postgresql/*/bin").sort().reverse(), "/usr/bin", "/usr/local/bin", "/usr/sbin"];

/** @throws with one sentence that says what to install. */
export async function findPrograms(withRedis = false): Promise<Programs> {
  const needed: Readonly<Record<string, string>> = { ...PACKAGES, ...(withRedis && REDIS) };
  const found = (name: string): string => {
    const path = [...FOLDERS, ...(process.env["PATH"] ?? "").split(":")].map((folder) => join(folder, name)).find(isProgram);
    if (!path) throw new Error(`${name} is missing.`);
    return path;
  };
  const missing = Object.keys(needed).filter((name) => {
    try {
      return !found(name);
    } catch {
      return true;
    }
  });
  if (missing.length > 0) {
    const packages = missing.map((name) => needed[name]).join(" ");
    throw new Error(
      `The deployment's test runs it without containers, and needs ${missing.join(", ")}: apt install --no-install-recommends ${packages} (Debian 12 or newer).`,
    );
  }
  const livekit = await findLivekit();
  if (!livekit) throw new Error(VOICE_NEEDS);
  return {
    caddy: found("caddy"),
    postgres: found("postgres"),
    initdb: found("initdb"),
    createdb: found("createdb"),
    pgIsready: found("pg_isready"),
    pgDump: found("pg_dump"),
    pgRestore: found("pg_restore"),
    turnserver: found("turnserver"),
    livekit,
    redis: withRedis ? found("redis-server") : "",
  };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
