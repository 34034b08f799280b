import type { Config } from "./config.ts";
import { Federation } from "./federation/federation.ts";
import { createGuardedRequests, type RawAnswer } from "./federation/guarded-request.ts";

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

export function createHomeservers(
  { homeservers }: Pick<Config, "homeservers">,
  federation = new Federation(createGuardedRequests()),
): Homeservers {
  return {
    isOwn: (serverName) => homeservers.has(serverName),
    async federationGet(serverName, path) {
      const base = homeservers.get(serverName);
      return parsed(base === undefined ? await federation.get(serverName, path) : await request(base + path, "GET"));
    },
    async clientPost(serverName, path) {
      if (!homeservers.has(serverName)) throw new Error("This is not one of the deployment's own homeservers.");
      const base = homeservers.get(serverName);
      return parsed(base === undefined ? await federation.clientPost(serverName, path, "{}") : await request(base + path, "POST", "{}"));
    },
  };
}

/** To an address from the configuration, which may be one of a private network and need not have TLS. */
async function request(url: string, method: "GET" | "POST", body?: string): Promise<RawAnswer> {
  const answer = await fetch(url, {
    method,
    body,
    headers: { accept: "application/json", ...(body !== undefined && { "content-type": "application/json" }) },
    redirect: "error",
    signal: AbortSignal.timeout(PATIENCE),
  });
  return { status: answer.status, text: await answer.text() };
}

function parsed({ status, text }: RawAnswer): HomeserverAnswer {
  try {
    return { status, body: JSON.parse(text) as unknown };
  } catch {
    return { status, body: undefined };
  }
}
