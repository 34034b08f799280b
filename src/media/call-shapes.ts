import type { LocalTrack } from "livekit-client";

import { MeloError } from "../internal/errors.js";
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
