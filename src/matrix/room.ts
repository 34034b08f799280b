import { ClientEvent } from "matrix-js-sdk/lib/client.js";
import type { MatrixClient, MatrixEvent, Room as SdkRoom, RoomState as SdkState, StateEvents } from "matrix-js-sdk/lib/matrix.js";
import { RoomEvent } from "matrix-js-sdk/lib/models/room.js";
import { RoomStateEvent } from "matrix-js-sdk/lib/models/room-state.js";

import { coalesced } from "../internal/after-this-task.js";
import { Source } from "../internal/readable.js";
import { directRooms, recordDirectRoom } from "./direct-rooms.js";
import { MEGOLM, weakensEncryption } from "./encryption-event.js";
import { fieldsOf, textIn } from "./event-content.js";
import { checkedMxc } from "./mxc.js";
import { cleanName } from "./people.js";
import type { RoomCrypto } from "./room-domain.js";
import type { Resolution } from "./room-opener.js";
import { askStanding, standingIn, type Standing } from "./room-standing.js";
import { INITIAL_ROOM, type Room, type RoomState } from "./room-state.js";
import { mayReplace, tombstoneOf } from "./room-upgrade.js";
import { serverError } from "./server-error.js";
import { assertUserId } from "./user-id.js";

export interface LiveRoomOptions {
  readonly client: MatrixClient;
  readonly crypto: RoomCrypto;
  readonly resolution: Resolution;
}

/** {@link Room} over a live client. */
export class LiveRoom implements Room, Disposable {
  readonly #client: MatrixClient;
  readonly #crypto: RoomCrypto;
  readonly #resolution: Resolution;
  readonly #source = new Source<RoomState>(INITIAL_ROOM);
  readonly #life = new AbortController();
  readonly #soon = coalesced(() => this.#update());
  #roomId?: string;
  #isJoining = false;
  /** The sticky answer of the crypto; once yes, never no. */
  #isEncrypted?: boolean;
  #standing?: Standing;
  #asking?: Promise<void>;
  /** Rooms that were looked at as replacements, and what came of it. */
  readonly #replacements = new Map<string, { readonly agrees: boolean; readonly fromInside: boolean }>();

  constructor({ client, crypto, resolution }: LiveRoomOptions) {
    this.#client = client;
    this.#crypto = crypto;
    this.#resolution = resolution;
    resolution.subscribe(() => this.#update(), { signal: this.#life.signal });
    client.on(ClientEvent.Room, this.#handleRoom);
    client.on(ClientEvent.DeleteRoom, this.#soon);
    client.on(ClientEvent.Sync, this.#soon);
    client.on(ClientEvent.AccountData, this.#soon);
    client.on(RoomEvent.MyMembership, this.#handleRoom);
    client.on(RoomEvent.Name, this.#handleRoom);
    client.on(RoomStateEvent.Events, this.#handleState);
    this.#update();
  }

  get state(): RoomState {
    return this.#source.state;
  }

  subscribe: Room["subscribe"] = (listener, options) => this.#source.subscribe(listener, options);

  async join(): Promise<void> {
    const roomId = await this.#resolution.roomId();
    const inviter = this.#client.getRoom(roomId)?.getDMInviter();
    this.#isJoining = true;
    this.#update();
    try {
      await this.#client.joinRoom(this.#resolution.alias ?? roomId, { viaServers: [...this.#resolution.state.servers] });
      // Who accepts to talk has a direct chat as much as who asked. Without this note the room is merely listed among the others.
      if (inviter) await recordDirectRoom(this.#client, inviter, roomId).catch(() => {});
    } catch (error) {
      this.#isJoining = false;
      this.#standing = undefined;
      throw serverError(error);
    } finally {
      this.#update();
    }
  }

  decline(): Promise<void> {
    return this.leave();
  }

  async leave(): Promise<void> {
    const roomId = await this.#resolution.roomId();
    await this.#act(() => this.#client.leave(roomId));
  }

  async retry(): Promise<void> {
    this.#standing = undefined;
    await this.#resolution.retry();
    this.#update();
    await this.#asking;
  }

  async invite(userId: string): Promise<void> {
    assertUserId(userId);
    const roomId = await this.#resolution.roomId();
    await this.#act(() => this.#client.invite(roomId, userId));
  }

  async encrypt(): Promise<void> {
    const roomId = await this.#resolution.roomId();
    await this.#act(() => this.#client.sendStateEvent(roomId, "m.room.encryption" as keyof StateEvents, { algorithm: MEGOLM }, ""));
    await this.#crypto.remember(roomId);
    this.#isEncrypted = true;
    this.#update();
  }

  [Symbol.dispose](): void {
    this.#life.abort();
    this.#client.off(ClientEvent.Room, this.#handleRoom);
    this.#client.off(ClientEvent.DeleteRoom, this.#soon);
    this.#client.off(ClientEvent.Sync, this.#soon);
    this.#client.off(ClientEvent.AccountData, this.#soon);
    this.#client.off(RoomEvent.MyMembership, this.#handleRoom);
    this.#client.off(RoomEvent.Name, this.#handleRoom);
    this.#client.off(RoomStateEvent.Events, this.#handleState);
  }

  async #act(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw serverError(error);
    }
  }

  #handleRoom = ({ roomId }: SdkRoom): void => {
    if (roomId === this.#roomId || this.#replacements.has(roomId)) this.#soon();
  };

  #handleState = (event: MatrixEvent, { roomId }: SdkState): void => {
    if (roomId !== this.#roomId) return;
    if (event.getType() === "m.room.encryption") this.#askEncrypted(roomId);
    this.#soon();
  };

  #update(): void {
    if (this.#life.signal.aborted) return;
    const { status, roomId, error } = this.#resolution.state;
    if (roomId !== this.#roomId) this.#begin(roomId);
    if (roomId === undefined) {
      const failed = error?.code === "forbidden" ? "forbidden" : error?.code === "room-not-found" ? "not-found" : "failed";
      this.#source.merge({
        ...INITIAL_ROOM,
        roomId,
        name: this.#resolution.alias ?? "",
        status: status === "failed" ? failed : "loading",
        error,
      });
      return;
    }
    const room = this.#client.getRoom(roomId);
    if (room) this.#standing = undefined;
    this.#source.merge(room ? this.#inside(room) : this.#outside(roomId));
  }

  /** The reference means another room than before. */
  #begin(roomId: string | undefined): void {
    this.#roomId = roomId;
    this.#isEncrypted = undefined;
    this.#standing = undefined;
    this.#isJoining = false;
    if (roomId !== undefined) this.#askEncrypted(roomId);
  }

  /** Of a room that the sync tells of. */
  #inside(room: SdkRoom): RoomState {
    const standing = standingIn(room, this.#client.getSafeUserId());
    if (standing.status === "ready") this.#isJoining = false;
    const tombstone = standing.status === "ready" ? tombstoneOf(room) : undefined;
    const state = room.currentState;
    const event = state.getStateEvents("m.room.encryption", "");
    const isEncrypted = this.#isEncrypted === true || event !== null;
    const before = fieldsOf(event?.getPrevContent());
    const isTampered = event ? weakensEncryption(fieldsOf(event.getOriginalContent()), before) : !this.#crypto.isFresh(room.roomId);
    return {
      ...INITIAL_ROOM,
      ...standing,
      status: this.#isJoining ? "joining" : standing.status,
      invitation: standing.invitation && same(standing.invitation, this.state.invitation),
      departure: standing.departure && same(standing.departure, this.state.departure),
      roomId: room.roomId,
      name: cleanName(room.name),
      topic: textIn(fieldsOf(state.getStateEvents("m.room.topic", "")?.getOriginalContent()), "topic"),
      avatar: checkedMxc(room.getMxcAvatarUrl()) ?? checkedMxc(room.getAvatarFallbackMember()?.getMxcAvatarUrl()),
      joinedCount: room.getJoinedMemberCount(),
      isDirect: directRooms(this.#client).has(room.roomId) || room.getDMInviter() !== undefined,
      encryption: isEncrypted ? "encrypted" : this.#isEncrypted === undefined || standing.status !== "ready" ? "unknown" : "unencrypted",
      encryptionTampered: isEncrypted && standing.status === "ready" && isTampered,
      canEncrypt:
        !isEncrypted &&
        this.#isEncrypted === false &&
        standing.status === "ready" &&
        state.mayClientSendStateEvent("m.room.encryption", this.#client),
      canSend: !tombstone && standing.status === "ready" && room.maySendMessage(),
      replacement: tombstone && same({ roomId: this.#agreed(tombstone.claims, room.roomId), text: tombstone.text }, this.state.replacement),
      error: undefined,
    };
  }

  /** Of a room that the sync does not tell of: what the server says when asked. */
  #outside(roomId: string): RoomState {
    const isSynced = this.#client.isInitialSyncComplete();
    if (!this.#standing || this.#standing.error) {
      if (isSynced) this.#ask(roomId);
    }
    const { name = this.#resolution.alias ?? "", ...standing }: Partial<Standing> = this.#standing ?? {};
    const status = this.#isJoining ? "joining" : (standing.status ?? "loading");
    return { ...INITIAL_ROOM, ...standing, status, name, roomId, encryption: this.#isEncrypted ? "encrypted" : "unknown" };
  }

  #ask(roomId: string): void {
    const { alias, state } = this.#resolution;
    this.#asking ??= askStanding(this.#client, roomId, alias, state.servers).then((standing) => {
      this.#asking = undefined;
      if (roomId !== this.#roomId) return;
      const isNew = !this.#standing?.error || !standing.error;
      this.#standing = standing;
      if (isNew) this.#update(); // else the next answer of the sync asks again
    });
  }

  #askEncrypted(roomId: string): void {
    void this.#crypto.isEncrypted(roomId).then(
      (isEncrypted) => {
        if (roomId !== this.#roomId || this.#isEncrypted) return;
        this.#isEncrypted = isEncrypted;
        this.#update();
      },
      () => {}, // unknown stays unknown
    );
  }

  /** The replacement, once it is known that the new room does not deny it. Asked once, and again when this account comes to be in the new room. */
  #agreed(newId: string | undefined, oldId: string): string | undefined {
    if (newId === undefined) return undefined;
    const isInside = this.#client.getRoom(newId) !== null;
    const known = this.#replacements.get(newId);
    if (!known || (isInside && !known.fromInside)) {
      this.#replacements.set(newId, { agrees: known?.agrees === true, fromInside: isInside });
      void mayReplace(this.#client, newId, oldId).then((agrees) => {
        this.#replacements.set(newId, { agrees, fromInside: isInside });
        this.#update();
      });
    }
    return this.#replacements.get(newId)?.agrees ? newId : undefined;
  }
}

/** `before` if it says the same: an unchanged field stays the same object. */
function same<T extends object>(now: T, before: T | undefined): T {
  return before && (Object.keys(now) as (keyof T)[]).every((key) => Object.is(now[key], before[key])) ? before : Object.freeze(now);
}
