import { msg, str } from "@lit/localize";

import type { BlockReason, Participant, ParticipantTrack } from "../media/calls-state.js";
import { blockWords, CALM } from "./call-words.js";

/** What a tile says in place of what it does not show or play. */
export interface TileReason {
  readonly reason: BlockReason;
  readonly text: string;
  /** Nobody has to do anything about it yet. */
  readonly isCalm: boolean;
  /** In ms since 1970: when a calm one is explained. */
  readonly until?: number;
}

/** Why some of a tile's tracks are neither shown nor played; `undefined` if all are. The gravest reason is told; `now` in ms since 1970. */
export function tileReason(name: string, tracks: readonly ParticipantTrack[], now: number): TileReason | undefined {
  const reason = GRAVEST_FIRST.find((one) => tracks.some(({ blocked }) => blocked === one));
  if (!reason) return undefined;
  const concerned = tracks.filter(({ blocked }) => blocked === reason);
  const since = Math.min(...concerned.map(({ blockedSince }) => blockedSince ?? 0));
  const isCalm = reason === "key-missing" && now < since + CALM;
  const sentences = new Set(concerned.map(({ source }) => blockWords(reason, source, name, now - since)));
  return { reason, text: [...sentences].join(" "), isCalm, until: isCalm ? since + CALM : undefined };
}

/** A tile in words, for those who cannot see it: who, and what of them matters. Whether they speak is left out: it changes too often to be read. */
export function tileLabel(participant: Participant, screen: boolean): string {
  const { name, isLocal } = participant;
  if (screen) return isLocal ? msg("Your screen") : msg(str`Screen of ${name}`);
  const facts = [isLocal ? msg(str`${name} (you)`) : name];
  if (participant.presence === "waiting") facts.push(msg("connecting"));
  if (participant.deafened) facts.push(msg("hears nobody"));
  else if (participant.muted) facts.push(msg("muted"));
  if (participant.locallyMuted) facts.push(msg("muted by you"));
  if (participant.handRaisedAt !== undefined) facts.push(msg("hand raised"));
  const quality = qualityWords(participant);
  if (quality) facts.push(quality);
  return facts.join(", ");
}

/** Empty where the connection is nothing to speak of. */
export function qualityWords({ quality, presence }: Pick<Participant, "quality" | "presence">): string {
  if (presence === "waiting") return "";
  if (quality === "lost") return msg("connection lost");
  return quality === "poor" ? msg("poor connection") : "";
}

const GRAVEST_FIRST: readonly BlockReason[] = ["not-encrypted", "key-refused", "key-wrong", "not-allowed", "key-missing"];
