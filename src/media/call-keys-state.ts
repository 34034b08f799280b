import type { Readable } from "../internal/readable.js";

/** A media key of one member. A secret: it goes to the tab that runs the call, over a channel of this site, and nowhere else. */
export interface MediaKey {
  /** Who encrypts with it: {@link CallMember.identity}. */
  readonly identity: string;
  /** 0 to 255. */
  readonly index: number;
  /** 16 bytes, or more. */
  readonly key: Uint8Array;
  readonly isOwn: boolean;
}

/** Why a key that came was not taken. */
export type KeyRefusal =
  /** It came in clear text: anybody at a server can have made it. */
  | "not-encrypted"
  /** It came from another device, or another person, than it says. */
  | "sender-mismatch"
  /** It came from a device that its owner has not signed. */
  | "device-unverified"
  /** Something encrypted came that this device cannot open: its sender was rewritten on the way, or it was made for another device. Whether it was a key cannot be known. */
  | "undecryptable"
  | "malformed";

export interface RefusedKey {
  readonly userId: string;
  readonly deviceId?: string;
  readonly reason: KeyRefusal;
  /** In ms since 1970. */
  readonly at: number;
}

export interface CallKeysState {
  /** The newest keys of everybody, this device's own among them, oldest first; at most a few for each. */
  readonly keys: readonly MediaKey[];
  readonly refused: readonly RefusedKey[];
  /** Members whose devices get no key from here, since their owner has not signed them (device policy): they cannot hear this device. By {@link CallMember.id}. */
  readonly withheld: readonly string[];
}

export const INITIAL_CALL_KEYS: CallKeysState = Object.freeze({
  keys: Object.freeze([]),
  refused: Object.freeze([]),
  withheld: Object.freeze([]),
});

/** The media keys of a room's call, as they come. Empty while this device is not in it. */
export type CallKeys = Readable<CallKeysState>;
