import type { ErrorInfo } from "../internal/errors.js";
import type { Readable } from "../internal/readable.js";
import type { CallTest } from "./call-test-state.js";

/** What a track is a track of. */
export type TrackSource = "microphone" | "camera" | "screen" | "screen-audio";

/** Why a track that the SFU offers is neither played nor shown. Strict: there is no setting that lets it through. */
export type BlockReason =
  /** In an encrypted room, and not encrypted. */
  | "not-encrypted"
  /** No key of its sender has come yet. Calm for a few seconds. */
  | "key-missing"
  /** It cannot be opened with the sender's key. */
  | "key-wrong"
  /** Keys came, and were refused: see {@link KeyRefusal}. */
  | "key-refused"
  /** The room does not let the sender speak. */
  | "not-allowed";

export interface ParticipantTrack {
  /** Names the track in {@link Calls.attach}. */
  readonly id: string;
  readonly source: TrackSource;
  readonly muted: boolean;
  /** Set: not played, not shown. */
  readonly blocked?: BlockReason;
  /** When `key-missing` began, in ms since 1970: explained after a few seconds. */
  readonly blockedSince?: number;
  /** Of the picture, in pixels, once known. */
  readonly width?: number;
  readonly height?: number;
}

/** Somebody in the call as one sees and hears them: a Matrix membership together with what the SFU has of it. */
export interface Participant {
  /** {@link CallMember.id}. */
  readonly id: string;
  readonly userId: string;
  readonly deviceId: string;
  /** Hostile text. */
  readonly name: string;
  readonly avatar?: string;
  /** This device. */
  readonly isLocal: boolean;
  /** `waiting`: a member of the call that the SFU does not have (yet, or any more); `unreachable`: publishes at another SFU than this device, which does not answer. */
  readonly presence: "waiting" | "connected" | "unreachable";
  readonly muted: boolean;
  readonly deafened: boolean;
  readonly speaking: boolean;
  readonly quality: "unknown" | "lost" | "poor" | "good" | "excellent";
  /** Microphone, camera, and each screen that is shared. */
  readonly tracks: readonly ParticipantTrack[];
  readonly handRaisedAt?: number;
  /** 0 to 2; 1 is as it comes. Remembered by person. */
  readonly volume: number;
  /** Muted by this visitor, for this visitor. Remembered by person. */
  readonly locallyMuted: boolean;
  readonly maySpeak: boolean;
}

export type CallStatus =
  /** Loading code, getting access, connecting. */
  | "joining"
  | "connected"
  /** Comes back by itself. */
  | "reconnecting"
  | "leaving"
  /** Ended by a fault; `error` says why. Action: `join` again. */
  | "failed";

export interface CallState {
  readonly status: CallStatus;
  readonly roomId: string;
  /** The reference it was joined by. */
  readonly room: string;
  /** Hostile text. */
  readonly name: string;
  readonly isVoiceChannel: boolean;
  /** The room is encrypted, so everything in the call is. */
  readonly encrypted: boolean;
  /** What `joining` waits for. */
  readonly step?: "code" | "access" | "membership" | "keys" | "connection";
  /** In ms since 1970. */
  readonly joinedAt?: number;
  /** This device first, then as they came. */
  readonly participants: readonly Participant[];
  readonly reactions: readonly { readonly id: string; readonly participantId: string; readonly emoji: string; readonly at: number }[];
  /** Somebody at the SFU without a membership in the room: never heard, never seen, and told. */
  readonly intruders: number;
  readonly microphone: LocalSource;
  readonly camera: LocalSource;
  readonly screens: readonly { readonly id: string; readonly hint: "text" | "motion"; readonly audio: boolean }[];
  readonly deafened: boolean;
  /** Own sound comes only while the key or button is held. */
  readonly pushToTalk: boolean;
  /** The browser plays nothing before the visitor clicks ({@link Calls.startAudio}). */
  readonly audioBlocked: boolean;
  readonly canSpeak: boolean;
  readonly canRemove: boolean;
  readonly error?: ErrorInfo;
}

/** The own microphone or camera. */
export interface LocalSource {
  readonly status:
    | "off"
    | "starting"
    | "on"
    /** The browser, or the visitor, said no. */
    | "denied"
    /** There is none. */
    | "missing"
    /** Another program has it. */
    | "busy"
    | "failed";
  /** Of the microphone, where {@link CallSettings.noiseFilter} is set: `failed` is heard without it. */
  readonly noiseFilter?: "starting" | "on" | "failed";
}

/** A call that somebody began and that rings, or rang, here. */
export interface IncomingCall {
  /** The event of the notification. */
  readonly id: string;
  readonly roomId: string;
  /** Hostile text, both. */
  readonly roomName: string;
  readonly callerName: string;
  readonly callerId: string;
  readonly callerAvatar?: string;
  readonly intent: "audio" | "video";
  /** `missed` stays until dismissed. */
  readonly status: "ringing" | "missed";
  /** In ms since 1970. */
  readonly at: number;
}

export interface MediaDevice {
  readonly id: string;
  /** Empty before the permission is given. */
  readonly label: string;
}

export interface DevicesState {
  readonly microphones: readonly MediaDevice[];
  readonly cameras: readonly MediaDevice[];
  /** Empty where the browser cannot choose. */
  readonly speakers: readonly MediaDevice[];
  /** Chosen ones; `"default"` follows the system. */
  readonly microphone: string;
  readonly camera: string;
  readonly speaker: string;
}

/** Kept in this browser, for this site. */
export interface CallSettings {
  readonly echoCancellation: boolean;
  readonly noiseSuppression: boolean;
  /** A stronger filter than the browser's, in place of it: lets voices through and little else. Loaded when it is first switched on. */
  readonly noiseFilter: boolean;
  readonly autoGainControl: boolean;
  readonly pushToTalk: boolean;
  /** Below this level (0 to 1) nothing is sent; 0: everything is. */
  readonly voiceActivity: number;
  readonly sounds: boolean;
  /** Own picture as in a mirror, here only. */
  readonly mirror: boolean;
}

export interface CallsState {
  /** The call of this page. At most one. */
  readonly call?: CallState;
  /** The account is in this call in another tab of the site. */
  readonly elsewhere?: { readonly roomId: string };
  readonly incoming: readonly IncomingCall[];
  readonly devices: DevicesState;
  readonly settings: CallSettings;
  /** Picture and level before joining, while somebody looks at it ({@link Calls.openPreview}). */
  readonly preview?: { readonly camera: LocalSource; readonly microphone: LocalSource; readonly cameraTrack?: string };
}

export const INITIAL_CALLS: CallsState = Object.freeze({
  incoming: Object.freeze([]),
  devices: Object.freeze({
    microphones: Object.freeze([]),
    cameras: Object.freeze([]),
    speakers: Object.freeze([]),
    microphone: "default",
    camera: "default",
    speaker: "default",
  }),
  settings: Object.freeze({
    echoCancellation: true,
    noiseSuppression: true,
    noiseFilter: false,
    autoGainControl: true,
    pushToTalk: false,
    voiceActivity: 0,
    sounds: true,
    mirror: true,
  }),
});

export interface JoinOptions {
  /** Default true, where the room lets this account speak. */
  readonly microphone?: boolean;
  /** Default false. */
  readonly camera?: boolean;
  /** Rings for the others of a direct chat, when nobody is in it yet. Default: only in direct chats. */
  readonly ring?: boolean;
}

export interface ScreenShareOptions {
  /** With the sound of what is shared, where the browser gives it. Default true. */
  readonly audio?: boolean;
  /** What matters: sharp letters, or smooth pictures. Default `text`. */
  readonly hint?: "text" | "motion";
}

export type DeviceKind = "microphone" | "camera" | "speaker";

/**
 * The calls of this page: one at a time, and all that belongs to it. The code is loaded when a call is joined, previewed, or devices are asked for. Not shared with other tabs, since
 * sound and pictures live in the page that plays them; the membership is ({@link RoomCall}).
 */
export interface Calls extends Readable<CallsState> {
  /** Tries out whether calls work from here, without one. */
  readonly test: CallTest;
  /** Joins the call of a room, by id or alias; leaves the one before. Resolves when connected. Rejects with a MeloError, which `call.error` shows too. */
  join(room: string, options?: JoinOptions): Promise<void>;
  leave(): Promise<void>;
  /** Rejects `microphone-denied`, `microphone-missing`, `microphone-busy` or `forbidden`; `call.microphone` shows it too. */
  setMicrophone(on: boolean): Promise<void>;
  setCamera(on: boolean): Promise<void>;
  /** Hears nobody, and is heard by nobody. Undone, the microphone is what it was. */
  setDeafened(on: boolean): Promise<void>;
  /** While push-to-talk is on: whether the key is held. */
  setTalking(talking: boolean): Promise<void>;
  /** Asks the browser for a screen, a window or a tab, and shows it to all; again for a second one. Resolves with its id, or `undefined` if the visitor thought better of it. */
  startScreenShare(options?: ScreenShareOptions): Promise<string | undefined>;
  /** Stops one share, or all. */
  stopScreenShare(id?: string): Promise<void>;
  setScreenShareHint(id: string, hint: "text" | "motion"): Promise<void>;
  /** For one person, 0 to 2. */
  setVolume(userId: string, volume: number): Promise<void>;
  setLocallyMuted(userId: string, muted: boolean): Promise<void>;
  raiseHand(raised: boolean): Promise<void>;
  react(emoji: string): Promise<void>;
  /** Removes somebody from the room, and so from the call. */
  remove(userId: string, reason?: string): Promise<void>;
  selectDevice(kind: DeviceKind, id: string): Promise<void>;
  /** Looks which devices there are. With `ask`, the browser asks for permission, and the names become known. */
  refreshDevices(ask?: boolean): Promise<void>;
  configure(change: Partial<CallSettings>): Promise<void>;
  /** Lets the browser play; call it from a click. */
  startAudio(): Promise<void>;
  openPreview(options: { readonly microphone: boolean; readonly camera: boolean }): Promise<void>;
  closePreview(): Promise<void>;
  /** Plays a short sound on the chosen speaker. */
  testSpeaker(): Promise<void>;
  /** Joins the call that rings. */
  accept(id: string, options?: JoinOptions): Promise<void>;
  decline(id: string): Promise<void>;
  dismiss(id: string): Promise<void>;
  /**
   * Shows a track (of a participant, or of the preview) in a video element, for as long as the returned function is not called. Blocked tracks show nothing. How large the element is on
   * the screen decides what quality is asked for. Sound needs no element: it is played by itself.
   */
  attach(trackId: string, element: HTMLVideoElement): () => void;
  /** Calls `listener` with the level of somebody's sound, 0 to 1, some times a second; `"preview"` and this device's id give the own microphone. */
  watchLevel(participantId: string, listener: (level: number) => void): () => void;
}
