import { msg, str } from "@lit/localize";

import type { RoomState } from "../matrix/room-state.js";
import { errorWords } from "./session-words.js";

/** What stands in place of the messages while this account is not in the room: what is, and what can be done. */
export interface RoomGate {
  readonly heading: string;
  readonly text?: string;
  /** A reason that somebody wrote. Hostile text. */
  readonly reason?: string;
  readonly actions: readonly GateAction[];
  readonly tone?: "bad";
}

export interface GateAction {
  readonly label: string;
  readonly effect: "join" | "decline" | "retry";
}

/** See {@link RoomGate}; `undefined` where messages, or their shape, are to be shown. */
export function roomGate(room: RoomState, reference: string): RoomGate | undefined {
  const name = room.name || reference;
  const join = (label = msg("Join")): GateAction => ({ label, effect: "join" });
  const again: GateAction = { label: msg("Try again"), effect: "retry" };
  switch (room.status) {
    case "loading":
    case "ready":
      return undefined;
    case "invited":
      return {
        heading: name,
        text: room.invitation ? invitation(room) : msg("You are invited."),
        actions: [join(), { label: msg("Decline"), effect: "decline" }],
      };
    case "joinable":
      return { heading: name, text: msg("You are not in this room. Join it to read and write."), actions: [join()] };
    case "joining":
      return { heading: name, text: msg("Joining…"), actions: [] };
    case "not-found":
      return {
        heading: msg("There is no such room"),
        text: msg(str`${reference} leads nowhere, or you may not know of it.`),
        actions: [again],
      };
    case "forbidden":
      return { heading: name, text: msg("You can join this room only with an invitation."), actions: [again] };
    case "left":
      return { heading: name, text: msg("You left this room."), actions: [join(msg("Join again"))] };
    case "kicked":
      return {
        heading: name,
        text: by(room, msg("You were removed from this room"), (who) => msg(str`${who} removed you from this room`)),
        reason: room.departure?.reason,
        actions: [join(msg("Join again"))],
      };
    case "banned":
      return {
        heading: name,
        text: by(room, msg("You are banned from this room"), (who) => msg(str`${who} banned you from this room`)),
        reason: room.departure?.reason,
        actions: [],
      };
    case "failed":
      return {
        heading: msg("This room could not be opened"),
        text: room.error && errorWords(room.error).text,
        actions: [again],
        tone: "bad",
      };
  }
}

/** Why nothing can be written in a room; empty if it can, or if nothing is known yet. */
export function whyNotWrite(room: RoomState | undefined): string {
  if (!room || room.status === "loading") return "";
  if (room.replacement) return msg("This room goes on elsewhere.");
  if (room.status !== "ready") return msg("You are not in this room.");
  return room.canSend ? "" : msg("You may not write here.");
}

function invitation({ invitation, isDirect }: RoomState): string {
  const { inviterName, inviterId } = invitation!;
  const who = inviterName === inviterId ? inviterId : `${inviterName} (${inviterId})`;
  return isDirect ? msg(str`${who} wants to talk to you.`) : msg(str`${who} invites you.`);
}

function by({ departure }: RoomState, alone: string, named: (who: string) => string): string {
  return `${departure?.by ? named(departure.by) : alone}.`;
}
