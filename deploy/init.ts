// deploy/init: asks what it has to know, makes the secrets once, and writes the configuration of all parts into deploy/run.

import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { resolve4 } from "node:dns/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { contradictions, EnvError, formatEnv, newSecrets, parseEnv, problemOf, type Env, type Name } from "./config/env-file.ts";
import { configurationFiles } from "./config/files.ts";

const USAGE = `deploy/init [options]     What is not given is asked for, or kept from the last time.

  --domain example.org        the part of people's ids after the colon; can never be changed
  --host chat.example.org     the host that serves everything (the domain, unless a website is there already)
  --address 203.0.113.7       the server's public IPv4 address (what DNS says of the host)
  --mail you@example.org      whom the certificate authority writes to
  --registration closed       closed (you make the accounts), or token
  --federation on             on, or off
  --turn turn.example.org     a second name of this server, for the TURN server; "none" for no TURN server
  --redis                     with Redis, and two token APIs; --no-redis without
  --workers                   with two more processes of Synapse, for sync (--redis); --no-workers without
  --nodes PUBLIC=PRIVATE,…    further LiveKit nodes (--redis): addresses of each; "none" for none
  --private 10.0.0.1          this server's address in the private network that it shares with them
  --folder PATH               another folder than deploy
`;

const say = (line: string) => process.stderr.write(`${line}\n`);

const { values: flags } = readFlags();
if (flags.help) {
  process.stdout.write(USAGE);
  process.exit();
}
const folder = flags.folder ?? dirname(fileURLToPath(import.meta.url));
const envFile = join(folder, ".env");

let terminal: ReturnType<typeof openTerminal> | undefined;

try {
  await main();
} catch (error) {
  if (!(error instanceof EnvError)) throw error;
  for (const problem of error.problems) say(`✗ ${problem}`);
  say("Nothing was changed.");
  process.exitCode = 1;
} finally {
  terminal?.lines.close();
}

async function main(): Promise<void> {
  const before = existsSync(envFile) ? readExisting() : undefined;
  if (!before && existsSync(join(folder, "data/postgres"))) {
    throw new EnvError([
      `${envFile} is missing, but ${join(folder, "data")} has the data of a server: put its .env back (deploy/backup has saved it with the rest). New secrets would not open it.`,
    ]);
  }
  const env = before ? changed(before) : await firstTime();
  const written: string[] = [];
  write(".env", formatEnv(env));
  for (const [path, content] of Object.entries(configurationFiles(env))) write(join("run", path), content);
  for (const path of ["data/postgres", "data/synapse", "data/caddy", "data/token-api", "data/redis", "homeserver.d", "caddy.d"])
    makeFolder(path);
  if (written.length === 0) say("Everything is as it was.");
  for (const path of written) say(`✓ ${path}`);
  if (!before) say(`\nThe accounts will be @name:${env.MELO_DOMAIN}. Next: docker compose up --build --detach (deploy/README.md).`);

  function write(path: string, content: string): void {
    const file = join(folder, path);
    if (existsSync(file) && readFileSync(file, "utf8") === content) return;
    makeFolder(dirname(path));
    const beside = `${file}.new`;
    writeFileSync(beside, content, { mode: 0o600 });
    own(beside);
    renameSync(beside, file); // whole or not at all
    written.push(file);
  }

  function makeFolder(path: string): void {
    const whole = join(folder, path);
    if (path === ".") {
      mkdirSync(folder, { recursive: true });
      return;
    }
    makeFolder(dirname(path));
    if (!existsSync(whole)) mkdirSync(whole);
    chmodSync(whole, 0o700);
    own(whole);
  }

  /** Root gives the files to whom the containers run as; everybody else can only keep them. */
  function own(path: string): void {
    if (process.getuid?.() === 0) chownSync(path, Number(env.MELO_UID), Number(env.MELO_GID));
  }
}

function readExisting(): Env {
  try {
    return parseEnv(readFileSync(envFile, "utf8"));
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    throw new EnvError([
      ...error.problems.map((problem) => `${envFile}: ${problem}`),
      "Mend it by hand, or put back a copy of it. Delete it only if the server has never run: its secrets cannot be made again.",
    ]);
  }
}

function changed(before: Env): Env {
  if (flags.domain !== undefined && flags.domain !== before.MELO_DOMAIN) {
    throw new EnvError([
      `The domain is ${before.MELO_DOMAIN} and can never be changed: the accounts and rooms of the server carry it in their ids.`,
    ]);
  }
  return checked({ ...before, ...given(before.COMPOSE_PROFILES) });
}

async function firstTime(): Promise<Env> {
  const values = given("");
  const domain = values.MELO_DOMAIN ?? (await ask("--domain", "Your domain (example.org)"));
  const host = values.MELO_HOST ?? (await ask("--host", "The host that serves everything", domain));
  const [fromDns] = await resolve4(host).catch(() => []);
  const address = values.MELO_ADDRESS ?? (await ask("--address", "The server's public IPv4 address", fromDns));
  const mail = values.MELO_MAIL ?? (await ask("--mail", "Your mail address, for the certificate authority"));
  const uid = process.getuid?.() || 10_001;
  const gid = process.getuid?.() === 0 ? 10_001 : (process.getgid?.() ?? 10_001);
  return checked({
    MELO_REGISTRATION: "closed",
    MELO_FEDERATION: "on",
    MELO_TURN_HOST: "",
    MELO_PRIVATE: "",
    MELO_NODES: "",
    COMPOSE_PROFILES: "",
    ...values,
    MELO_DOMAIN: domain,
    MELO_HOST: host,
    MELO_ADDRESS: address,
    MELO_MAIL: mail,
    MELO_UID: String(uid),
    MELO_GID: String(gid),
    ...newSecrets(),
  });
}

/** What the flags say. */
function given(profilesBefore: string): Partial<Env> {
  const turn = flags.turn === "none" ? "" : flags.turn;
  const profiles = new Set(profilesBefore.split(",").filter(Boolean));
  const set = (profile: string, wanted: boolean | undefined) => wanted !== undefined && profiles[wanted ? "add" : "delete"](profile);
  set("turn", turn === undefined ? undefined : turn !== "");
  set("redis", flags.redis);
  set("workers", flags.workers);
  const values: Partial<Record<Name, string | undefined>> = {
    MELO_DOMAIN: flags.domain,
    MELO_HOST: flags.host,
    MELO_ADDRESS: flags.address,
    MELO_MAIL: flags.mail,
    MELO_REGISTRATION: flags.registration,
    MELO_FEDERATION: flags.federation,
    MELO_TURN_HOST: turn,
    MELO_PRIVATE: flags.private === "none" ? "" : flags.private,
    MELO_NODES: flags.nodes === "none" ? "" : flags.nodes,
    COMPOSE_PROFILES: [...profiles].sort().join(","),
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function checked(env: Env): Env {
  const problems = (Object.keys(env) as Name[]).map((name) => problemOf(name, env[name])).filter((problem) => problem !== undefined);
  if (problems.length === 0) problems.push(...contradictions(env));
  if (problems.length > 0) throw new EnvError(problems);
  return env;
}

/** One for all questions: what is typed or pasted ahead belongs to the next one. */
function openTerminal() {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  lines.on("SIGINT", () => lines.close());
  return { lines, answers: lines[Symbol.asyncIterator]() };
}

async function ask(flag: string, question: string, proposal = ""): Promise<string> {
  if (!process.stdin.isTTY) {
    if (proposal) return proposal;
    throw new EnvError([`${flag} is missing, and nobody is there to be asked. deploy/init --help has all options.`]);
  }
  terminal ??= openTerminal();
  terminal.lines.setPrompt(proposal ? `${question} [${proposal}]: ` : `${question}: `);
  terminal.lines.prompt();
  const answer = await terminal.answers.next();
  if (answer.done) throw new EnvError([`${flag} was not answered.`]);
  return answer.value.trim() || proposal;
}

function readFlags() {
  const text = { type: "string" } as const;
  try {
    return parseArgs({
      allowNegative: true,
      options: {
        domain: text,
        host: text,
        address: text,
        mail: text,
        registration: text,
        federation: text,
        turn: text,
        redis: { type: "boolean" },
        workers: { type: "boolean" },
        nodes: text,
        private: text,
        folder: text,
        help: { type: "boolean" },
      },
    });
  } catch (error) {
    say(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(1);
  }
}
