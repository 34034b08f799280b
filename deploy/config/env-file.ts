import { createHmac, randomBytes } from "node:crypto";

import type { AppserviceTokens } from "./homeserver.ts";

/** One value of deploy/.env. */
interface Entry {
  readonly pattern: RegExp;
  /** What it has to look like, to end a sentence that begins with "has to be". */
  readonly shape: string;
  /** Stands above it in the file. */
  readonly comment: string;
  readonly secret?: boolean;
  /** A `.env` of before this value existed does not have it: then it is empty. */
  readonly later?: boolean;
}

const HOST = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/;
const ADDRESS = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$/;
const NODE = `${ADDRESS.source.slice(1, -1)}=${ADDRESS.source.slice(1, -1)}`;
const OPTIONAL_HOST = new RegExp(`^$|${HOST.source}`);
const SECRET: Omit<Entry, "comment"> = { pattern: /^[\w-]{43}$/, shape: "43 letters, digits, - or _", secret: true };

/** Everything in deploy/.env, in the order of the file. All else is derived. */
export const ENTRIES = {
  MELO_DOMAIN: {
    pattern: HOST,
    shape: "a domain name in lower case, such as example.org",
    comment: "The part of people's ids after the colon: @ana:example.org. It can never be changed.",
  },
  MELO_HOST: {
    pattern: HOST,
    shape: "a host name in lower case, such as example.org or chat.example.org",
    comment: "The host that serves everything. The domain itself, unless a website is there already.",
  },
  MELO_ADDRESS: {
    pattern: ADDRESS,
    shape: "an IPv4 address, such as 203.0.113.7",
    comment: "The server's public address: browsers send the media of calls there.",
  },
  MELO_MAIL: {
    pattern: /^[^\s@"{}]+@[^\s@"{}]+\.[^\s@"{}]+$/,
    shape: "a mail address",
    comment: "Whom the certificate authority tells when something is wrong with the certificates.",
  },
  MELO_REGISTRATION: {
    pattern: /^(?:closed|token)$/,
    shape: "closed, or token",
    comment: "closed: you make the accounts. token: people register with a token that you gave them.",
  },
  MELO_FEDERATION: {
    pattern: /^(?:on|off)$/,
    shape: "on, or off",
    comment: "on: people of other Matrix servers can be talked to.",
  },
  MELO_TURN_HOST: {
    pattern: OPTIONAL_HOST,
    shape: "empty, or a host name such as turn.example.org",
    comment: "For visitors whose networks let out nothing but TLS: a second name of this server. Empty: no TURN server.",
  },
  MELO_PRIVATE: {
    pattern: new RegExp(`^$|${ADDRESS.source}`),
    shape: "empty, or an IPv4 address of a private network, such as 10.0.0.1",
    comment: "This server's address in the private network that it shares with further LiveKit nodes. Empty: there are none.",
    later: true,
  },
  MELO_NODES: {
    pattern: new RegExp(`^$|^${NODE}(?:,${NODE})*$`),
    shape: "empty, or public=private addresses of further LiveKit nodes, such as 203.0.113.8=10.0.0.2, by commas",
    comment: "Further LiveKit nodes: the public address of each, and its address in the private network.",
    later: true,
  },
  MELO_UID: {
    pattern: /^[1-9]\d{0,9}$/,
    shape: "a number above 0",
    comment: "Whom the containers run as, and whom their files belong to.",
  },
  MELO_GID: { pattern: /^[1-9]\d{0,9}$/, shape: "a number above 0", comment: "" },
  COMPOSE_PROFILES: {
    pattern: /^(?:(?:turn|redis|workers)(?:,(?:turn|redis|workers)){0,2})?$/,
    shape: "empty, or some of turn, redis and workers with commas between them",
    comment: "The optional parts. deploy/init adds turn when there is a TURN host.",
  },
  SECRET_SIGNING_KEY: {
    pattern: /^[A-Za-z0-9+/]{43}$/,
    shape: "43 characters of Base64",
    secret: true,
    comment: "Secrets: deploy/init has made them and never changes them. The first is what other servers know this one by.",
  },
  SECRET_DATABASE: { ...SECRET, comment: "" },
  SECRET_MACAROON: { ...SECRET, comment: "" },
  SECRET_FORM: { ...SECRET, comment: "" },
  SECRET_REGISTRATION: { ...SECRET, comment: "" },
  SECRET_LIVEKIT: { ...SECRET, comment: "" },
  SECRET_TURN: { ...SECRET, comment: "" },
  SECRET_REDIS: { ...SECRET, comment: "" },
} as const satisfies Record<string, Entry>;

export type Name = keyof typeof ENTRIES;
export type Env = Readonly<Record<Name, string>>;

const NAMES = Object.keys(ENTRIES) as Name[];
const isName = (name: string): name is Name => name in ENTRIES;

/** One sentence for each thing that is wrong with a `.env`. No value of a secret is in them. */
export class EnvError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/**
 * Reads the text of a `.env`. Everything has to be there, once, and look right.
 * @throws {EnvError} with all that is wrong.
 */
export function parseEnv(text: string): Env {
  const problems: string[] = [];
  const found = new Map<Name, string>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const [, name = "", value = ""] = /^([A-Z_]+)=(.*)$/.exec(line) ?? [];
    if (name === "") problems.push(`Line ${index + 1} is neither NAME=value nor a comment.`);
    else if (!isName(name)) problems.push(`Line ${index + 1}: ${name} is not known. Is it misspelt?`);
    else if (found.has(name)) problems.push(`Line ${index + 1}: ${name} is there twice.`);
    else found.set(name, value);
  }
  for (const name of NAMES) {
    const entry: Entry = ENTRIES[name];
    if (entry.later && !found.has(name)) found.set(name, "");
    const value = found.get(name);
    const problem = value === undefined ? `${name} is missing.` : problemOf(name, value);
    if (problem) problems.push(problem);
  }
  const env = Object.fromEntries(found) as Env;
  if (problems.length === 0) problems.push(...contradictions(env));
  if (problems.length > 0) throw new EnvError(problems);
  return env;
}

/** What is wrong with one value, as a sentence. */
export function problemOf(name: Name, value: string): string | undefined {
  const entry: Entry = ENTRIES[name];
  if (entry.pattern.test(value)) return undefined;
  return `${name}${entry.secret ? "" : ` is "${value}" and`} has to be ${entry.shape}.`;
}

/** What does not go together, a sentence each. */
export function contradictions(env: Env): string[] {
  const profiles = env.COMPOSE_PROFILES.split(",");
  const withoutRedis = !profiles.includes("redis");
  const nodes = env.MELO_NODES !== "";
  return [
    ...(withoutRedis && profiles.includes("workers")
      ? ["Synapse's workers need Redis, by which they hear of each other: deploy/init --redis."]
      : []),
    ...(withoutRedis && nodes ? ["MELO_NODES needs Redis, by which LiveKit nodes find each other: deploy/init --redis."] : []),
    ...(nodes && env.MELO_PRIVATE === ""
      ? ["MELO_NODES needs MELO_PRIVATE, this server's own address in their private network: deploy/init --private."]
      : []),
  ];
}

/** The text of a `.env`. */
export function formatEnv(env: Env): string {
  const lines = ["# Made by deploy/init. Whoever has this file has the server: keep it, and keep it to yourself."];
  for (const name of NAMES) {
    const { comment }: Entry = ENTRIES[name];
    if (comment) lines.push("", `# ${comment}`);
    lines.push(`${name}=${env[name]}`);
  }
  return `${lines.join("\n")}\n`;
}

export type Secrets = Pick<Env, Extract<Name, `SECRET_${string}`>>;

export function newSecrets(): Secrets {
  const secret = () => randomBytes(32).toString("base64url");
  return {
    SECRET_SIGNING_KEY: randomBytes(32).toString("base64").replace(/=+$/, ""),
    SECRET_DATABASE: secret(),
    SECRET_MACAROON: secret(),
    SECRET_FORM: secret(),
    SECRET_REGISTRATION: secret(),
    SECRET_LIVEKIT: secret(),
    SECRET_TURN: secret(),
    SECRET_REDIS: secret(),
  };
}

/**
 * What the token API asks the homeserver with. It is derived, so that a `.env` needs no new value for it: whoever has the registration secret can make
 * administrators, and nobody gets back to that secret from here.
 */
export function appserviceTokens(env: Pick<Env, "SECRET_REGISTRATION">): AppserviceTokens {
  return { appserviceToken: derived(env, "token API to homeserver"), appserviceHomeserverToken: derived(env, "homeserver to token API") };
}

/** What the processes of Synapse know each other by. */
export function replicationSecret(env: Pick<Env, "SECRET_REGISTRATION">): string {
  return derived(env, "Synapse to its workers");
}

function derived(env: Pick<Env, "SECRET_REGISTRATION">, what: string): string {
  return createHmac("sha256", env.SECRET_REGISTRATION).update(what).digest("base64url");
}
