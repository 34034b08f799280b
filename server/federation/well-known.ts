import { isIP } from "node:net";

import type { GuardedRequests, RawAnswer, Target } from "./guarded-request.ts";

const REDIRECTS = 3;
/** How long an answer is kept at least and at most, and how long the lack of one is, in s. */
const LEAST = 300;
const MOST = 24 * 3600;
const MISSING = 300;
/** How many servers are remembered. */
const REMEMBERED = 1000;

/** `/.well-known/matrix/*` of any host: asked for once, then remembered for a while. */
export class WellKnown {
  readonly #requests: GuardedRequests;
  readonly #known = new Map<string, { readonly until: number; readonly body: Promise<unknown> }>();

  constructor(requests: GuardedRequests) {
    this.#requests = requests;
  }

  /** The file as JSON; `undefined` if there is none, or none that can be read. */
  async get(host: string, kind: "server" | "client"): Promise<unknown> {
    const key = `${kind} ${host}`;
    const known = this.#known.get(key);
    if (known && known.until > Date.now()) return known.body;
    this.#known.delete(key);
    const asked = this.#ask(host, `/.well-known/matrix/${kind}`);
    const body = asked.then((answer) => answer.body);
    this.#keep(key, body, MISSING); // so that many who ask at once are one request
    const { seconds } = await asked;
    this.#keep(key, body, seconds);
    return body;
  }

  #keep(key: string, body: Promise<unknown>, seconds: number): void {
    const [oldest] = this.#known.keys();
    if (this.#known.size >= REMEMBERED && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(key, { until: Date.now() + seconds * 1000, body });
  }

  async #ask(host: string, path: string): Promise<{ body: unknown; seconds: number }> {
    try {
      const answer = await this.#follow(new URL(`https://${host}${path}`));
      if (answer.status !== 200) return { body: undefined, seconds: MISSING };
      return { body: JSON.parse(answer.text) as unknown, seconds: Math.min(Math.max(answer.maxAge ?? MOST, LEAST), MOST) };
    } catch {
      return { body: undefined, seconds: MISSING };
    }
  }

  /** Follows redirects as the specification asks for, each with the same checks. */
  async #follow(start: URL): Promise<RawAnswer> {
    let url = start;
    for (let hop = 0; hop <= REDIRECTS; hop++) {
      const answer = await this.#requests.send(targetOf(url), "GET", url.pathname + url.search);
      if (answer.status < 300 || answer.status >= 400 || answer.location === undefined) return answer;
      url = new URL(answer.location, url);
      if (url.protocol !== "https:") throw new Error("A redirect leads away from https.");
    }
    throw new Error("Too many redirects.");
  }
}

/** How to reach the host of an `https:` address. */
export function targetOf(url: URL): Target {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return { host, port: Number(url.port || 443), hostHeader: url.host, certificate: isIP(host) ? host : url.hostname };
}
