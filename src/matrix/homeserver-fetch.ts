import { MeloError } from "../internal/errors.js";
import { pause } from "../internal/pause.js";
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
/** How long any other request may take, in ms; only media may take longer. */
const REQUEST_LIMIT = 60_000;
/** More requests than this to one address within {@link STORM_WINDOW} are slowed down to one in a second: a server's bad answer must not make a storm. */
const STORM_COUNT = 20;
const STORM_WINDOW = 2_000;

/** What a client asks before its first sync, one question after the other: what the server can do, the push rules, the id of the sync's filter. */
const FIRST_QUESTIONS = /^GET \/_matrix\/client\/(versions|v3\/pushrules\/)$|^POST \/_matrix\/client\/v3\/user\/[^/]+\/filter$/;

/** Keeps the server's answers to the first questions, so that a start need not wait for them. */
export interface AnswersMemory {
  load(): Promise<Readonly<Record<string, string>>>;
  save(answers: Readonly<Record<string, string>>): Promise<void>;
}

/**
 * The `fetch` of the running client. Renews tokens without the client noticing, keeps to `Retry-After` per address, ends long polls that hang, and gives the access token to
 * nobody but the homeserver. The {@link FIRST_QUESTIONS} are answered from memory, each once: the client asks them before it shows kept rooms and before it syncs, and a server that
 * hangs would keep the rooms from the visitor. The real answers are kept for the next start; what has changed in them meanwhile, the sync tells.
 */
export class HomeserverFetch {
  readonly #homeserver: string;
  readonly #tokens: Tokens;
  readonly #waits = new Map<string, number>();
  readonly #recent = new Map<string, number[]>();
  readonly #memory?: AnswersMemory;
  readonly #asked = new Set<string>();
  #kept: Promise<Readonly<Record<string, string>>>;
  #poll?: AbortController;
  #failure?: MeloError;
  readonly #awaited = new Map<string, PromiseWithResolvers<void>>();
  #isOver = false;

  constructor(homeserver: string, tokens: Tokens, memory?: AnswersMemory) {
    this.#homeserver = homeserver;
    this.#tokens = tokens;
    this.#memory = memory;
    this.#kept = memory?.load().catch(() => ({})) ?? Promise.resolve({});
  }

  /** Why the dead token could not be renewed, if that is what keeps the client from the server. */
  get failure(): MeloError | undefined {
    return this.#failure;
  }

  /** Same shape and errors as the global `fetch`. */
  readonly fetch = (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const answer = this.#ask(input, init);
    return answer.then(
      (response) => (this.#isOver ? never() : response),
      (error: unknown) => {
        if (this.#isOver) return never();
        throw error;
      },
    );
  };

  /**
   * Lets no answer through any more. The code that waits for one would go on with a client whose crypto is closed, and fail where nobody catches it.
   */
  end(): void {
    this.#isOver = true;
  }

  async #ask(input: RequestInfo | URL, init: RequestInit): Promise<Response> {
    const url = new URL(input instanceof Request ? input.url : input);
    const headers = new Headers(init.headers);
    if (!url.href.startsWith(`${this.#homeserver}/`)) {
      headers.delete("Authorization");
      return fetch(url, { ...init, headers });
    }
    const method = init.method ?? "GET";
    const send = () => this.#send(url, init, headers, `${method} ${url.pathname}`);
    const question = `${method} ${url.href.slice(this.#homeserver.length)}`;
    return this.#memory && FIRST_QUESTIONS.test(question) ? this.#askFirst(withBody(question, init), send) : send();
  }

  async #send(url: URL, init: RequestInit, headers: Headers, address: string): Promise<Response> {
    await this.#takeTurn(address, init.signal);
    const signal = this.#signalFor(url, init.signal);
    const response = await this.#withToken(url, { ...init, cache: cacheFor(url), signal }, headers);
    if (response.ok) this.#tellTaken(url);
    if (response.status === 429) this.#waits.set(address, Date.now() + (retryAfterOf(response.headers, await jsonOf(response)) ?? 2_000));
    return response;
  }

  /** Resolves when the server takes a request to an address that ends so, the next time. */
  taken(path: string): Promise<void> {
    const awaited = this.#awaited.get(path) ?? Promise.withResolvers<void>();
    this.#awaited.set(path, awaited);
    return awaited.promise;
  }

  #tellTaken({ pathname }: URL): void {
    for (const [path, { resolve }] of this.#awaited) {
      if (!pathname.endsWith(path)) continue;
      this.#awaited.delete(path);
      resolve();
    }
  }

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
    const renewed = await this.#renew(token);
    if (renewed === undefined) return response;
    token = renewed;
    headers.set("Authorization", `Bearer ${token}`);
    return fetch(url, { ...init, headers });
  }

  async #renew(dead: string): Promise<string | undefined> {
    try {
      const token = await this.#tokens.renew(dead);
      this.#failure = undefined;
      return token;
    } catch (error) {
      throw (this.#failure = MeloError.from(error));
    }
  }

  async #askFirst(question: string, send: () => Promise<Response>): Promise<Response> {
    if (this.#asked.has(question)) return send();
    this.#asked.add(question);
    const asking = send().then(async (response) => {
      if (response.ok) this.#keep(question, await response.clone().text());
      return response;
    });
    const kept = (await this.#kept)[question];
    if (kept === undefined) return asking;
    asking.catch(() => {}); // the sync tells that the server is away
    return new Response(kept, { headers: { "Content-Type": "application/json" } });
  }

  #keep(question: string, answer: string): void {
    this.#kept = this.#kept.then(async (kept) => {
      if (kept[question] === answer) return kept;
      const all = { ...kept, [question]: answer };
      await this.#memory!.save(all).catch(() => {}); // asked again at the next start
      return all;
    });
  }

  #signalFor(url: URL, given: AbortSignal | null | undefined): AbortSignal | null | undefined {
    const signals = given ? [given] : [];
    if (url.pathname.endsWith("/sync")) {
      this.#poll = new AbortController();
      signals.push(this.#poll.signal);
      // An answer to the first sync may be long in the making, so only a poll that continues one is cut.
      if (url.searchParams.has("since")) signals.push(AbortSignal.timeout(Number(url.searchParams.get("timeout") ?? 0) + POLL_GRACE));
    } else if (!url.pathname.includes("/media/")) signals.push(AbortSignal.timeout(REQUEST_LIMIT));
    return signals.length > 0 ? AbortSignal.any(signals) : given;
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

function withBody(question: string, { body }: RequestInit): string {
  return typeof body === "string" ? `${question} ${body}` : question;
}

function never(): Promise<never> {
  return new Promise(() => {});
}

async function jsonOf(response: Response): Promise<Record<string, unknown>> {
  const value: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/**
 * Answers other than pictures and files are never kept: they are of the moment. It also keeps the browser from letting one request wait for another one to the same address, up to 20 s in
 * Chromium, as those of two accounts of one site can be that wait for the server's next answer.
 */
function cacheFor({ pathname }: URL): RequestCache | undefined {
  return pathname.includes("/media/") ? undefined : "no-store";
}
