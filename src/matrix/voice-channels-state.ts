import type { ErrorInfo } from "../internal/errors.js";
import type { Readable } from "../internal/readable.js";

export interface VoiceChannelSummary {
  readonly roomId: string;
  /** Hostile text. */
  readonly name: string;
  /** Not joined, but may be: its occupants are known only after joining the room. */
  readonly isJoined: boolean;
}

export interface VoiceChannelsState {
  readonly status: "loading" | "ready" | "failed";
  readonly spaceId?: string;
  /** Hostile text. */
  readonly name: string;
  /** The voice channels of the space, in the space's order (`m.space.child`). */
  readonly channels: readonly VoiceChannelSummary[];
  readonly error?: ErrorInfo;
}

export const INITIAL_VOICE_CHANNELS: VoiceChannelsState = Object.freeze({ status: "loading", name: "", channels: Object.freeze([]) });

/** The voice channels of a space. */
export interface VoiceChannels extends Readable<VoiceChannelsState> {
  /** Asks again after `failed`. */
  retry(): Promise<void>;
}
