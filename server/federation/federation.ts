import { promises as dns } from "node:dns";
import { isIP } from "node:net";

import { SERVER_NAME } from "../server-name.ts";
import type { GuardedRequests, RawAnswer, Target } from "./guarded-request.ts";
import { targetOf, WellKnown } from "./well-known.ts";

const PORT = 8448;

type ResolveSrv = (name: string) => Promise<readonly { readonly name: string; readonly port: number; readonly priority: number }[]>;

/** Servers of the federation, by name. */
export class Federation {
  readonly #requests: GuardedRequests;
  readonly #wellKnown: WellKnown;
  readonly #resolveSrv: ResolveSrv;

  constructor(requests: GuardedRequests, resolveSrv: ResolveSrv = (name) => dns.resolveSrv(name)) {
    this.#requests = requests;
    this.#wellKnown = new WellKnown(requests);
    this.#resolveSrv = resolveSrv;
  }

  /** GET below the federation API of the server of that name. */
  async get(serverName: string, path: string): Promise<RawAnswer> {
    return this.#requests.send(await this.resolve(serverName), "GET", path);
  }

  /** POST below the client API of the server of that name, at the address that its `/.well-known/matrix/client` names, else at its own name. */
  async clientPost(serverName: string, path: string, body: string): Promise<RawAnswer> {
    const { host } = parseServerName(serverName);
    const known = (await this.#wellKnown.get(host, "client")) as { "m.homeserver"?: { base_url?: unknown } } | undefined;
    const base = known?.["m.homeserver"]?.base_url;
    const url = new URL(typeof base === "string" && base.startsWith("https://") ? base.replace(/\/+$/, "") : `https://${serverName}`);
    return this.#requests.send(targetOf(url), "POST", url.pathname.replace(/\/$/, "") + path, body);
  }

  /** Where the server is. Matrix server-server API, "Resolving server names", whose steps are numbered here. */
  async resolve(serverName: string): Promise<Target> {
    const { host, port } = parseServerName(serverName);
    if (isIP(host) || port !== undefined) return direct(serverName); // 1, 2
    const known = (await this.#wellKnown.get(host, "server")) as { "m.server"?: unknown } | undefined;
    const delegated = known?.["m.server"];
    if (typeof delegated !== "string" || !SERVER_NAME.test(delegated)) return this.#byService(host); // 4, 5, 6
    const to = parseServerName(delegated);
    return isIP(to.host) || to.port !== undefined ? direct(delegated) : this.#byService(to.host); // 3
  }

  /** By an SRV record, else at the name itself. The certificate is that of the name, not of the record's target. */
  async #byService(host: string): Promise<Target> {
    for (const service of ["_matrix-fed._tcp", "_matrix._tcp"]) {
      const records = await this.#resolveSrv(`${service}.${host}`).catch(() => []);
      const [first] = [...records].sort((a, b) => a.priority - b.priority);
      if (first) return { host: first.name, port: first.port, hostHeader: host, certificate: host };
    }
    return { host, port: PORT, hostHeader: host, certificate: host };
  }
}

function direct(serverName: string): Target {
  const { host, port } = parseServerName(serverName);
  return { host, port: port ?? PORT, hostHeader: serverName, certificate: host };
}

function parseServerName(serverName: string): { host: string; port?: number } {
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(serverName) ?? [];
  return { host: bracketed ?? plain ?? "", port: port === undefined ? undefined : Number(port) };
}
