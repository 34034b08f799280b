import type { MatrixClient, MatrixEvent, Room as SdkRoom, RoomState as SdkState } from "matrix-js-sdk/lib/matrix.js";
import { RoomStateEvent } from "matrix-js-sdk/lib/models/room-state.js";

import type { IdentityStatus } from "../internal/identity-status.js";
import { coalesced } from "../internal/after-this-task.js";
import { Source } from "../internal/readable.js";
import { Turns } from "../internal/turns.js";
import type { Identities } from "./identities.js";
import { othersIn, personOf } from "./people.js";
import type { RoomCrypto } from "./room-domain.js";
import { INITIAL_ROOM_IDENTITIES, type ChangedIdentity, type RoomIdentities, type RoomIdentitiesState } from "./room-identities-state.js";
import type { Resolution } from "./room-opener.js";
import { serverError } from "./server-error.js";

/** Of a room with more people, only those are looked at whom the server has told by itself; the rest is there when the first message is sent. */
const FETCHED_UP_TO = 100;
/** How many identities are asked for at once. */
const BATCH = 50;

export interface RoomIdentitiesOptions {
  readonly client: Pick<MatrixClient, "getRoom" | "getSafeUserId" | "on" | "off">;
  readonly crypto: Pick<RoomCrypto, "isEncrypted">;
  readonly identities: Identities;
  readonly resolution: Pick<Resolution, "state" | "subscribe">;
}

/** {@link RoomIdentities} over a live client. */
export class LiveRoomIdentities implements RoomIdentities, Disposable {
  readonly #options: RoomIdentitiesOptions;
  readonly #source = new Source<RoomIdentitiesState>(INITIAL_ROOM_IDENTITIES);
  readonly #life = new AbortController();
  /** What is known of each, until it may have changed. */
  readonly #known = new Map<string, IdentityStatus>();
  readonly #turns = new Turns();
  readonly #soon = coalesced(this.#turns.once(() => this.#look()));
  #fetchedFor?: string;

  constructor(options: RoomIdentitiesOptions) {
    this.#options = options;
    const { signal } = this.#life;
    options.resolution.subscribe(this.#soon, { signal });
    options.identities.onChange(this.#handleIdentities, signal);
    options.client.on(RoomStateEvent.Events, this.#handleState);
    options.client.on(RoomStateEvent.Update, this.#handleUpdate);
    this.#soon();
  }

  get state(): RoomIdentitiesState {
    return this.#source.state;
  }

  subscribe: RoomIdentities["subscribe"] = (listener, options) => this.#source.subscribe(listener, options);

  approve(userId: string): Promise<void> {
    return this.#decide(userId, () => this.#options.identities.approve(userId));
  }

  withdraw(userId: string): Promise<void> {
    return this.#decide(userId, () => this.#options.identities.withdraw(userId));
  }

  [Symbol.dispose](): void {
    this.#life.abort();
    this.#options.client.off(RoomStateEvent.Events, this.#handleState);
    this.#options.client.off(RoomStateEvent.Update, this.#handleUpdate);
  }

  async #decide(userId: string, decision: () => Promise<void>): Promise<void> {
    try {
      await decision();
    } catch (error) {
      throw serverError(error);
    } finally {
      this.#known.delete(userId);
      await this.#turns.take(() => this.#look());
    }
  }

  async #look(): Promise<void> {
    try {
      await this.#lookAtRoom();
    } catch (error) {
      if (!this.#life.signal.aborted) this.#source.merge({ status: "failed", error: serverError(error).toInfo() });
    }
  }

  async #lookAtRoom(): Promise<void> {
    const { client, crypto, resolution } = this.#options;
    const { roomId } = resolution.state;
    const room = roomId === undefined ? null : client.getRoom(roomId);
    if (!room || room.getMyMembership() !== "join") return;
    if (!(await crypto.isEncrypted(room.roomId))) return this.#show(room, []);
    await this.#fetchMembers(room);
    const others = othersIn(room, client.getSafeUserId());
    const unknown = others.filter((userId) => !this.#known.has(userId));
    for (let start = 0; start < unknown.length; start += BATCH) {
      if (this.#life.signal.aborted) return;
      await Promise.all(unknown.slice(start, start + BATCH).map((userId) => this.#ask(userId)));
    }
    if (!this.#life.signal.aborted) this.#show(room, others);
  }

  async #fetchMembers(room: SdkRoom): Promise<void> {
    if (this.#fetchedFor === room.roomId) return;
    this.#fetchedFor = room.roomId;
    if (room.getJoinedMemberCount() + room.getInvitedMemberCount() <= FETCHED_UP_TO) await room.loadMembersIfNeeded().catch(() => {}); // those who are known are looked at all the same
  }

  async #ask(userId: string): Promise<void> {
    this.#known.set(userId, await this.#options.identities.status(userId));
  }

  #show(room: SdkRoom, others: readonly string[]): void {
    const statuses = others.map((userId) => [userId, this.#known.get(userId)] as const);
    const changed = statuses
      .filter(([, status]) => status === "changed" || status === "changed-since-verified")
      .map(([userId, status]) => this.#changed(room, userId, status === "changed-since-verified"))
      .sort((a, b) => Number(b.wasVerified) - Number(a.wasVerified));
    const allVerified = statuses.length > 0 && statuses.every(([, status]) => status === "verified");
    const isSame = JSON.stringify(changed) === JSON.stringify(this.state.changed);
    this.#source.merge({ status: "ready", error: undefined, changed: isSame ? this.state.changed : Object.freeze(changed), allVerified });
  }

  #changed(room: SdkRoom, userId: string, wasVerified: boolean): ChangedIdentity {
    return Object.freeze({ ...personOf(userId, room.getMember(userId), room.currentState), wasVerified });
  }

  #handleIdentities = (userIds: readonly string[] | undefined): void => {
    if (userIds) for (const userId of userIds) this.#known.delete(userId);
    else this.#known.clear();
    this.#soon();
  };

  #handleState = (event: MatrixEvent, { roomId }: SdkState): void => {
    const concerns = event.getType() === "m.room.member" || event.getType() === "m.room.encryption";
    if (concerns && roomId === this.#options.resolution.state.roomId) this.#soon();
  };

  #handleUpdate = ({ roomId }: SdkState): void => {
    if (roomId === this.#options.resolution.state.roomId) this.#soon();
  };
}
