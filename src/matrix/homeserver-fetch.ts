import { retryAfterOf } from "./homeserver-request.js";

/** The access token of the running client, and how it is renewed. */
export interface Tokens {
  /** The token to send now; renewed first when it is about to end. */
  current(): Promise<string>;
  /** Called when the server no longer knows `dead`. Resolves with a new token, or `undefined` when there is none to be had. */
  renew(dead: string): Promise<string | undefined>;
}

/** How much longer than it asked for a long poll may take before it counts as dead, in ms. */
const POLL_GRACE = 20_000;
/** More requests than this to one address within {@link STORM_WINDOW} are slowed down to one in a second: a server's bad answer must not make a storm. */
const STORM_COUNT = 20;
const STORM_WINDOW = 2_000;

/**
 * The `fetch` of the running client. Renews tokens without the client noticing, keeps to `Retry-After` per address, ends long polls that hang, and gives the access token to
 * nobody but the homeserver.
 */
export class HomeserverFetch {
  readonly #homeserver: string;
  readonly #tokens: Tokens;
  readonly #waits = new Map<string, number>();
  readonly #recent = new Map<string, number[]>();
  #poll?: AbortController;

  constructor(homeserver: string, tokens: Tokens) {
    this.#homeserver = homeserver;
    this.#tokens = tokens;
  }

  /** Same shape and errors as the global `fetch`. */
  readonly fetch = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : input);
    const headers = new Headers(init.headers);
    if (!url.href.startsWith(`${this.#homeserver}/`)) {
      headers.delete("Authorization");
      return fetch(url, { ...init, headers });
    }
    const address = `${init.method ?? "GET"} ${url.pathname}`;
    await this.#takeTurn(address, init.signal);
    const isPoll = url.pathname.endsWith("/sync");
    const signal = isPoll ? this.#pollSignal(url, init.signal) : init.signal;
    const response = await this.#withToken(url, { ...init, signal }, headers);
    if (response.status === 429) this.#waits.set(address, Date.now() + (retryAfterOf(response.headers, await jsonOf(response)) ?? 2_000));
    return response;
  };

  /** Ends the running long poll, whose connection may be dead (the machine slept, the network changed): the client then asks again at once. */
  endPoll(): void {
    this.#poll?.abort(new DOMException("The connection may be dead.", "NetworkError"));
  }

  async #withToken(url: URL, init: RequestInit, headers: Headers): Promise<Response> {
    if (!headers.has("Authorization")) return fetch(url, { ...init, headers });
    let token = await this.#tokens.current();
    headers.set("Authorization", `Bearer ${token}`);
    const response = await fetch(url, { ...init, headers });
    if (response.status !== 401 || (await jsonOf(response))["errcode"] !== "M_UNKNOWN_TOKEN") return response;
    const renewed = await this.#tokens.renew(token);
    if (renewed === undefined) return response;
    token = renewed;
    headers.set("Authorization", `Bearer ${token}`);
    return fetch(url, { ...init, headers });
  }

  #pollSignal(url: URL, signal: AbortSignal | null | undefined): AbortSignal {
    const allowed = Number(url.searchParams.get("timeout") ?? 0) + POLL_GRACE;
    this.#poll = new AbortController();
    // An answer to the first sync may be long in the making, so only a poll that continues one is cut.
    const cuts = url.searchParams.has("since") ? [AbortSignal.timeout(allowed)] : [];
    return AbortSignal.any([this.#poll.signal, ...cuts, ...(signal ? [signal] : [])]);
  }

  /** Waits until the server's `Retry-After` for this address is over, and slows storms down. */
  async #takeTurn(address: string, signal: AbortSignal | null | undefined): Promise<void> {
    const now = Date.now();
    const recent = (this.#recent.get(address) ?? []).filter((time) => now - time < STORM_WINDOW);
    recent.push(now);
    if (this.#recent.size > 500) this.#recent.clear(); // transaction ids make an address of their own each
    this.#recent.set(address, recent);
    const storm = recent.length > STORM_COUNT ? 1_000 : 0;
    const asked = (this.#waits.get(address) ?? 0) - now;
    if (asked <= 0) this.#waits.delete(address);
    const wait = Math.max(storm, asked);
    if (wait > 0) await pause(wait, signal);
  }
}

async function jsonOf(response: Response): Promise<Record<string, unknown>> {
  const value: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function pause(milliseconds: number, signal: AbortSignal | null | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", giveUp);
      resolve();
    }, milliseconds);
    const giveUp = () => {
      clearTimeout(timer);
      reject(new DOMException("The request was given up while it waited.", "AbortError"));
    };
    if (signal?.aborted) giveUp();
    else signal?.addEventListener("abort", giveUp, { once: true });
  });
}
