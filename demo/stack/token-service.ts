import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { projectFolder, projectNode } from "../../scripts/project-node.mjs";
import { tokenApiEnvironment } from "../../deploy/config/token-api.ts";
import { TIED, type LiveKit } from "./livekit.ts";
import { preparePython, SYNAPSE } from "./python.ts";
import type { Service } from "./service.ts";
import { ServiceProcess, untilAnswering } from "./service-process.ts";
import type { Synapse } from "./synapse.ts";

/** How long it may take until it answers, in ms: half a second on a quiet machine. */
const START_LIMIT = 60_000;

export interface TokenServiceOptions {
  readonly port: number;
  /** Where its state and its log are. */
  readonly folder: string;
  readonly livekit: LiveKit;
  readonly synapse: Synapse;
  /** More of its environment variables (docs/token-api.md), or others in place of these. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * The token API (server/), with the homeserver of the stack as its own. To get a token by hand:
 *
 * ```sh
 * openid=$(curl -s -X POST -H "Authorization: Bearer $ACCESS_TOKEN" -d '{}' "$HOMESERVER/_matrix/client/v3/user/$USER_ID/openid/request_token")
 * curl -s "$TOKEN_SERVICE/sfu/get" -d "{\"room\": \"$ROOM_ID\", \"device_id\": \"$DEVICE_ID\", \"openid_token\": $openid}"   # {"url": …, "jwt": …}
 * ```
 */
export class TokenService implements Service {
  readonly name = "Token API";
  /** The `livekit_service_url` that the homeserver tells its users. */
  readonly address: string;
  readonly logFile: string;
  onCrash?: (reason: string) => void;
  readonly #options: TokenServiceOptions;
  readonly #process: ServiceProcess;
  #python = "";

  constructor(options: TokenServiceOptions) {
    this.#options = options;
    this.address = `http://localhost:${options.port}`;
    this.logFile = join(options.folder, "token-api.log");
    this.#process = new ServiceProcess(this.logFile, (reason) => this.onCrash?.(reason));
  }

  async prepare(): Promise<void> {
    this.#python = await preparePython(SYNAPSE);
  }

  async start(): Promise<void> {
    const { port, folder, livekit, synapse, env } = this.#options;
    await writeFile(this.logFile, "");
    this.#process.start({
      file: this.#python,
      args: [TIED, projectNode, join(projectFolder, "server/main.ts")],
      cwd: folder,
      env: {
        ...tokenApiEnvironment({
          listen: `127.0.0.1:${port}`,
          sfu: livekit.url,
          sfuInside: livekit.address,
          key: livekit.apiKey,
          secret: livekit.apiSecret,
          serverName: new URL(synapse.address).host,
          homeserverInside: synapse.address,
          foreign: "subscribe",
          proxies: 0,
          stateFile: join(folder, "token-api.json"),
          appserviceToken: synapse.appserviceToken,
        }),
        TOKEN_API_RATE: "1000000", // all of this machine's people come from one address
        ...env,
      },
    });
    await untilAnswering(this, this.#process, `${this.address}/`, START_LIMIT);
  }

  async stop(): Promise<void> {
    await this.#process.stop();
  }

  /** Ends it as a power cut would; `start()` brings it back with the leaves it had taken over. */
  async kill(): Promise<void> {
    await this.#process.kill();
  }
}
