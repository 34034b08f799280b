import { msg, str } from "@lit/localize";
import type { IconNode } from "lucide";

import type { CallState, Participant, ParticipantTrack } from "../media/calls-state.js";
import { blockWords, CALM, callErrorWords, deviceWords, intruderWords, listenOnlyWords, statusWords } from "./call-words.js";
import { CircleAlert, KeyRound, LoaderCircle, MicOff, ShieldAlert, VideoOff, VolumeX, WifiOff } from "./icons.js";

/** A sentence about the call of this page. */
export interface CallNote {
  /** Tells notes apart. */
  readonly id: string;
  readonly icon: IconNode;
  readonly text: string;
  readonly level?: "care" | "bad";
  readonly action?: { readonly label: string; readonly effect: "join" | "leave" | "audio" | "microphone" | "camera" };
}

/** At most so many people are named before the rest is a number. */
const NAMED = 3;

/** What is to be said about a call, the most important first; nothing while all is well. `withheld`: the ids of members whose devices get no key from here. */
export function callNotes(call: CallState, withheld: readonly string[], now: number): readonly CallNote[] {
  if (call.status === "failed") return [failure(call)];
  const notes: CallNote[] = [];
  if (call.status === "reconnecting") notes.push({ id: "connection", icon: WifiOff, text: statusWords(call), level: "care" });
  if (call.status === "joining" || call.status === "leaving") notes.push({ id: "connection", icon: LoaderCircle, text: statusWords(call) });
  if (call.audioBlocked) {
    const action = { label: msg("Play the sound"), effect: "audio" } as const;
    notes.push({ id: "audio", icon: VolumeX, text: msg("The browser plays no sound before you click."), level: "care", action });
  }
  if (call.intruders > 0) notes.push({ id: "intruders", icon: ShieldAlert, text: intruderWords(call), level: "bad" });
  notes.push(...devices(call), ...unreachable(call), ...blocked(call, now), ...deafTo(call, withheld));
  if (!call.canSpeak) notes.push({ id: "listen", icon: MicOff, text: listenOnlyWords() });
  return notes;
}

/** When the next of these sentences changes by itself, in ms since 1970. */
export function nextChange(call: CallState | undefined): number | undefined {
  const tracks = call?.participants.flatMap((participant) => participant.tracks) ?? [];
  const times = tracks.flatMap(({ blocked: reason, blockedSince }) =>
    reason === "key-missing" && blockedSince ? [blockedSince + CALM] : [],
  );
  const coming = times.filter((time) => time > Date.now());
  return coming.length > 0 ? Math.min(...coming) : undefined;
}

function failure({ error }: CallState): CallNote {
  const words = error && callErrorWords(error);
  const text = words ? [words.text, words.how].filter(Boolean).join(" ") : msg("The call ended.");
  const action = words?.again
    ? ({ label: msg("Join again"), effect: "join" } as const)
    : ({ label: msg("Close"), effect: "leave" } as const);
  return { id: "failed", icon: CircleAlert, text, level: "bad", action };
}

function devices({ microphone, camera }: CallState): CallNote[] {
  return (["microphone", "camera"] as const).flatMap((kind) => {
    const words = deviceWords(kind, kind === "microphone" ? microphone.status : camera.status);
    if (!words) return [];
    const text = [words.text, words.how].filter(Boolean).join(" ");
    const action = words.again ? ({ label: msg("Try again"), effect: kind } as const) : undefined;
    return [{ id: kind, icon: kind === "microphone" ? MicOff : VideoOff, text, level: "care" as const, action }];
  });
}

/** One sentence for each person and reason: sound and picture of somebody wait for the same key. */
function blocked({ participants }: CallState, now: number): CallNote[] {
  const notes = new Map<string, CallNote>();
  for (const participant of participants) {
    for (const track of participant.tracks) {
      const note = track.blocked && blockNote(participant, track, now);
      if (note && !notes.has(note.id)) notes.set(note.id, note);
    }
  }
  return [...notes.values()];
}

function blockNote({ id, name }: Participant, { source, blocked: reason, blockedSince }: ParticipantTrack, now: number): CallNote {
  const waited = blockedSince === undefined ? 0 : now - blockedSince;
  const text = blockWords(reason!, source, name, waited);
  if (reason === "key-missing") return { id: `${id} key`, icon: KeyRound, text, level: waited < CALM ? undefined : "care" };
  return { id: `${id} ${reason} ${reason === "not-encrypted" ? source : ""}`, icon: ShieldAlert, text, level: "bad" };
}

/** Of those who publish at another media server, and whom nobody hears who does not reach that. */
function unreachable({ participants }: CallState): CallNote[] {
  const names = participants.filter(({ presence }) => presence === "unreachable").map(({ name }) => name);
  if (names.length === 0) return [];
  const who = names.slice(0, NAMED).join(", ");
  const rest = names.length - NAMED;
  const text =
    rest > 0
      ? msg(str`The media servers of ${who} and ${rest} others do not answer. They are heard again as soon as those do.`)
      : msg(str`${who}: the media server on their side does not answer. You hear each other again as soon as it does.`);
  return [{ id: "unreachable", icon: WifiOff, text, level: "care" }];
}

function deafTo({ participants }: CallState, withheld: readonly string[]): CallNote[] {
  const names = [...new Set(participants.filter(({ id }) => withheld.includes(id)).map(({ name }) => name))];
  if (names.length === 0) return [];
  const who = names.slice(0, NAMED).join(", ");
  const rest = names.length - NAMED;
  const text =
    rest > 0
      ? msg(str`${who} and ${rest} others do not hear or see you: nobody has vouched for their devices.`)
      : msg(str`${who}: does not hear or see you, from a device that its owner has not verified.`);
  return [{ id: "withheld", icon: KeyRound, text }];
}
