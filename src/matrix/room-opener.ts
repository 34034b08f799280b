import { ClientEvent } from "matrix-js-sdk/lib/client.js";
import { SyncState } from "matrix-js-sdk/lib/sync.js";
import type { MatrixClient } from "matrix-js-sdk/lib/matrix.js";

import { MeloError, isTemporary, type ErrorInfo } from "../internal/errors.js";
import { Source, type Readable } from "../internal/readable.js";
import { fieldsOf, textIn } from "./event-content.js";
import { parseRoomReference, type RoomReference } from "./room-reference.js";
import { serverError } from "./server-error.js";
import type { Vault } from "./vault.js";

/** How many aliases are remembered for the next start. */
const REMEMBERED = 100;
const ALIASES = "aliases";

/** What a reference leads to, as far as is known. */
export interface ResolutionState {
  readonly status: "loading" | "resolved" | "failed";
  /** With `resolved`. */
  readonly roomId?: string;
  /** Servers that know the room: joining needs one of them. */
  readonly servers: readonly string[];
  /** With `failed`; with `loading` if the server could not be reached so far. */
  readonly error?: ErrorInfo;
}

type OpenerClient = Pick<MatrixClient, "getRoomIdForAlias" | "on" | "off">;

/** Finds out which room a reference means, once for all who ask. An alias that was resolved before is good for the next start too, when there may be no network. */
export class RoomOpener {
  readonly #client: OpenerClient;
  readonly #vault: Vault;
  readonly #resolutions = new Map<string, Resolution>();
  #aliases?: Promise<Map<string, string>>;

  constructor(client: OpenerClient, vault: Vault) {
    this.#client = client;
    this.#vault = vault;
    client.on(ClientEvent.Sync, this.#handleSync);
  }

  /** The same object for the same reference. */
  open(reference: string): Resolution {
    let resolution = this.#resolutions.get(reference);
    if (!resolution)
      this.#resolutions.set(reference, (resolution = new Resolution(reference, this.#client, () => this.#remembered(), this.#remember)));
    return resolution;
  }

  dispose(): void {
    this.#client.off(ClientEvent.Sync, this.#handleSync);
  }

  #remembered(): Promise<Map<string, string>> {
    this.#aliases ??= this.#vault.load<unknown>(ALIASES).then(
      (kept) =>
        new Map(
          Object.entries(fieldsOf(kept)).flatMap(([alias]) => {
            const roomId = textIn(fieldsOf(kept), alias);
            return roomId === undefined ? [] : [[alias, roomId] as const];
          }),
        ),
    );
    return this.#aliases;
  }

  #remember = async (alias: string, roomId: string | undefined): Promise<void> => {
    const aliases = await this.#remembered();
    if (aliases.get(alias) === roomId) return;
    aliases.delete(alias);
    if (roomId !== undefined) aliases.set(alias, roomId);
    await this.#vault.save(ALIASES, Object.fromEntries([...aliases].slice(-REMEMBERED))).catch(() => {}); // it is asked for again then
  };

  /** The server answers again: what it could not be asked before is asked now. */
  #handleSync = (state: SyncState): void => {
    if (state !== SyncState.Syncing) return;
    for (const resolution of this.#resolutions.values()) {
      if (resolution.state.error && resolution.state.status !== "failed") void resolution.retry();
    }
  };
}

/** One reference on its way to a room. */
export class Resolution implements Readable<ResolutionState> {
  readonly #reference: RoomReference | undefined;
  readonly #client: OpenerClient;
  readonly #remembered: () => Promise<ReadonlyMap<string, string>>;
  readonly #remember: (alias: string, roomId: string | undefined) => Promise<void>;
  readonly #source = new Source<ResolutionState>({ status: "loading", servers: [] });
  #asking?: Promise<void>;

  constructor(
    text: string,
    client: OpenerClient,
    remembered: () => Promise<ReadonlyMap<string, string>>,
    remember: (alias: string, roomId: string | undefined) => Promise<void>,
  ) {
    this.#client = client;
    this.#remembered = remembered;
    this.#remember = remember;
    try {
      this.#reference = parseRoomReference(text);
      if (this.#reference.type === "id") this.#source.merge({ status: "resolved", ...inRoom(this.#reference.roomId) });
      else void this.#resolveFirst(this.#reference.alias);
    } catch (error) {
      this.#source.merge({ status: "failed", error: MeloError.from(error).toInfo() });
    }
  }

  get state(): ResolutionState {
    return this.#source.state;
  }

  /** The alias that was asked for, if it is one. */
  get alias(): string | undefined {
    return this.#reference?.type === "alias" ? this.#reference.alias : undefined;
  }

  subscribe: Readable<ResolutionState>["subscribe"] = (listener, options) => this.#source.subscribe(listener, options);

  /** Asks the server again; what is being asked already is waited for first, since it may be about to fail. */
  async retry(): Promise<void> {
    if (this.alias === undefined) return;
    await this.#asking;
    if (this.state.status === "failed") this.#source.merge({ status: "loading", error: undefined });
    await this.#ask(this.alias);
  }

  /** Resolves with the room's id, or rejects with why there is none. */
  async roomId(): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const unsubscribe = this.subscribe(() => this.state.status !== "loading" && resolve());
    if (this.state.status === "loading") await promise;
    unsubscribe();
    const { roomId, error } = this.state;
    if (roomId === undefined) throw new MeloError(error?.code ?? "room-not-found", error?.message ?? "There is no such room.");
    return roomId;
  }

  async #resolveFirst(alias: string): Promise<void> {
    const roomId = (await this.#remembered()).get(alias);
    if (roomId !== undefined && this.state.status === "loading") this.#source.merge({ status: "resolved", ...inRoom(roomId) });
    await this.#ask(alias);
  }

  #ask(alias: string): Promise<void> {
    this.#asking ??= this.#askServer(alias).finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #askServer(alias: string): Promise<void> {
    try {
      const answer = fieldsOf(await this.#client.getRoomIdForAlias(alias));
      const reference = parseRoomReference(textIn(answer, "room_id") ?? "");
      if (reference.type !== "id") throw new MeloError("room-not-found", "The alias leads to no room.");
      const servers = Array.isArray(answer["servers"]) ? answer["servers"].filter((server) => typeof server === "string").slice(0, 5) : [];
      this.#source.merge({ status: "resolved", roomId: reference.roomId, servers, error: undefined });
      await this.#remember(alias, reference.roomId);
    } catch (cause) {
      const error = serverError(cause);
      if (isTemporary(error) || error.code === "signed-out") this.#source.merge({ error: error.toInfo() });
      else {
        this.#source.merge({
          status: "failed",
          roomId: undefined,
          error: new MeloError(error.code === "forbidden" ? "forbidden" : "room-not-found", error.message).toInfo(),
        });
        await this.#remember(alias, undefined);
      }
    }
  }
}

/** The server that an id names, if it names one, was in the room at first. */
function inRoom(roomId: string): Pick<ResolutionState, "roomId" | "servers"> {
  const [, server] = /^![^:]+:(.+)$/.exec(roomId) ?? [];
  return { roomId, servers: server === undefined ? [] : [server] };
}
