import { msg, str } from "@lit/localize";
import type { IconNode } from "lucide";

import type { StateItem } from "../matrix/timeline-item.js";
import { Phone, PhoneMissed, Video } from "./icons.js";

/** A call, as a line of the timeline. */
export interface CallLine {
  readonly icon: IconNode;
  readonly text: string;
  /** The visitor was called, and did not come. */
  readonly missed: boolean;
  /** When it says something else by itself, in ms since 1970. */
  readonly changesAt?: number;
}

/** The line of a change that is a call; `undefined` for all others. */
export function callLine({ change, sender, own }: StateItem, now: number): CallLine | undefined {
  if (change.type !== "call") return undefined;
  const { outcome, until, video } = change;
  const who = sender.name;
  const isOpen = outcome === undefined && now < until;
  const missed = !own && !isOpen && (outcome === undefined || outcome === "ended");
  const shape = missed ? PhoneMissed : video ? Video : Phone;
  const line = (text: string): CallLine => ({ icon: shape, text, missed, ...(isOpen && { changesAt: until }) });
  if (missed) return line(video ? msg(str`Missed video call from ${who}.`) : msg(str`Missed call from ${who}.`));
  if (own) {
    if (isOpen) return line(msg("You are calling…"));
    return line(outcome === "answered" ? msg("You called.") : msg("You called. Nobody answered."));
  }
  if (isOpen) return line(msg(str`${who} is calling…`));
  return line(outcome === "declined" ? msg(str`${who} called. You declined.`) : msg(str`${who} called.`));
}
