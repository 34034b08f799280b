import type { LocalTrack } from "livekit-client";

import { MeloError } from "../internal/errors.js";
import type { Readable } from "../internal/readable.js";
import { within } from "../internal/time-limit.js";
import type { CallState } from "./calls-state.js";
import type { CallReaction, JoinPermission, RoomCall } from "./room-call-state.js";

const REFUSALS: Readonly<Record<Exclude<JoinPermission, "allowed">, () => MeloError>> = {
  "not-joined": () => new MeloError("forbidden", "This account is not in the room."),
  "no-permission": () => new MeloError("forbidden", "The room does not let this account join calls."),
  "no-service": () => new MeloError("call-service-missing", "The homeserver names no service for calls."),
};

/** Throws `forbidden` or `call-service-missing`. */
export function assertMayJoin({ state: { canJoin } }: RoomCall): void {
  if (canJoin !== "allowed") throw REFUSALS[canJoin]();
}

/** What of a room matters to who is rung. */
export interface RoomKind {
  readonly status: string;
  readonly isDirect: boolean;
}

/** How long the room may take to say what it is, in ms; it is there already where anything of it is shown. */
const ROOM_WITHIN = 3_000;

/** Whether it is a direct chat, as far as it says so soon. */
export async function isDirect(room: Readable<RoomKind> | undefined): Promise<boolean> {
  if (!room) return false;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const look = () => {
    if (room.state.status !== "loading") resolve(room.state.isDirect);
  };
  const stop = room.subscribe(look);
  look();
  try {
    return await within(ROOM_WITHIN, promise, () => undefined);
  } catch {
    return false;
  } finally {
    stop();
  }
}

const NONE: CallState["reactions"] = Object.freeze([]);
const shaped = new WeakMap<readonly CallReaction[], CallState["reactions"]>();

/** The same list for the same reactions. */
export function reactionsOf(reactions: readonly CallReaction[]): CallState["reactions"] {
  if (reactions.length === 0) return NONE;
  let list = shaped.get(reactions);
  if (!list) shaped.set(reactions, (list = reactions.map(({ id, memberId, emoji, at }) => ({ id, participantId: memberId, emoji, at }))));
  return list;
}

/** Of an own picture, once it is known. */
export function sizeOf(track: LocalTrack | undefined): { readonly width?: number; readonly height?: number } {
  const { width, height } = track?.mediaStreamTrack.getSettings() ?? {};
  return width && height ? { width, height } : {};
}
