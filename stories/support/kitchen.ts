import type { Sender } from "../../src/matrix/timeline-item.js";
import type { CallState, Participant, ParticipantTrack } from "../../src/media/calls-state.js";
import type { CallMember } from "../../src/media/room-call-state.js";
import { AFTERNOON, alice, bob, carol, dan } from "./garden.js";

/** The voice channel of most stories. */
export const KITCHEN = "#kitchen:example.org";
export const KITCHEN_ID = "!kitchen:example.org";

/** Somebody in the call of a room, as Matrix tells it; `minutes` after 16:00. */
export function member(person: Sender, minutes: number, extra: Partial<CallMember> = {}): CallMember {
  const { userId, name, avatar } = person;
  const deviceId = `${name.split(" ")[0]!.toUpperCase()}1`;
  return {
    id: `${userId}:${deviceId}`,
    identity: `${userId}:${deviceId}`,
    serviceUrl: "https://calls.example.org",
    userId,
    deviceId,
    name,
    avatar,
    isOwn: userId === alice.userId,
    isThisDevice: false,
    joinedAt: AFTERNOON + minutes * 60_000,
    maySpeak: true,
    ...extra,
  };
}

/** Somebody in the call of this page: connected, with an open microphone. */
export function participant(person: Sender, extra: Partial<Participant> = {}): Participant {
  const { id, userId, deviceId, name, avatar } = member(person, 0);
  return {
    id,
    userId,
    deviceId,
    name,
    avatar,
    isLocal: userId === alice.userId,
    presence: "connected",
    muted: false,
    deafened: false,
    speaking: false,
    quality: "excellent",
    tracks: extra.muted ? [] : [track(id, "microphone")],
    volume: 1,
    locallyMuted: false,
    maySpeak: true,
    ...extra,
  };
}

export function track(participantId: string, source: ParticipantTrack["source"], extra: Partial<ParticipantTrack> = {}): ParticipantTrack {
  return { id: `${participantId}/${source}`, source, muted: false, ...extra };
}

/** A call of this page: Alice's, connected, in the kitchen. */
export function call(extra: Partial<CallState> = {}): CallState {
  return {
    status: "connected",
    roomId: KITCHEN_ID,
    room: KITCHEN,
    name: "Kitchen table",
    isVoiceChannel: true,
    encrypted: true,
    joinedAt: AFTERNOON,
    participants: [participant(alice), ...guests],
    reactions: [],
    intruders: 0,
    microphone: { status: "on" },
    camera: { status: "off" },
    screens: [],
    deafened: false,
    pushToTalk: false,
    audioBlocked: false,
    canSpeak: true,
    canRemove: false,
    ...extra,
  };
}

/** Bob speaks, Dan is muted, Carol is deaf and shows her screen. */
export const guests: readonly Participant[] = [
  participant(bob, { speaking: true }),
  participant(dan, { muted: true }),
  participant(carol, {
    muted: true,
    deafened: true,
    tracks: [track("@carol:example.org:CAROL1", "screen", { width: 1920, height: 1080 })],
  }),
];

/** The same people, for somebody who is not in the call. */
export const members: readonly CallMember[] = [
  member(bob, 0),
  member(dan, 2, { muted: true }),
  member(carol, 5, { muted: true, deafened: true, sharing: true }),
];

export const microphones = [
  { id: "default", label: "Default" },
  { id: "built-in", label: "Built-in microphone" },
  { id: "headset", label: "Headset with a rather long name (046d:0ab7)" },
] as const;
export const cameras = [{ id: "front", label: "Front camera" }] as const;
export const speakers = [
  { id: "default", label: "Default" },
  { id: "headphones", label: "Headphones" },
] as const;
