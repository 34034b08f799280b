import { mkdir, rm } from "node:fs/promises";
import { dirname } from "node:path";

import { say } from "../../scripts/progress.mjs";
import { Launcher } from "./launcher.ts";
import { findPortBase, PORTS, temporaryBase, type PortName } from "./ports.ts";
import { seed, type Seed } from "./seed.ts";
import { stateFolder, sweep } from "./state-folder.ts";
import { Synapse } from "./synapse.ts";
import { JWT_AUDIENCE, JWT_ISSUER } from "./synapse-config.ts";

export interface StackOptions {
  /** First of the ports to use. Without it, the first free one from 8400 on. */
  readonly portBase?: number;
  /** Forget everything an earlier start of this clone at these ports has kept. */
  readonly fresh?: boolean;
  /** A stack for a test: at ports and in a folder of its own, and forgotten when it stops. */
  readonly temporary?: boolean;
  /** Ports that the caller needs besides the stack's own. */
  readonly alsoFree?: readonly PortName[];
  /** Gets a message for people when a part ends by itself. */
  readonly onCrash?: (message: string) => void;
}

/** What others need to know of a running stack, as plain data: this is what `npm run stack -- --json` prints. */
export interface StackInfo extends Seed {
  /** `http://localhost:8408` */
  readonly homeserver: string;
  readonly serverName: string;
  readonly portBase: number;
  /** What tokens for `org.matrix.login.jwt` are signed with (HS256), and what they must claim. */
  readonly jwt: { readonly secret: string; readonly issuer: string; readonly audience: string };
  readonly stateFolder: string;
  /** Synapse's SQLite file. Open it read-only. */
  readonly database: string;
  readonly mediaStore: string;
}

export interface Stack extends StackInfo {
  readonly info: StackInfo;
  readonly launcher: Launcher;
  /** `kill()` is a power cut, `stop()` an orderly end; `start()` brings it back with all it had stored. */
  readonly synapse: Pick<Synapse, "kill" | "start" | "stop">;
  /** Ends every part. With `forget` (a temporary stack: unless told otherwise), what they kept is deleted too. */
  stop(options?: { readonly forget?: boolean }): Promise<void>;
}

/** Starts the real backend on this machine: a homeserver with a few people and rooms. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { portBase: wanted, temporary = false, fresh = temporary, alsoFree = [], onCrash = say } = options;
  const portBase = await findPortBase(["homeserver", ...alsoFree], wanted, temporary ? temporaryBase() : undefined);
  const folder = stateFolder(portBase, temporary);
  if (temporary) await sweep(dirname(folder));
  if (fresh) await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });

  const launcher = new Launcher(onCrash);
  const synapse = new Synapse(portBase + PORTS.homeserver, folder);
  await launcher.start(synapse);
  const { users, rooms } = await seed(synapse.address, folder).catch(async (error: unknown) => {
    await launcher.stop();
    throw error;
  });

  const info: StackInfo = {
    homeserver: synapse.address,
    serverName: new URL(synapse.address).host,
    portBase,
    users,
    rooms,
    jwt: { secret: synapse.jwtSecret, issuer: JWT_ISSUER, audience: JWT_AUDIENCE },
    stateFolder: folder,
    database: synapse.database,
    mediaStore: synapse.mediaStore,
  };
  return {
    ...info,
    info,
    launcher,
    synapse,
    async stop({ forget = temporary } = {}) {
      await launcher.stop();
      if (forget) await rm(folder, { recursive: true, force: true });
    },
  };
}
