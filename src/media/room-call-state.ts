import type { ErrorInfo } from "../internal/errors.js";
import type { Readable } from "../internal/readable.js";

/** One device in the call of a room, as Matrix tells it: known without joining, and without LiveKit. */
export interface CallMember {
  /** Names the membership for as long as it lasts; the same for everybody. */
  readonly id: string;
  /** Who this is at the SFU (`rtcBackendIdentity`): `@user:server:DEVICE`, or a hash in sticky mode (MSC4143, MSC4195). */
  readonly identity: string;
  /** `livekit_service_url` of the SFU that this member publishes at. */
  readonly serviceUrl: string;
  readonly userId: string;
  readonly deviceId: string;
  /** Hostile text. */
  readonly name: string;
  /** An `mxc:` URI that passed the strict grammar. */
  readonly avatar?: string;
  /** Of this account, on this device or another one. */
  readonly isOwn: boolean;
  readonly isThisDevice: boolean;
  /** In ms since 1970. */
  readonly joinedAt: number;
  /** What the member says of itself in the membership's application data; `undefined`: it says nothing (other clients do not). */
  readonly muted?: boolean;
  readonly deafened?: boolean;
  readonly camera?: boolean;
  readonly sharing?: boolean;
  /** When the hand was raised, in ms since 1970. */
  readonly handRaisedAt?: number;
  /** The room's power levels let this member be heard and seen ({@link SPEAK_EVENT}). What others publish is never played. */
  readonly maySpeak: boolean;
  /** The event of the membership: what reactions refer to. */
  readonly eventId?: string;
}

/** Its entry in `events` of the power levels says who may be heard and seen in the room's calls. Default: everybody who may join. */
export const SPEAK_EVENT = "io.melo.call.speak";

/** An emoji that somebody in the call sent just now (`io.element.call.reaction`). */
export interface CallReaction {
  readonly id: string;
  readonly memberId: string;
  readonly emoji: string;
  /** In ms since 1970; shown for a few seconds. */
  readonly at: number;
}

/** Why this account may not go in, or that it may. */
export type JoinPermission =
  | "allowed"
  /** Not a member of the room. */
  | "not-joined"
  /** The power levels forbid the membership event. */
  | "no-permission"
  /** The homeserver names no LiveKit service, and none is configured. */
  | "no-service";

/** What of this device's own membership is known. */
export type OwnMembership =
  | "none"
  | "joining"
  | "joined"
  | /** The homeserver may think that this device has gone. */ "reconnecting"
  | "leaving";

export interface RoomCallState {
  readonly status: "loading" | "ready" | "failed";
  readonly roomId?: string;
  /** Hostile text. */
  readonly name: string;
  /** The room's type is `org.matrix.msc3417.call`. */
  readonly isVoiceChannel: boolean;
  readonly encrypted: boolean;
  /** Who is inside, the first to come first; without expired and departed ones. */
  readonly members: readonly CallMember[];
  /** Memberships exist that this device cannot read yet (sticky mode, encrypted): "keys missing", not "nobody here". */
  readonly unreadable: boolean;
  readonly reactions: readonly CallReaction[];
  readonly intent?: "audio" | "video";
  readonly canJoin: JoinPermission;
  readonly canSpeak: boolean;
  /** May remove others from the room. */
  readonly canRemove: boolean;
  readonly own: OwnMembership;
  readonly error?: ErrorInfo;
}

export const INITIAL_ROOM_CALL: RoomCallState = Object.freeze({
  status: "loading",
  name: "",
  isVoiceChannel: false,
  encrypted: false,
  members: Object.freeze([]),
  unreadable: false,
  reactions: Object.freeze([]),
  canJoin: "not-joined",
  canSpeak: false,
  canRemove: false,
  own: "none",
});

/** What this device tells of itself to those who are not in the call. */
export interface OwnCallData {
  readonly muted: boolean;
  readonly deafened: boolean;
  readonly camera: boolean;
  readonly sharing: boolean;
}

export interface MembershipOptions {
  readonly intent: "audio" | "video";
  readonly data: OwnCallData;
  /** Tells the others of the room that a call began: `ring` rings, `notification` does not. Default: neither. Only the first to come tells. */
  readonly notify?: "ring" | "notification";
  /** A Web Lock that the tab of the call holds: when it is free, the tab has gone, and the membership is withdrawn. */
  readonly tabLock?: string;
}

/** What a LiveKit service gives for a room: where to connect and with what. The token is a secret: never log or keep it. */
export interface SfuAccess {
  /** `wss:` or `ws:` address of the SFU. */
  readonly url: string;
  readonly token: string;
}

/**
 * The call of one room, as the homeserver knows it: who is in it, and this device's own membership. It runs where the client runs; the media run in the tab that joined
 * ({@link Calls}). MSC4143 (MatrixRTC), MSC3401 (the state event), MSC4140 (delayed leave).
 */
export interface RoomCall extends Readable<RoomCallState> {
  /** Publishes this device's membership. Resolves when the homeserver has it. Rejects `forbidden`, `call-service-missing` or a homeserver error. */
  join(options: MembershipOptions): Promise<void>;
  /** Withdraws it. */
  leave(): Promise<void>;
  /** Tells what has changed; many changes in a short time are one. */
  tell(data: OwnCallData): Promise<void>;
  /** Access to the SFU behind a `livekit_service_url`: of this account's own service if none is named. A new one at each call. Rejects `call-service-*`. */
  access(serviceUrl?: string): Promise<SfuAccess>;
  raiseHand(raised: boolean): Promise<void>;
  /** One emoji. */
  react(emoji: string): Promise<void>;
  /** Removes somebody from the room, and so from the call. Rejects `forbidden`. */
  remove(userId: string, reason?: string): Promise<void>;
}
