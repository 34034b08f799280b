import { msg } from "@lit/localize";
import type { IconNode } from "lucide";

import type { ErrorInfo } from "../internal/errors.js";
import type { RoomState } from "../matrix/room-state.js";
import type { CallState } from "../media/calls-state.js";
import type { RoomCallState } from "../media/room-call-state.js";
import { callErrorWords, elsewhereWords, joinWords, listenOnlyWords, statusWords, unreadableWords } from "./call-words.js";
import { CircleAlert, KeyRound, LoaderCircle, Lock, MicOff, MonitorSmartphone, WifiOff } from "./icons.js";
import { roomGate } from "./room-gate.js";
import { errorWords } from "./session-words.js";

/** A sentence below the people of a voice channel. */
export interface VoiceChannelNote {
  /** Without one it is no more than a quiet remark. */
  readonly icon?: IconNode;
  readonly text: string;
  readonly level?: "care" | "bad";
  /** A button that joins. */
  readonly action?: string;
}

/** All that the card of a voice channel knows. */
export interface VoiceChannelFacts {
  readonly room: string;
  readonly isSignedIn: boolean;
  /** `undefined` before there is a session. */
  readonly inside?: RoomCallState;
  /** The room, where this account is not in it. */
  readonly outside?: RoomState;
  /** The call of this page, if it is the one of this channel. */
  readonly call?: CallState;
  /** The account is in this call in another tab. */
  readonly isElsewhere: boolean;
  /** Of the last attempt to join. */
  readonly error?: ErrorInfo;
}

/** What is to be said, the most important first. At most two sentences, so that the card stays a card. */
export function voiceChannelNotes(facts: VoiceChannelFacts): readonly VoiceChannelNote[] {
  const { isSignedIn, inside, call } = facts;
  if (!facts.room) return [bad(msg('Say which room: <melo-voice-channel room="#name:server">.'))];
  if (!isSignedIn) return [{ icon: Lock, text: msg("Sign in to see who is inside.") }];
  if (!inside || inside.status === "loading") return [{ icon: LoaderCircle, text: msg("Looking who is inside…") }];
  if (inside.status === "failed" && inside.error) return [bad(errorWords(inside.error).text)];
  return [...trouble(facts), ...(call && call.status !== "failed" ? insideNotes(call) : outsideNotes(facts, inside))].slice(0, 2);
}

/** Why the last attempt, or the call, failed. */
function trouble({ call, error }: VoiceChannelFacts): VoiceChannelNote[] {
  const reason = call?.status === "failed" ? call.error : call ? undefined : error;
  if (!reason) return [];
  const { text, how, again } = callErrorWords(reason);
  const label = reason.code === "call-replaced" ? msg("Come back") : msg("Try again");
  return [{ ...bad(how ? `${text} ${how}` : text), action: again ? label : undefined }];
}

function insideNotes(call: CallState): VoiceChannelNote[] {
  if (call.status === "reconnecting") return [{ icon: WifiOff, text: statusWords(call), level: "care" }];
  if (call.status !== "connected") return [{ icon: LoaderCircle, text: statusWords(call) }];
  return call.canSpeak ? [] : [{ icon: MicOff, text: listenOnlyWords() }];
}

function outsideNotes({ outside, isElsewhere, room }: VoiceChannelFacts, inside: RoomCallState): VoiceChannelNote[] {
  if (isElsewhere) return [{ icon: MonitorSmartphone, text: elsewhereWords(), action: msg("Go on here") }];
  if (inside.canJoin === "not-joined") return [notJoined(outside, room)];
  const notes: VoiceChannelNote[] = [];
  if (inside.canJoin !== "allowed") notes.push({ icon: Lock, text: joinWords(inside.canJoin) });
  if (inside.unreadable) notes.push({ icon: KeyRound, text: unreadableWords() });
  else if (inside.members.length === 0 && notes.length === 0) notes.push({ text: msg("Nobody is inside.") });
  if (inside.canJoin === "allowed" && !inside.canSpeak) notes.push({ icon: MicOff, text: listenOnlyWords() });
  return notes;
}

function notJoined(outside: RoomState | undefined, room: string): VoiceChannelNote {
  const gate = outside && outside.status !== "joinable" ? roomGate(outside, room) : undefined;
  return { icon: Lock, text: [gate?.text, gate?.reason].filter(Boolean).join(" ") || gate?.heading || joinWords("not-joined") };
}

function bad(text: string): VoiceChannelNote {
  return { icon: CircleAlert, text, level: "bad" };
}
