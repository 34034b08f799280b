import { ConnectionQuality, Track, type RemoteParticipant, type RemoteTrack, type RemoteTrackPublication } from "livekit-client";

import { blockOf, mayReceive, type KeyStanding } from "./admission.js";
import type { Hearing } from "./call-choices.js";
import type { Participant, ParticipantTrack, TrackSource } from "./calls-state.js";
import type { Sound } from "./playback.js";
import type { CallMember } from "./room-call-state.js";

/** What this device shows of itself. */
export interface OwnMedia {
  readonly muted: boolean;
  readonly deafened: boolean;
  readonly speaking: boolean;
  readonly quality: ConnectionQuality;
  readonly connected: boolean;
  readonly tracks: readonly ParticipantTrack[];
}

export interface Scene {
  readonly encrypted: boolean;
  readonly members: readonly CallMember[];
  /** Who is connected to the SFU of that address, by identity. */
  readonly connected: (serviceUrl: string) => ReadonlyMap<string, RemoteParticipant> | undefined;
  /** The SFU of that address is another one than the own, and cannot be reached now. */
  readonly lost: (serviceUrl: string) => boolean;
  readonly keys: (identity: string) => KeyStanding;
  readonly hearing: (userId: string) => Hearing;
  readonly own: OwnMedia;
}

export interface Seen {
  readonly participants: readonly Participant[];
  readonly sounds: readonly Sound[];
  /** Pictures that may be shown, by the id of their track. */
  readonly pictures: ReadonlyMap<string, RemoteTrack>;
}

const SOURCES: Partial<Record<Track.Source, { readonly source: TrackSource; readonly kind: Track.Kind; readonly place: number }>> = {
  [Track.Source.Microphone]: { source: "microphone", kind: Track.Kind.Audio, place: 0 },
  [Track.Source.Camera]: { source: "camera", kind: Track.Kind.Video, place: 1 },
  [Track.Source.ScreenShare]: { source: "screen", kind: Track.Kind.Video, place: 2 },
  [Track.Source.ScreenShareAudio]: { source: "screen-audio", kind: Track.Kind.Audio, place: 3 },
};

/** Puts together who is in the call: the memberships of the room, and what the SFUs have of them. What has not changed is the same object as before. */
export class Participants {
  #last: readonly Participant[] = Object.freeze([]);
  /** Since when the key of a track has been missing. */
  readonly #missingSince = new Map<string, number>();

  see(scene: Scene): Seen {
    const sounds: Sound[] = [];
    const pictures = new Map<string, RemoteTrack>();
    const former = new Map(this.#last.map((participant) => [participant.id, participant]));
    const members = [...scene.members].sort((a, b) => Number(b.isThisDevice) - Number(a.isThisDevice));
    const missing = new Set<string>();
    const next = members.map((member) => {
      const remote = member.isThisDevice ? undefined : scene.connected(member.serviceUrl)?.get(member.identity);
      const hearing = scene.hearing(member.userId);
      const tracks = remote ? this.#tracks(scene, member, remote, hearing, { sounds, pictures, missing }) : [];
      const seen = member.isThisDevice
        ? own(member, scene.own, hearing)
        : other(member, { remote, isLost: scene.lost(member.serviceUrl) }, tracks, hearing);
      return sameAs(former.get(member.id), seen);
    });
    for (const id of this.#missingSince.keys()) if (!missing.has(id)) this.#missingSince.delete(id);
    const unchanged = next.length === this.#last.length && next.every((participant, index) => participant === this.#last[index]);
    if (!unchanged) this.#last = Object.freeze(next);
    return { participants: this.#last, sounds, pictures };
  }

  #tracks(
    scene: Scene,
    member: CallMember,
    remote: RemoteParticipant,
    hearing: Hearing,
    out: { readonly sounds: Sound[]; readonly pictures: Map<string, RemoteTrack>; readonly missing: Set<string> },
  ): ParticipantTrack[] {
    const keys = scene.keys(member.identity);
    const used = new Set<string>();
    return knownTracks(remote).map(({ publication, source }) => {
      const plain = `${member.id}|${source}`;
      const id = source === "screen" || source === "screen-audio" || used.has(plain) ? `${plain}|${publication.trackSid}` : plain;
      used.add(id);
      const blocked = blockOf(scene.encrypted, { declaredEncrypted: publication.isEncrypted, member }, keys);
      if (blocked === "key-missing") {
        out.missing.add(id);
        if (!this.#missingSince.has(id)) this.#missingSince.set(id, Date.now());
      }
      const { track } = publication;
      if (!blocked && track && publication.isSubscribed) {
        if (publication.kind === Track.Kind.Video) out.pictures.set(id, track);
        else out.sounds.push({ id, track: track.mediaStreamTrack, hearing });
      }
      const { width, height } = (publication.kind === Track.Kind.Video && publication.dimensions) || {};
      return {
        id,
        source,
        muted: publication.isMuted,
        ...(blocked && { blocked }),
        ...(blocked === "key-missing" && { blockedSince: this.#missingSince.get(id)! }),
        ...(width && height && { width, height }),
      };
    });
  }
}

/** Asks each SFU for exactly the tracks that may be received; called after every change, since what the SFU says of a track can change. */
export function subscribeTo(
  encrypted: boolean,
  remotes: Iterable<RemoteParticipant>,
  memberOf: (identity: string) => CallMember | undefined,
): void {
  for (const remote of remotes) {
    const member = memberOf(remote.identity);
    const known = new Set(knownTracks(remote).map(({ publication }) => publication));
    for (const publication of remote.trackPublications.values()) {
      const wanted = known.has(publication) && mayReceive(encrypted, { declaredEncrypted: publication.isEncrypted, member });
      if (publication.isDesired !== wanted) publication.setSubscribed(wanted);
    }
  }
}

/** Tracks that say what they are, in the order in which they are shown. */
function knownTracks(remote: RemoteParticipant): { readonly publication: RemoteTrackPublication; readonly source: TrackSource }[] {
  return [...remote.trackPublications.values()]
    .flatMap((publication) => {
      const known = SOURCES[publication.source];
      return known && known.kind === publication.kind ? [{ publication, source: known.source, place: known.place }] : [];
    })
    .sort((a, b) => a.place - b.place);
}

function own(member: CallMember, media: OwnMedia, hearing: Hearing): Participant {
  return {
    ...person(member, hearing),
    presence: media.connected ? "connected" : "waiting",
    muted: media.muted,
    deafened: media.deafened,
    speaking: media.speaking && !media.muted,
    quality: media.quality,
    tracks: media.tracks,
  };
}

function other(
  member: CallMember,
  { remote, isLost }: { readonly remote?: RemoteParticipant; readonly isLost: boolean },
  tracks: readonly ParticipantTrack[],
  hearing: Hearing,
): Participant {
  const microphone = tracks.find(({ source }) => source === "microphone");
  const muted = remote ? (microphone?.muted ?? true) : (member.muted ?? true);
  return {
    ...person(member, hearing),
    presence: remote ? "connected" : isLost ? "unreachable" : "waiting",
    muted,
    deafened: member.deafened ?? false,
    speaking: !muted && microphone?.blocked === undefined && (remote?.isSpeaking ?? false),
    quality: isLost ? ConnectionQuality.Lost : (remote?.connectionQuality ?? ConnectionQuality.Unknown),
    tracks,
  };
}

function person(member: CallMember, hearing: Hearing) {
  const { id, userId, deviceId, name, avatar, isThisDevice, handRaisedAt, maySpeak } = member;
  return {
    id,
    userId,
    deviceId,
    name,
    ...(avatar !== undefined && { avatar }),
    isLocal: isThisDevice,
    ...(handRaisedAt !== undefined && { handRaisedAt }),
    volume: hearing.volume,
    locallyMuted: hearing.muted,
    maySpeak,
  };
}

/** The former object if it says the same, so that whoever compares sees that nothing has changed. */
function sameAs(former: Participant | undefined, now: Participant): Participant {
  if (!former) return Object.freeze(now);
  const tracks =
    former.tracks.length === now.tracks.length && now.tracks.every((track, index) => isSame(former.tracks[index]!, track))
      ? former.tracks
      : now.tracks;
  const next = { ...now, tracks };
  return isSame(former, next) ? former : Object.freeze(next);
}

function isSame<T extends object>(a: T, b: T): boolean {
  const keys = Object.keys(a) as (keyof T)[];
  return keys.length === Object.keys(b).length && keys.every((key) => Object.is(a[key], b[key]));
}
