import { ClientEvent } from "matrix-js-sdk/lib/client.js";
import type { MatrixClient, Room as SdkRoom } from "matrix-js-sdk/lib/matrix.js";
import { RoomEvent } from "matrix-js-sdk/lib/models/room.js";

import { coalesced } from "../internal/after-this-task.js";
import { Source } from "../internal/readable.js";
import { createRoom } from "./create-room.js";
import { directRooms } from "./direct-rooms.js";
import { checkedMxc } from "./mxc.js";
import { cleanName } from "./people.js";
import type { RoomCrypto } from "./room-domain.js";
import {
  INITIAL_ROOMS,
  type CreateRoomOptions,
  type CreateVoiceChannelOptions,
  type Rooms,
  type RoomsState,
  type RoomSummary,
} from "./rooms-state.js";
import { serverError } from "./server-error.js";

/** What may change the list. */
const EVENTS = [
  ClientEvent.Room,
  ClientEvent.DeleteRoom,
  ClientEvent.AccountData,
  ClientEvent.Sync,
  RoomEvent.MyMembership,
  RoomEvent.Name,
  RoomEvent.Timeline,
] as const;

/** {@link Rooms} over a live client. */
export class LiveRooms implements Rooms {
  readonly #client: MatrixClient;
  readonly #crypto: RoomCrypto;
  readonly #source = new Source<RoomsState>(INITIAL_ROOMS);
  readonly #soon = coalesced(() => this.#update());
  readonly #summaries = new Map<string, RoomSummary>();
  readonly #encrypted = new Map<string, boolean>();
  readonly #opening = new Map<string, Promise<string>>();
  #disposed = false;

  constructor(client: MatrixClient, crypto: RoomCrypto) {
    this.#client = client;
    this.#crypto = crypto;
    for (const event of EVENTS) client.on(event, this.#soon);
    this.#update();
  }

  get state(): RoomsState {
    return this.#source.state;
  }

  subscribe: Rooms["subscribe"] = (listener, options) => this.#source.subscribe(listener, options);

  async create(options: CreateRoomOptions = {}): Promise<string> {
    try {
      return await createRoom(this.#client, this.#crypto, options);
    } catch (error) {
      throw serverError(error);
    }
  }

  async createVoiceChannel(options: CreateVoiceChannelOptions): Promise<string> {
    try {
      const { createVoiceChannel } = await import("./create-voice-channel.js");
      return await createVoiceChannel(this.#client, this.#crypto, options);
    } catch (error) {
      throw serverError(error);
    }
  }

  openDirect(userId: string): Promise<string> {
    const opening = this.#opening.get(userId) ?? this.#openDirect(userId).finally(() => this.#opening.delete(userId));
    this.#opening.set(userId, opening);
    return opening;
  }

  /** Ends it with the client; not by a name that would end it with its last listener. */
  dispose(): void {
    this.#disposed = true;
    for (const event of EVENTS) this.#client.off(event, this.#soon);
  }

  async #openDirect(userId: string): Promise<string> {
    const known = [...directRooms(this.#client)].flatMap(([roomId, withUser]) =>
      withUser === userId ? (this.#client.getRoom(roomId) ?? []) : [],
    );
    const open = known.filter(
      (room) => room.getMyMembership() === "join" && ["join", "invite"].includes(room.getMember(userId)?.membership ?? ""),
    );
    const [newest] = open.sort((a, b) => latestOf(b) - latestOf(a));
    return newest?.roomId ?? this.create({ direct: true, invite: [userId] });
  }

  #update(): void {
    if (this.#disposed) return;
    const direct = directRooms(this.#client);
    const summaries = this.#client.getRooms().flatMap((room) => this.#summary(room, direct) ?? []);
    const rooms = summaries.sort((a, b) => b.latest - a.latest || (a.roomId < b.roomId ? -1 : 1));
    const known = new Set(rooms.map(({ roomId }) => roomId));
    for (const roomId of this.#summaries.keys()) if (!known.has(roomId)) this.#summaries.delete(roomId);
    const before = this.state.rooms;
    if (rooms.length !== before.length || rooms.some((room, index) => room !== before[index]))
      this.#source.merge({ rooms: Object.freeze(rooms) });
  }

  /** The same object as before while nothing of it changed. */
  #summary(room: SdkRoom, direct: ReadonlyMap<string, string>): RoomSummary | undefined {
    const { roomId } = room;
    const membership = room.getMyMembership();
    if (membership !== "join" && membership !== "invite") return undefined;
    const before = this.#summaries.get(roomId);
    const now: RoomSummary = {
      roomId,
      name: cleanName(room.name),
      avatar: checkedMxc(room.getMxcAvatarUrl()) ?? checkedMxc(room.getAvatarFallbackMember()?.getMxcAvatarUrl()),
      isDirect: direct.has(roomId) || room.getDMInviter() !== undefined,
      membership,
      encrypted: room.hasEncryptionStateEvent() || this.#isEncrypted(roomId),
      latest: latestOf(room),
    };
    const isSame = before && (Object.keys(now) as (keyof RoomSummary)[]).every((key) => now[key] === before[key]);
    if (isSame) return before;
    this.#summaries.set(roomId, Object.freeze(now));
    return now;
  }

  /** The sticky answer, asked once for each room. */
  #isEncrypted(roomId: string): boolean {
    const known = this.#encrypted.get(roomId);
    if (known !== undefined) return known;
    this.#encrypted.set(roomId, false);
    void this.#crypto.isEncrypted(roomId).then(
      (isEncrypted) => {
        if (!isEncrypted) return;
        this.#encrypted.set(roomId, true);
        this.#soon();
      },
      () => this.#encrypted.delete(roomId),
    );
    return false;
  }
}

function latestOf(room: SdkRoom): number {
  return Math.max(0, room.getLastActiveTimestamp());
}
