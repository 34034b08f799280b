import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { LOG_CONFIG, tokenApiRegistration } from "../../deploy/config/homeserver.ts";
import { preparePython, SYNAPSE } from "./python.ts";
import type { Service } from "./service.ts";
import { ServiceProcess, untilAnswering } from "./service-process.ts";
import { generateSecrets, synapseConfig, type SynapseSecrets } from "./synapse-config.ts";

/** How long Synapse may take until it answers, in ms: 3 s on a quiet machine, many times that on a busy one. */
const START_LIMIT = 120_000;

/** The homeserver: Synapse on SQLite, everything it keeps in one folder. */
export class Synapse implements Service {
  readonly name = "Synapse";
  readonly address: string;
  readonly database: string;
  readonly mediaStore: string;
  readonly logFile: string;
  onCrash?: (reason: string) => void;
  readonly #port: number;
  readonly #tokenService?: string;
  readonly #folder: string;
  readonly #process: ServiceProcess;
  #python = "";
  #secrets?: SynapseSecrets;

  /** `tokenService`: where its users get their tokens for calls; without it, it has no calls. */
  constructor(port: number, folder: string, tokenService?: string) {
    this.#tokenService = tokenService;
    this.#port = port;
    this.#folder = folder;
    this.address = `http://localhost:${port}`;
    this.database = join(folder, "homeserver.db");
    this.mediaStore = join(folder, "media");
    this.logFile = join(folder, "synapse.log");
    this.#process = new ServiceProcess(this.logFile, (reason) => this.onCrash?.(reason));
  }

  /** The secret that signs tokens for `org.matrix.login.jwt`; known after {@link prepare}. */
  get jwtSecret(): string {
    return this.#secrets?.jwt ?? "";
  }

  /** What the token API asks with; known after {@link prepare}. */
  get appserviceToken(): string {
    return this.#secrets?.appserviceToken ?? "";
  }

  async prepare(): Promise<void> {
    this.#python = await preparePython(SYNAPSE);
    await mkdir(this.mediaStore, { recursive: true });
    this.#secrets = await this.#keptSecrets();
    // These files are YAML for Synapse, and JSON is YAML.
    await this.#write(
      "homeserver.yaml",
      JSON.stringify(synapseConfig(this.#port, this.#folder, this.#secrets, this.#tokenService), null, 2),
    );
    await this.#write("token-api.yaml", JSON.stringify(tokenApiRegistration(this.#secrets), null, 2));
    await this.#write("log.yaml", JSON.stringify(LOG_CONFIG, null, 2));
    await this.#write("signing.key", this.#secrets.signingKey);
  }

  async start(): Promise<void> {
    const wrapper = fileURLToPath(new URL("run-synapse.py", import.meta.url));
    await this.#write("synapse.log", "");
    this.#process.start({
      file: this.#python,
      args: [wrapper, "-c", join(this.#folder, "homeserver.yaml")],
      cwd: this.#folder,
      env: { PYTHONUNBUFFERED: "1" },
    });
    await untilAnswering(this, this.#process, `${this.address}/_matrix/client/versions`, START_LIMIT);
  }

  async stop(): Promise<void> {
    await this.#process.stop();
  }

  /** Ends Synapse as a power cut would. `start()` brings it back with all it had stored. */
  async kill(): Promise<void> {
    await this.#process.kill();
  }

  async #keptSecrets(): Promise<SynapseSecrets> {
    const file = join(this.#folder, "secrets.json");
    const kept = await readFile(file, "utf8")
      .then((text) => JSON.parse(text) as Partial<SynapseSecrets>)
      .catch(() => ({})); // none yet, or none that was written whole
    const secrets = { ...generateSecrets(), ...kept }; // a later version may have more of them
    await this.#write("secrets.json", JSON.stringify(secrets));
    return secrets;
  }

  async #write(name: string, text: string): Promise<void> {
    await writeFile(join(this.#folder, name), text, { mode: 0o600 });
  }
}
