import { mkdir, rm } from "node:fs/promises";
import { dirname } from "node:path";

import { say } from "../../scripts/progress.mjs";
import { Launcher } from "./launcher.ts";
import { findLivekit, VOICE_NEEDS } from "./livekit-binary.ts";
import { LiveKit } from "./livekit.ts";
import { findPortBase, PORTS, temporaryBase, type PortName } from "./ports.ts";
import { seed, type Seed } from "./seed.ts";
import { stateFolder, sweep } from "./state-folder.ts";
import { Synapse } from "./synapse.ts";
import { JWT_AUDIENCE, JWT_ISSUER } from "./synapse-config.ts";
import { TokenService } from "./token-service.ts";

/** The ports of the stack itself. */
export const STACK_PORTS: readonly PortName[] = ["homeserver", "tokenApi", "livekit", "livekitTcp", "livekitUdp"];

export interface StackOptions {
  /** First of the ports to use. Without it, the first free one from 8400 on. */
  readonly portBase?: number;
  /** Forget everything an earlier start of this clone at these ports has kept. */
  readonly fresh?: boolean;
  /** A stack for a test: at ports and in a folder of its own, and forgotten when it stops. */
  readonly temporary?: boolean;
  /** Fail where LiveKit is not to be had, instead of starting without voice. */
  readonly voice?: "required" | "if possible";
  /** Environment variables of the token API (docs/token-api.md) besides those of the stack. */
  readonly tokenApi?: Readonly<Record<string, string>>;
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
  /** Missing where LiveKit is not to be had. */
  readonly livekit?: LiveKitInfo;
}

/** What a test needs to be a client or an operator of the SFU: `new RoomServiceClient(address, apiKey, apiSecret)`. */
export interface LiveKitInfo {
  /** What browsers connect to: `ws://localhost:8410` */
  readonly url: string;
  /** `http://localhost:8410` */
  readonly address: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  /** The token API, which the homeserver names as `livekit_service_url`: `http://localhost:8409` */
  readonly tokenService: string;
}

export interface Stack extends StackInfo {
  readonly info: StackInfo;
  readonly launcher: Launcher;
  /** `kill()` is a power cut, `stop()` an orderly end; `start()` brings it back with all it had stored. */
  readonly synapse: Restartable;
  /** The same for the SFU and the token API, where there is voice. */
  readonly sfu?: Restartable;
  readonly tokenService?: Restartable;
  /** Ends every part. With `forget` (a temporary stack: unless told otherwise), what they kept is deleted too. */
  stop(options?: { readonly forget?: boolean }): Promise<void>;
}

type Restartable = Pick<Synapse, "kill" | "start" | "stop">;

/** Starts the real backend on this machine: a homeserver with a few people and rooms, and an SFU with the API that lets them in. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { portBase: wanted, temporary = false, fresh = temporary, alsoFree = [], onCrash = say } = options;
  const portBase = await findPortBase([...STACK_PORTS, ...alsoFree], wanted, temporary ? temporaryBase() : undefined);
  const folder = stateFolder(portBase, temporary);
  if (temporary) await sweep(dirname(folder));
  if (fresh) await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });

  const binary = await findLivekit();
  if (!binary && options.voice === "required") throw new Error(VOICE_NEEDS);
  if (!binary) say(VOICE_NEEDS);

  const launcher = new Launcher(onCrash);
  const tokenAddress = `http://localhost:${portBase + PORTS.tokenApi}`;
  const synapse = new Synapse(portBase + PORTS.homeserver, folder, binary && tokenAddress);
  await launcher.start(synapse);
  const serverName = new URL(synapse.address).host;
  const sfu = binary ? new LiveKit(binary, portBase, folder) : undefined;
  if (sfu) await launcher.start(sfu);
  const tokenService = sfu && new TokenService({ port: portBase + PORTS.tokenApi, folder, livekit: sfu, synapse, env: options.tokenApi });
  if (tokenService) await launcher.start(tokenService);
  const { users, rooms } = await seed(synapse.address, folder).catch(async (error: unknown) => {
    await launcher.stop();
    throw error;
  });

  const info: StackInfo = {
    homeserver: synapse.address,
    serverName,
    portBase,
    users,
    rooms,
    jwt: { secret: synapse.jwtSecret, issuer: JWT_ISSUER, audience: JWT_AUDIENCE },
    stateFolder: folder,
    database: synapse.database,
    mediaStore: synapse.mediaStore,
    livekit: sfu && { url: sfu.url, address: sfu.address, apiKey: sfu.apiKey, apiSecret: sfu.apiSecret, tokenService: tokenAddress },
  };
  return {
    ...info,
    info,
    launcher,
    synapse,
    sfu,
    tokenService,
    async stop({ forget = temporary } = {}) {
      await launcher.stop();
      if (forget) await rm(folder, { recursive: true, force: true });
    },
  };
}
