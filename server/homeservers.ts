import type { Config } from "./config.ts";

/** Where homeservers are: those of this deployment by configuration, others by the rules of the federation. */
export interface Homeservers {
  /** Whether the server is one of this deployment's own. */
  isOwn(serverName: string): boolean;
  /** GET to the server's federation API. `path` begins with `/_matrix/federation/`. */
  federationGet(serverName: string, path: string): Promise<HomeserverAnswer>;
  /** POST of `{}` to the client API of one of this deployment's own servers. `path` begins with `/_matrix/client/`. */
  clientPost(serverName: string, path: string): Promise<HomeserverAnswer>;
}

/** Rejections (no network, no such name, a time-out) mean that the server could not be asked; an answer is an answer whatever its status. */
export interface HomeserverAnswer {
  readonly status: number;
  /** The body as JSON; `undefined` when it is not JSON. */
  readonly body: unknown;
}

/** How long a homeserver may take, in ms. */
const PATIENCE = 10_000;
/** The longest answer that is read, in bytes: those that this service asks for have a few hundred. */
const LONGEST_ANSWER = 64 * 1024;

export function createHomeservers({ homeservers }: Pick<Config, "homeservers">): Homeservers {
  return {
    isOwn: (serverName) => homeservers.has(serverName),
    federationGet: (serverName, path) => request(homeservers.get(serverName) ?? "", path),
    clientPost: (serverName, path) => request(homeservers.get(serverName) ?? "", path, { method: "POST", body: "{}" }),
  };
}

async function request(base: string, path: string, init: RequestInit = {}): Promise<HomeserverAnswer> {
  const answer = await fetch(base + path, {
    ...init,
    headers: { accept: "application/json", ...(init.body !== undefined && { "content-type": "application/json" }) },
    redirect: "error",
    signal: AbortSignal.timeout(PATIENCE),
  });
  return { status: answer.status, body: await readJson(answer) };
}

async function readJson(answer: Response): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    size += chunk.length;
    if (size > LONGEST_ANSWER) throw new Error("The answer is too long.");
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
}
