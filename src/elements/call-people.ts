import { msg, str } from "@lit/localize";

import type { Participant } from "../media/calls-state.js";
import type { CallMember } from "../media/room-call-state.js";

/** Somebody in a call, as rows show them: from what Matrix tells, or, inside the call, from what is heard and seen. */
export interface CallPerson {
  readonly id: string;
  readonly userId: string;
  /** Hostile text. */
  readonly name: string;
  readonly avatar?: string;
  readonly muted: boolean;
  readonly deafened: boolean;
  readonly camera: boolean;
  readonly sharing: boolean;
  readonly speaking: boolean;
  readonly hand: boolean;
  readonly maySpeak: boolean;
  /** Of this account. */
  readonly isOwn: boolean;
  readonly isThisDevice: boolean;
  /** In the call, as Matrix tells it, and not (yet) to be heard. */
  readonly waiting: boolean;
  /** The media server that they publish at cannot be reached. */
  readonly lost: boolean;
  /** Set while this page is in the call with them. */
  readonly volume?: number;
  readonly locallyMuted?: boolean;
}

/** As one who is outside knows them. */
export function fromMember(member: CallMember): CallPerson {
  const { id, userId, name, avatar, isOwn, isThisDevice, maySpeak } = member;
  return {
    ...{ id, userId, name, avatar, isOwn, isThisDevice, maySpeak },
    muted: member.muted ?? false,
    deafened: member.deafened ?? false,
    camera: member.camera ?? false,
    sharing: member.sharing ?? false,
    hand: member.handRaisedAt !== undefined,
    speaking: false,
    waiting: false,
    lost: false,
  };
}

/** As one who is inside knows them. `own`: the user id of this account. */
export function fromParticipant(participant: Participant, own: string | undefined): CallPerson {
  const { id, userId, name, avatar, muted, deafened, speaking, maySpeak, isLocal, volume, locallyMuted, tracks } = participant;
  const shows = (source: "camera" | "screen"): boolean => tracks.some((track) => track.source === source && !track.muted);
  return {
    ...{ id, userId, name, avatar, muted, deafened, speaking, maySpeak, volume, locallyMuted },
    camera: shows("camera"),
    sharing: shows("screen"),
    hand: participant.handRaisedAt !== undefined,
    isOwn: userId === own,
    isThisDevice: isLocal,
    waiting: participant.presence === "waiting",
    lost: participant.presence === "unreachable",
  };
}

/** "Bob Kaya, Carol and 2 others are here." */
export function peopleSentence(people: readonly { readonly name: string }[]): string {
  const [first, second, ...others] = people.map(({ name }) => name);
  if (!first) return msg("Nobody is here.");
  if (!second) return msg(str`${first} is here.`);
  if (others.length === 0) return msg(str`${first} and ${second} are here.`);
  if (others.length === 1) return msg(str`${first}, ${second} and ${others[0]!} are here.`);
  return msg(str`${first}, ${second} and ${others.length} others are here.`);
}
