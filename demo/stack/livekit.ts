import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { livekitConfig } from "../../deploy/config/livekit.ts";
import { PORTS } from "./ports.ts";
import { preparePython, SYNAPSE } from "./python.ts";
import type { Service } from "./service.ts";
import { ServiceProcess, untilAnswering } from "./service-process.ts";

/** How long LiveKit may take until it answers, in ms: under a second on a quiet machine. */
const START_LIMIT = 60_000;

/** Runs a program that ends when this process does. */
export const TIED = fileURLToPath(new URL("run-tied.py", import.meta.url));

/** The SFU, on loopback only. Its keys are random and kept in the state folder. It makes no rooms by itself: that is the token API's to do. */
export class LiveKit implements Service {
  readonly name = "LiveKit";
  /** What browsers connect to: `ws://localhost:8410`. */
  readonly url: string;
  /** Where its API is: `http://localhost:8410`. */
  readonly address: string;
  readonly apiKey = "melo";
  readonly logFile: string;
  onCrash?: (reason: string) => void;
  readonly #binary: string;
  readonly #portBase: number;
  readonly #folder: string;
  readonly #process: ServiceProcess;
  #python = "";
  #secret = "";

  constructor(binary: string, portBase: number, folder: string) {
    this.#binary = binary;
    this.#portBase = portBase;
    this.#folder = folder;
    this.address = `http://localhost:${portBase + PORTS.livekit}`;
    this.url = this.address.replace(/^http/, "ws");
    this.logFile = join(folder, "livekit.log");
    this.#process = new ServiceProcess(this.logFile, (reason) => this.onCrash?.(reason));
  }

  /** Known after {@link prepare}. */
  get apiSecret(): string {
    return this.#secret;
  }

  async prepare(): Promise<void> {
    this.#python = await preparePython(SYNAPSE);
    this.#secret = await keptSecret(join(this.#folder, "livekit.secret"));
    // The file is YAML for LiveKit, and JSON is YAML.
    await writeFile(join(this.#folder, "livekit.yaml"), JSON.stringify(this.#config(), null, 2), { mode: 0o600 });
  }

  async start(): Promise<void> {
    await writeFile(this.logFile, "");
    this.#process.start({
      file: this.#python,
      args: [TIED, this.#binary, "--config", join(this.#folder, "livekit.yaml")],
      cwd: this.#folder,
    });
    await untilAnswering(this, this.#process, `${this.address}/`, START_LIMIT);
  }

  async stop(): Promise<void> {
    await this.#process.stop();
  }

  /** Ends LiveKit as a power cut would: calls are lost, and begin anew after `start()`. */
  async kill(): Promise<void> {
    await this.#process.kill();
  }

  #config(): object {
    const port = (name: "livekit" | "livekitTcp" | "livekitUdp" | "tokenApi") => this.#portBase + PORTS[name];
    return livekitConfig({
      bind: ["127.0.0.1"],
      port: port("livekit"),
      media: { udp: port("livekitUdp"), tcp: port("livekitTcp") },
      address: "127.0.0.1",
      loopback: true,
      key: this.apiKey,
      secret: this.#secret,
      webhooks: [`http://127.0.0.1:${port("tokenApi")}/sfu_webhook`],
      logLevel: "warn",
    });
  }
}

async function keptSecret(file: string): Promise<string> {
  const kept = await readFile(file, "utf8").catch(() => undefined);
  if (kept) return kept;
  const secret = randomBytes(32).toString("base64url");
  await writeFile(file, secret, { mode: 0o600 });
  return secret;
}
