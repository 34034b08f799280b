import type { Readable } from "../internal/readable.js";

export interface RoomSummary {
  readonly roomId: string;
  readonly name: string;
  readonly avatar?: string;
  readonly isDirect: boolean;
  readonly membership: "join" | "invite";
  readonly encrypted: boolean;
  /** Time of the newest event, in ms since 1970. */
  readonly latest: number;
}

export interface RoomsState {
  /** Joined and invited, the newest activity first. */
  readonly rooms: readonly RoomSummary[];
}

export const INITIAL_ROOMS: RoomsState = Object.freeze({ rooms: Object.freeze([]) });

export interface CreateRoomOptions {
  readonly name?: string;
  readonly topic?: string;
  /** Local part of an alias: `garden` makes `#garden:server`. */
  readonly alias?: string;
  /** User ids. */
  readonly invite?: readonly string[];
  /** Anyone may join. Default: invitation only. */
  readonly public?: boolean;
  /** A direct chat with the (one) invited person; recorded in `m.direct`. */
  readonly direct?: boolean;
  /** Default true. `false` must be written out: it makes a room that everyone with access to a server can read. */
  readonly encrypted?: boolean;
}

export interface CreateVoiceChannelOptions extends Pick<CreateRoomOptions, "alias" | "invite" | "public" | "topic" | "encrypted"> {
  readonly name: string;
  /** Id of the space that it becomes a channel of; its members may join. */
  readonly space?: string;
  /** Power level that it takes to be heard and seen. Default 0: everybody. */
  readonly speakLevel?: number;
}

/** All rooms of the account. */
export interface Rooms extends Readable<RoomsState> {
  /** Creates a room, encrypted unless told otherwise, and resolves with its id. */
  create(options: CreateRoomOptions): Promise<string>;
  /** Creates a voice channel, encrypted unless told otherwise, and resolves with its id. */
  createVoiceChannel(options: CreateVoiceChannelOptions): Promise<string>;
  /** The direct chat with a user: the existing one, else a new encrypted one. Resolves with its id. */
  openDirect(userId: string): Promise<string>;
}
