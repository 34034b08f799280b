import { execFile } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

import { parseEnv, type Env } from "../../../deploy/config/env-file.ts";
import { configurationFiles, type Layout } from "../../../deploy/config/files.ts";
import { HttpClient } from "../../../deploy/examination/http-client.ts";
import { buildCdn } from "../../../demo/stack/cdn-build.ts";
import { TIED } from "../../../demo/stack/livekit.ts";
import { findPortBase, temporaryBase } from "../../../demo/stack/ports.ts";
import { preparePython, type PythonEnvironment } from "../../../demo/stack/python.ts";
import { lastLines, ServiceProcess } from "../../../demo/stack/service-process.ts";
import { projectFolder, projectNode } from "../../../scripts/project-node.mjs";
import { layout } from "./layout.ts";
import { findPrograms, type Programs } from "./programs.ts";

const run = promisify(execFile);

/** The deployment's homeserver: as the stack's, and with the drivers for PostgreSQL and Redis. */
const SYNAPSE_POSTGRES: PythonEnvironment = { name: "synapse-postgres", packages: ["matrix-synapse[jwt,postgres,redis]==1.163.2"] };

export const HOST = "melo.localhost";
const TURN_HOST = "turn.melo.localhost";
/** This machine, whatever DNS says. */
export const RESOLVE = { [HOST]: "127.0.0.1", [TURN_HOST]: "127.0.0.1" };
const START_LIMIT = 120_000;

export type Part =
  | "postgres"
  | "synapse"
  | "livekit"
  | "token-api"
  | "caddy"
  | "coturn"
  | "redis"
  | "livekit-2"
  | "token-api-2"
  | "synapse-worker-1";
const PARTS: readonly Part[] = ["postgres", "synapse", "livekit", "token-api", "caddy", "coturn"];
/** In the order in which they start: the token API waits for Redis, and its health is LiveKit's. */
const SCALED_PARTS: readonly Part[] = [
  ...(["postgres", "redis", "synapse", "synapse-worker-1", "livekit", "livekit-2", "token-api", "token-api-2", "caddy", "coturn"] as const),
];

/**
 * A deployment as deploy/init makes it, with its own configuration files, run as plain processes of this machine under a name of this machine: only where the parts
 * listen and where their files are is another than in the containers.
 */
export class NativeDeployment {
  readonly folder: string;
  readonly address: string;
  readonly port: number;
  readonly #layout: Layout;
  readonly #programs: Programs;
  readonly #parts: readonly Part[];
  readonly #processes = new Map<Part, ServiceProcess>();
  #python = "";
  #http?: HttpClient;

  private constructor(folder: string, base: number, programs: Programs, scaled: boolean) {
    this.#parts = scaled ? SCALED_PARTS : PARTS;
    this.folder = folder;
    this.port = base + 1;
    this.address = `https://${HOST}:${this.port}`;
    this.#programs = programs;
    this.#layout = layout(folder, base);
  }

  /** Installs and starts everything. `scaled`: with Redis, two LiveKit nodes, two token APIs and a worker of Synapse. */
  static async start({ scaled = false } = {}): Promise<NativeDeployment> {
    const programs = await findPrograms(scaled);
    const folder = await mkdtemp(join(tmpdir(), "melo-deploy-"));
    const deployment = new NativeDeployment(
      folder,
      await findPortBase(
        ["demo", "cdn", "dropIn", "homeserver", "tokenApi", "livekit", "livekitTcp", "livekitUdp"],
        undefined,
        temporaryBase(),
      ),
      programs,
      scaled,
    );
    endWithRunner(folder);
    try {
      await deployment.#install();
      for (const part of deployment.#parts) await deployment.startPart(part);
    } catch (error) {
      await deployment.end();
      throw error;
    }
    return deployment;
  }

  /** The authority that has made the certificates (PEM). */
  get authorityFile(): string {
    return join(this.folder, "data/caddy/caddy/pki/authorities/local/root.crt");
  }

  get configuration(): string {
    return join(this.folder, "run");
  }

  get env(): Promise<Env> {
    return readFile(join(this.folder, ".env"), "utf8").then(parseEnv);
  }

  get programs(): Programs {
    return this.#programs;
  }

  /** Where the homeserver is without the web server. */
  get homeserver(): string {
    return this.#layout.homeserver.inside;
  }

  /** Host and port of Redis. */
  get redis(): string {
    return this.#layout.redis.address;
  }

  /** What browsers call the TURN server. */
  get relay(): string {
    return `turns:${TURN_HOST}:${this.#layout.turn.ports.tls}`;
  }

  get database(): Layout["database"] {
    return this.#layout.database;
  }

  /** A client that knows this machine's name and its authority. */
  async http(): Promise<HttpClient> {
    this.#http ??= new HttpClient({ ca: await readFile(this.authorityFile, "utf8"), resolve: RESOLVE });
    return this.#http;
  }

  /** Makes an account, as the README says: on the server, with the registration secret. */
  async register(name: string, password: string): Promise<void> {
    await run(join(dirname(this.#python), "register_new_matrix_user"), [
      ...["--user", name, "--password", password, "--no-admin"],
      ...["--config", join(this.configuration, "synapse/homeserver.yaml")],
      this.#layout.homeserver.inside,
    ]);
  }

  /** Writes the configuration anew from .env, with every file as `change` has it. */
  async configure(change: (path: string, content: string) => string = (_, content) => content): Promise<void> {
    for (const [path, content] of Object.entries(configurationFiles(await this.env, this.#layout))) {
      const file = join(this.configuration, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, change(path, content), { mode: 0o600 });
    }
  }

  async startPart(part: Part, { awaited = true } = {}): Promise<void> {
    const process = new ServiceProcess(this.logOf(part), () => {});
    this.#processes.set(part, process);
    process.start({
      file: this.#python,
      args: [TIED, ...this.#command(part)],
      cwd: this.folder,
      env: await this.#environment(part),
    });
    if (!awaited) return;
    for (const begin = Date.now(); !(await this.#answers(part)); await delay(100)) {
      if (!process.running) throw new Error(`${part} ended before it answered. Its log:\n${lastLines(this.logOf(part))}`);
      if (Date.now() - begin > START_LIMIT) throw new Error(`${part} does not answer. Its log:\n${lastLines(this.logOf(part))}`);
    }
  }

  async stopPart(part: Part): Promise<void> {
    await this.#processes.get(part)?.stop();
  }

  /** Ends a part as a power cut would. */
  async killPart(part: Part): Promise<void> {
    await this.#processes.get(part)?.kill();
  }

  async restart(...parts: Part[]): Promise<void> {
    for (const part of parts) {
      await this.stopPart(part);
      await this.startPart(part);
    }
  }

  logOf(part: Part): string {
    return join(this.folder, `${part}.log`);
  }

  async stop(): Promise<void> {
    for (const part of [...this.#parts].reverse()) await this.stopPart(part);
  }

  async end(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Deletes what the parts have kept, as a broken disk does. They have to be stopped. */
  async destroyData(): Promise<void> {
    for (const part of ["postgres", "synapse", "token-api"]) await rm(join(this.folder, "data", part), { recursive: true, force: true });
  }

  /** Makes an empty database, as the container of PostgreSQL does at its first start. */
  async makeDatabase(): Promise<void> {
    const data = join(this.folder, "data/postgres");
    const passwordFile = join(this.folder, "password");
    const { uid, gid } = await postgresUser();
    await mkdir(join(this.folder, "sockets"), { recursive: true });
    await mkdir(data, { recursive: true, mode: 0o700 });
    await writeFile(passwordFile, (await this.env).SECRET_DATABASE, { mode: 0o600 });
    for (const path of [data, passwordFile, join(this.folder, "sockets")]) await chown(path, uid, gid);
    await run(
      this.#programs.initdb,
      ["--pgdata", data, "--encoding=UTF8", "--locale=C", "--auth=scram-sha-256", "--username=synapse", `--pwfile=${passwordFile}`],
      { uid, gid, cwd: "/" },
    );
    await rm(passwordFile);
    await this.startPart("postgres");
    const { host, port } = this.#layout.database;
    await run(this.#programs.createdb, ["--host", host, "--port", String(port), "--username=synapse", "synapse"], {
      env: { ...process.env, PGPASSWORD: (await this.env).SECRET_DATABASE },
    });
    await this.stopPart("postgres");
  }

  async #install(): Promise<void> {
    await chmod(this.folder, 0o755); // PostgreSQL runs as somebody else
    this.#python = await preparePython(SYNAPSE_POSTGRES);
    await buildCdn();
    await run(projectNode, [
      join(projectFolder, "deploy/init.ts"),
      "--folder",
      this.folder,
      "--domain",
      HOST,
      "--address",
      "127.0.0.1",
      "--mail",
      "somebody@example.org",
      "--federation",
      "off",
      "--turn",
      TURN_HOST,
      ...(this.#parts.includes("redis") ? ["--redis", "--workers"] : []),
    ]);
    await this.configure();
    for (const path of ["run", "run/synapse", "data", "data/postgres"]) await chmod(join(this.folder, path), 0o755);
    await this.makeDatabase();
  }

  #command(part: Part): string[] {
    const { folder, configuration } = this;
    const p = this.#programs;
    switch (part) {
      case "postgres": {
        const { port } = this.#layout.database;
        const server = [
          p.postgres,
          "-D",
          join(folder, "data/postgres"),
          "-p",
          String(port),
          "-k",
          join(folder, "sockets"),
          "-c",
          "listen_addresses=127.0.0.1",
        ];
        return process.getuid?.() === 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", ...server] : server;
      }
      case "synapse":
        return this.#synapse("synapse.app.homeserver");
      case "synapse-worker-1":
        return this.#synapse("synapse.app.generic_worker", join(configuration, "synapse/synapse-worker-1.yaml"));
      case "livekit":
        return [p.livekit, "--config", join(configuration, "livekit.yaml")];
      case "livekit-2":
        return [p.livekit, "--config", join(configuration, "nodes/2/livekit.yaml")];
      case "redis": {
        const [host = "", port = ""] = this.#layout.redis.address.split(":");
        return [p.redis, join(configuration, "redis.conf"), "--bind", host, "--port", port];
      }
      case "token-api":
      case "token-api-2":
        return [projectNode, join(projectFolder, "server/main.ts")];
      case "caddy":
        return [p.caddy, "run", "--config", join(configuration, "Caddyfile"), "--adapter", "caddyfile"];
      case "coturn":
        return [p.turnserver, "-c", join(configuration, "turnserver.conf")];
    }
  }

  #synapse(module: string, ...more: string[]): string[] {
    const files = [join(this.configuration, "synapse/homeserver.yaml"), join(this.folder, "homeserver.d"), ...more];
    return [this.#python, "-m", module, ...files.flatMap((file) => ["-c", file])];
  }

  async #environment(part: Part): Promise<Record<string, string>> {
    if (part === "caddy") return { XDG_DATA_HOME: join(this.folder, "data/caddy"), XDG_CONFIG_HOME: join(this.folder, "data/caddy") };
    if (part !== "token-api" && part !== "token-api-2") return {};
    const lines = (await readFile(join(this.configuration, `${part}.env`), "utf8")).trim().split("\n");
    return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
  }

  async #answers(part: Part): Promise<boolean> {
    const { homeserver, livekit, tokenApi, database, turn } = this.#layout;
    const responds = (url: string) =>
      fetch(url).then(
        ({ status }) => status < 500,
        () => false,
      );
    switch (part) {
      case "postgres":
        return run(this.#programs.pgIsready, ["--host", database.host, "--port", String(database.port)]).then(
          () => true,
          () => false,
        );
      case "synapse":
        return responds(`${homeserver.inside}/_matrix/client/versions`);
      case "synapse-worker-1":
        return responds(`${this.#layout.workers.all[0]?.inside}/health`);
      case "livekit":
        return responds(`${livekit.inside}/`);
      case "livekit-2":
        return responds(`${this.#layout.furtherNodes?.[0]?.inside}/`);
      case "token-api":
        return responds(`${tokenApi.inside}/`);
      case "token-api-2":
        return responds(`${tokenApi.second.inside}/`);
      case "redis":
        return /Ready to accept connections/.test(lastLines(this.logOf("redis"), 200));
      case "caddy": {
        if (!existsSync(this.authorityFile) || !existsSync(turn.certificate(TURN_HOST).certificate)) return false;
        return (await this.http()).request(`${this.address}/.well-known/matrix/client`).then(
          ({ status }) => status === 200,
          () => false,
        );
      }
      case "coturn":
        return /listener opened on|IO method/.test(lastLines(this.logOf("coturn"), 200));
    }
  }
}

/** The test runner that is ended leaves its files running; the parts of the deployment end when this process does. */
function endWithRunner(folder: string): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    rmSync(folder, { recursive: true, force: true });
    process.exit(1);
  }, 500);
  watch.unref();
}

async function postgresUser(): Promise<{ uid: number; gid: number }> {
  if (process.getuid?.() !== 0) return { uid: process.getuid!(), gid: process.getgid!() };
  const id = async (flag: string) => Number((await run("id", [flag, "postgres"])).stdout);
  return { uid: await id("-u"), gid: await id("-g") };
}
