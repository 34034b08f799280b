import { ClientEvent } from "matrix-js-sdk/lib/client.js";
import { Method } from "matrix-js-sdk/lib/http-api/index.js";
import type { MatrixClient, MatrixEvent, Room as SdkRoom, RoomState as SdkState } from "matrix-js-sdk/lib/matrix.js";
import { RoomStateEvent } from "matrix-js-sdk/lib/models/room-state.js";
import { RoomEvent } from "matrix-js-sdk/lib/models/room.js";

import { coalesced } from "../internal/after-this-task.js";
import type { ErrorInfo } from "../internal/errors.js";
import { Source } from "../internal/readable.js";
import { fieldsOf, textIn } from "./event-content.js";
import { cleanName } from "./people.js";
import type { Resolution } from "./room-opener.js";
import { serverError } from "./server-error.js";
import { SPACE_CHILD, VOICE_CHANNEL, childrenOf } from "./space-child.js";
import { INITIAL_VOICE_CHANNELS, type VoiceChannels, type VoiceChannelsState, type VoiceChannelSummary } from "./voice-channels-state.js";

export interface VoiceChannelsOptions {
  readonly client: Pick<MatrixClient, "getRoom" | "http" | "isInitialSyncComplete" | "on" | "off">;
  readonly resolution: Pick<Resolution, "state" | "subscribe" | "retry" | "alias">;
}

/** What the server says of a room that this account is not in. */
interface Unjoined {
  readonly name: string;
  readonly isVoice: boolean;
}

/** {@link VoiceChannels} over a live client. */
export class LiveVoiceChannels implements VoiceChannels, Disposable {
  readonly #options: VoiceChannelsOptions;
  readonly #source = new Source<VoiceChannelsState>(INITIAL_VOICE_CHANNELS);
  readonly #life = new AbortController();
  readonly #soon = coalesced(() => this.#update());
  /** By the rooms that the space lists and this account is not in; asked for again when there are others. */
  #unjoined: ReadonlyMap<string, Unjoined> = new Map();
  #askedFor?: string;
  #failure?: ErrorInfo;

  constructor(options: VoiceChannelsOptions) {
    this.#options = options;
    const { client, resolution } = options;
    resolution.subscribe(this.#soon, { signal: this.#life.signal });
    client.on(ClientEvent.Room, this.#soon);
    client.on(ClientEvent.Sync, this.#soon);
    client.on(RoomEvent.MyMembership, this.#soon);
    client.on(RoomEvent.Name, this.#soon);
    client.on(RoomStateEvent.Events, this.#handleState);
    this.#update();
  }

  get state(): VoiceChannelsState {
    return this.#source.state;
  }

  subscribe: VoiceChannels["subscribe"] = (listener, options) => this.#source.subscribe(listener, options);

  async retry(): Promise<void> {
    this.#askedFor = this.#failure = undefined;
    await this.#options.resolution.retry();
    this.#update();
  }

  [Symbol.dispose](): void {
    this.#life.abort();
    const { client } = this.#options;
    client.off(ClientEvent.Room, this.#soon);
    client.off(ClientEvent.Sync, this.#soon);
    client.off(RoomEvent.MyMembership, this.#soon);
    client.off(RoomEvent.Name, this.#soon);
    client.off(RoomStateEvent.Events, this.#handleState);
  }

  #handleState = (event: MatrixEvent, { roomId }: SdkState): void => {
    if (event.getType() === SPACE_CHILD && roomId === this.#options.resolution.state.roomId) this.#soon();
  };

  #update(): void {
    if (this.#life.signal.aborted) return;
    const { client, resolution } = this.#options;
    const { roomId, status, error } = resolution.state;
    const space = roomId === undefined ? null : client.getRoom(roomId);
    if (space?.getMyMembership() === "join") return this.#source.merge({ ...this.#inside(space), spaceId: roomId });
    const isUnknown = status === "resolved" && client.isInitialSyncComplete();
    const notIn: ErrorInfo = { code: "room-not-found", message: "This account is not in the space." };
    const failure = status === "failed" ? error : isUnknown ? notIn : undefined;
    this.#source.merge({
      ...INITIAL_VOICE_CHANNELS,
      spaceId: roomId,
      name: resolution.alias ?? "",
      status: failure ? "failed" : "loading",
      error: failure,
    });
  }

  #inside(space: SdkRoom): VoiceChannelsState {
    const children = childrenOf(space);
    const strangers = children.filter(({ roomId }) => !this.#isJoined(roomId)).map(({ roomId }) => roomId);
    const asked = strangers.sort().join("\n");
    if (asked !== this.#askedFor && this.#options.client.isInitialSyncComplete()) {
      this.#askedFor = asked;
      if (strangers.length > 0) void this.#ask(space.roomId);
    }
    const before = this.state.channels;
    const channels = children.flatMap(({ roomId }) => this.#channel(roomId) ?? []);
    const isSame = channels.length === before.length && channels.every((channel, index) => channel === before[index]);
    return { status: "ready", name: cleanName(space.name), channels: isSame ? before : Object.freeze(channels), error: this.#failure };
  }

  #isJoined(roomId: string): boolean {
    return this.#options.client.getRoom(roomId)?.getMyMembership() === "join";
  }

  #channel(roomId: string): VoiceChannelSummary | undefined {
    const isJoined = this.#isJoined(roomId);
    const room = isJoined ? this.#options.client.getRoom(roomId) : undefined;
    const { name, isVoice } = room
      ? { name: cleanName(room.name), isVoice: room.getType() === VOICE_CHANNEL }
      : (this.#unjoined.get(roomId) ?? { name: "", isVoice: false });
    if (!isVoice) return undefined;
    const before = this.state.channels.find((channel) => channel.roomId === roomId);
    return before?.name === name && before.isJoined === isJoined ? before : Object.freeze({ roomId, name, isJoined });
  }

  /** What the rooms of the space are that this account is not in, as far as it may know. Client-server specification, "Server behaviour" of spaces. */
  async #ask(spaceId: string): Promise<void> {
    try {
      const path = `/rooms/${encodeURIComponent(spaceId)}/hierarchy`;
      const query = { limit: "100", max_depth: "1" };
      const answer = await this.#options.client.http.authedRequest<unknown>(Method.Get, path, query, undefined, {
        prefix: "/_matrix/client/v1",
      });
      const rooms: unknown = fieldsOf(answer)["rooms"];
      const entries = Array.isArray(rooms) ? rooms.map(fieldsOf) : [];
      this.#unjoined = new Map(
        entries.map((entry) => [
          textIn(entry, "room_id") ?? "",
          { name: cleanName(entry["name"]) || cleanName(entry["canonical_alias"]), isVoice: textIn(entry, "room_type") === VOICE_CHANNEL },
        ]),
      );
      this.#failure = undefined;
    } catch (error) {
      this.#askedFor = undefined; // the next answer of the sync asks again
      this.#failure = serverError(error).toInfo();
    }
    this.#soon();
  }
}
