import type { MatrixClient } from "matrix-js-sdk/lib/client.js";
import { ClientEvent, PendingEventOrdering } from "matrix-js-sdk/lib/client.js";
import { SyncState, type ISyncStateData } from "matrix-js-sdk/lib/sync.js";

import { MeloError, type ErrorInfo } from "../internal/errors.js";
import { Source, type Readable } from "../internal/readable.js";
import type { NewClient } from "./client.js";
import type { HomeserverFetch } from "./homeserver-fetch.js";
import { writeAtLast } from "./last-write.js";
import { retryAfterOf, unreachable } from "./homeserver-request.js";

/** How soon the server is asked again, in ms; up to {@link RETRY_SPREAD} more, so that not all clients of a server come back in the same moment. */
const RETRY_AFTER = 3_000;
const RETRY_SPREAD = 1_900;
/** A poll that was silent for longer than this when the page wakes up may be dead, in ms. */
const SILENCE = 35_000;

export interface SyncSnapshot {
  readonly status: "syncing" | "ready" | "reconnecting";
  /** In ms since 1970, with `reconnecting`. */
  readonly retryAt?: number;
  readonly error?: ErrorInfo;
}

type SyncClient = Pick<MatrixClient, "startClient" | "retryImmediately" | "getSyncState" | "on" | "off">;

/** Keeps the client up to date with the server, for ever. The only place that knows the sync protocol: `GET /sync`. */
export class Sync implements Readable<SyncSnapshot> {
  readonly #client: SyncClient;
  readonly #store: NewClient["store"];
  readonly #http: Pick<HomeserverFetch, "endPoll" | "failure">;
  readonly #source = new Source<SyncSnapshot>({ status: "syncing" });
  readonly #prepared = Promise.withResolvers<void>();
  readonly #refused = Promise.withResolvers<void>();
  readonly #life = new AbortController();
  #retryTimer?: ReturnType<typeof setTimeout>;
  #failures = 0;
  #heardAt = 0;

  constructor(client: SyncClient, store: NewClient["store"], http: Pick<HomeserverFetch, "endPoll" | "failure">) {
    this.#client = client;
    this.#store = store;
    this.#http = http;
    client.on(ClientEvent.Sync, this.#handleSync);
    const { signal } = this.#life;
    globalThis.addEventListener("offline", this.#handleOffline, { signal });
    globalThis.addEventListener("online", this.#handleWake, { signal });
    globalThis.addEventListener("pagehide", this.#handleLeave, { signal });
    document.addEventListener("visibilitychange", this.#handleWake, { signal });
  }

  get state(): SyncSnapshot {
    return this.#source.state;
  }

  subscribe: Readable<SyncSnapshot>["subscribe"] = (listener, options) => this.#source.subscribe(listener, options);

  /** Resolves when there are rooms to show: kept ones, before the server has answered, or its first answer. */
  get prepared(): Promise<void> {
    return this.#prepared.promise;
  }

  /** Resolves if the server refuses to go on from where the kept rooms end: they are damaged, or the server was set back. They are of no use then. */
  get refused(): Promise<void> {
    return this.#refused.promise;
  }

  async start(): Promise<void> {
    await this.#client.startClient({
      initialSyncLimit: 20,
      lazyLoadMembers: true,
      pendingEventOrdering: PendingEventOrdering.Detached,
    });
  }

  /** Asks the server now. */
  retry(): void {
    clearTimeout(this.#retryTimer);
    this.#client.retryImmediately();
  }

  /** Keeps the rooms as they are now, for the next start. */
  async save(): Promise<void> {
    if (this.#heardAt > 0) await this.#store.save(true).catch(() => {});
  }

  dispose(): void {
    this.#life.abort();
    clearTimeout(this.#retryTimer);
    this.#client.off(ClientEvent.Sync, this.#handleSync);
  }

  #handleLeave = (): void => writeAtLast(() => this.save());

  #handleSync = (state: SyncState, _previous: SyncState | null, data?: ISyncStateData): void => {
    if (state === SyncState.Prepared) this.#prepared.resolve();
    if (state === SyncState.Syncing || (state === SyncState.Prepared && !data?.fromCache)) this.#handleAnswer();
    if (state === SyncState.Reconnecting || state === SyncState.Error) this.#handleFailure(state, data?.error);
  };

  #handleAnswer(): void {
    const isFirst = this.#heardAt === 0;
    this.#failures = 0;
    this.#heardAt = Date.now();
    clearTimeout(this.#retryTimer);
    this.#source.merge({ status: "ready", retryAt: undefined, error: undefined });
    if (isFirst) void this.save();
  }

  #handleFailure(state: SyncState, error: unknown): void {
    if (this.#heardAt === 0 && isBadRequest(error) && this.#store.getSyncToken() !== null) return this.#refused.resolve();
    this.#failures++;
    const { code, retryAfter, message } = this.#http.failure ?? failureOf(error);
    // A single cut poll is usual (proxies end them), so the first time the server is asked again at once, and nobody is told.
    const isCut = this.#failures === 1 && state === SyncState.Reconnecting && retryAfter === undefined && navigator.onLine;
    const wait = isCut ? 0 : (retryAfter ?? RETRY_AFTER + spread());
    // The page may be loaded again before the server is back: then what is kept is all there is to read.
    if (!isCut && this.#source.state.status === "ready") void this.save();
    if (!isCut) this.#source.merge({ status: "reconnecting", retryAt: Date.now() + wait, error: { code, message } });
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => this.#client.retryImmediately(), wait);
  }

  #handleOffline = (): void => {
    void this.save();
    this.#source.merge({ status: "reconnecting", retryAt: undefined, error: { code: "offline", message: "The browser is offline." } });
  };

  /** Back from sleep or from another network: the poll may hang on a connection that is no more. */
  #handleWake = (): void => {
    if (document.visibilityState === "hidden") return;
    const isOffline = this.#source.state.error?.code === "offline";
    if (isOffline && navigator.onLine) this.#http.endPoll();
    else if (this.#heardAt > 0 && Date.now() - this.#heardAt > SILENCE) this.#http.endPoll();
    this.#client.retryImmediately();
  };
}

function failureOf(error: unknown): MeloError {
  if (error instanceof Error && "httpStatus" in error && error.httpStatus === 429) {
    const headers = "httpHeaders" in error && error.httpHeaders instanceof Headers ? error.httpHeaders : new Headers();
    const body = "data" in error && typeof error.data === "object" && error.data !== null ? (error.data as Record<string, unknown>) : {};
    return new MeloError("rate-limited", "The homeserver asks to wait.", {
      cause: error,
      retryAfter: retryAfterOf(headers, body) ?? 5_000,
    });
  }
  return unreachable(error);
}

function isBadRequest(error: unknown): boolean {
  return error instanceof Error && "httpStatus" in error && error.httpStatus === 400;
}

function spread(): number {
  const [random = 0] = crypto.getRandomValues(new Uint16Array(1));
  return (random / 0x1_00_00) * RETRY_SPREAD;
}
