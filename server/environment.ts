import { readFileSync } from "node:fs";

import type { Config, ForeignAccess, MembershipCheck } from "./config.ts";
import type { LogLevel } from "./log.ts";
import { SERVER_NAME } from "./server-name.ts";

/** One sentence for each thing that is wrong with the configuration, so that all can be mended at once. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

const VARIABLES = [
  "LIVEKIT_URL",
  "LIVEKIT_API_URL",
  "LIVEKIT_API_KEY",
  "LIVEKIT_API_SECRET",
  "TOKEN_API_LISTEN",
  "TOKEN_API_HOMESERVERS",
  "TOKEN_API_FOREIGN",
  "TOKEN_API_TTL",
  "TOKEN_API_ORIGINS",
  "TOKEN_API_RATE",
  "TOKEN_API_PROXIES",
  "TOKEN_API_STATE_FILE",
  "TOKEN_API_REDIS_URL",
  "TOKEN_API_MEMBERSHIP",
  "TOKEN_API_MEMBERSHIP_URL",
  "TOKEN_API_MEMBERSHIP_TOKEN",
  "TOKEN_API_LOG_LEVEL",
] as const;
type Variable = (typeof VARIABLES)[number];

/** These are secrets, or have them inside: each may be named by a file instead, as `<NAME>_FILE`. */
const SECRETS: readonly Variable[] = ["LIVEKIT_API_KEY", "LIVEKIT_API_SECRET", "TOKEN_API_REDIS_URL", "TOKEN_API_MEMBERSHIP_TOKEN"];

/** The shortest secret that LiveKit accepts. */
const SECRET_LENGTH = 32;

/**
 * Reads the configuration from environment variables; docs/token-api.md has them all.
 * @throws {ConfigError} with everything that is wrong.
 */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Config {
  const problems: string[] = [];
  const value = (name: Variable): string => {
    const file = SECRETS.includes(name) ? env[`${name}_FILE`] : undefined;
    if (!file) return env[name]?.trim() ?? "";
    if (env[name]) problems.push(`${name} and ${name}_FILE are both set: set one of them.`);
    try {
      return readFileSync(file, "utf8").trim();
    } catch {
      problems.push(`${name}_FILE names "${file}", which cannot be read.`);
      return "";
    }
  };
  const required = (name: Variable): string => {
    const found = value(name);
    if (!found && !problems.some((problem) => problem.startsWith(`${name}_FILE`))) problems.push(`${name} is not set.`);
    return found;
  };
  const choice = <T extends string>(name: Variable, choices: readonly T[], otherwise: T): T => {
    const found = value(name) || otherwise;
    if (!choices.includes(found as T)) problems.push(`${name} is "${found}", and has to be one of ${choices.join(", ")}.`);
    return found as T;
  };
  const whole = (name: Variable, least: number, most: number, otherwise: number): number => {
    const text = value(name);
    const number = text === "" ? otherwise : Number(text);
    if (!Number.isInteger(number) || number < least || number > most)
      problems.push(`${name} is "${text}", and has to be a whole number from ${least} to ${most}.`);
    return number;
  };
  const address = (name: Variable, text: string, schemes: readonly string[]): string => {
    if (text === "") return "";
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (!url || !schemes.includes(url.protocol) || url.search || url.hash)
      problems.push(
        `${name} has "${text.replace(/\/\/[^@/]*@/, "//…@")}", which is no address that begins with ${schemes.join(" or ")}//.`,
      );
    return text.replace(/\/+$/, "");
  };
  for (const name of Object.keys(env)) {
    const known = VARIABLES.some((variable) => name === variable || (SECRETS.includes(variable) && name === `${variable}_FILE`));
    if (name.startsWith("TOKEN_API_") && !known) problems.push(`${name} is not known: is it misspelt?`);
  }

  const livekitUrl = address("LIVEKIT_URL", required("LIVEKIT_URL"), ["ws:", "wss:"]);
  const apiUrl = address("LIVEKIT_API_URL", value("LIVEKIT_API_URL"), ["http:", "https:"]);
  const apiKey = required("LIVEKIT_API_KEY");
  const apiSecret = required("LIVEKIT_API_SECRET");
  if (apiSecret && apiSecret.length < SECRET_LENGTH)
    problems.push(`LIVEKIT_API_SECRET has ${apiSecret.length} characters, and LiveKit asks for ${SECRET_LENGTH} or more.`);

  const homeservers = new Map<string, string | undefined>();
  for (const entry of required("TOKEN_API_HOMESERVERS")
    .split(",")
    .map((text) => text.trim())
    .filter(Boolean)) {
    const [, name = "", base] = /^([^=]+)(?:=(.*))?$/.exec(entry) ?? [];
    if (!SERVER_NAME.test(name)) problems.push(`TOKEN_API_HOMESERVERS has "${entry}", which does not begin with a server name.`);
    homeservers.set(name, base === undefined ? undefined : address("TOKEN_API_HOMESERVERS", base, ["http:", "https:"]));
  }

  const [, host = "", port = ""] = /^\[?(.*?)\]?:(\d+)$/.exec(value("TOKEN_API_LISTEN") || "0.0.0.0:8080") ?? [];
  if (port === "" || Number(port) > 65_535)
    problems.push(`TOKEN_API_LISTEN is "${value("TOKEN_API_LISTEN")}", and has to be an address and a port, such as 127.0.0.1:8080.`);

  const stateFile = value("TOKEN_API_STATE_FILE");
  const redisUrl = address("TOKEN_API_REDIS_URL", value("TOKEN_API_REDIS_URL"), ["redis:", "rediss:", "unix:"]);
  if (stateFile && redisUrl) problems.push("TOKEN_API_STATE_FILE and TOKEN_API_REDIS_URL are both set: set one of them.");

  const config: Config = {
    listen: { host: host || "0.0.0.0", port: Number(port) },
    livekit: { url: livekitUrl, apiUrl: apiUrl || livekitUrl.replace(/^ws/, "http"), apiKey, apiSecret },
    homeservers,
    foreign: choice<ForeignAccess>("TOKEN_API_FOREIGN", ["refuse", "subscribe", "publish", "create"], "subscribe"),
    ttl: whole("TOKEN_API_TTL", 30, 3600, 600),
    origins: (value("TOKEN_API_ORIGINS") || "*").split(",").map((text) => text.trim()),
    requestsPerMinute: whole("TOKEN_API_RATE", 1, 1_000_000, 120),
    proxies: whole("TOKEN_API_PROXIES", 0, 10, 0),
    stateFile: stateFile || undefined,
    redisUrl: redisUrl || undefined,
    membership: membershipCheck(),
    logLevel: choice<LogLevel>("TOKEN_API_LOG_LEVEL", ["debug", "info", "warn", "error"], "info"),
  };
  if (problems.length > 0) throw new ConfigError([...new Set(problems)]);
  return config;

  function membershipCheck(): MembershipCheck | undefined {
    const kind = choice("TOKEN_API_MEMBERSHIP", ["off", "member", "appservice", "synapse-admin"], "off");
    if (kind === "off") return undefined;
    const url = value("TOKEN_API_MEMBERSHIP_URL") || [...homeservers.values()].find((base) => base !== undefined) || "";
    if (!url) problems.push("TOKEN_API_MEMBERSHIP_URL is not set, and TOKEN_API_HOMESERVERS has no address that could stand in for it.");
    return {
      kind,
      url: address("TOKEN_API_MEMBERSHIP_URL", url, ["http:", "https:"]),
      token: required("TOKEN_API_MEMBERSHIP_TOKEN"),
    };
  }
}
