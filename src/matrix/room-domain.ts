import type { MatrixClient, MatrixEvent, Room as SdkRoom } from "matrix-js-sdk/lib/matrix.js";

import type { Security, UndecryptableReason } from "../internal/event-security.js";
import type { Identities } from "./identities.js";
import type { Media } from "./media.js";
import type { RoomIdentities } from "./room-identities-state.js";
import type { Room } from "./room-state.js";
import type { Rooms } from "./rooms-state.js";
import type { Timeline } from "./timeline-state.js";
import type { Typing } from "./typing.js";
import type { Resolution } from "./room-opener.js";
import type { User } from "./user-state.js";
import type { Vault } from "./vault.js";
import type { VoiceChannels } from "./voice-channels-state.js";

/** What rooms need to know of encryption; `session/` wires it to `crypto/`. */
export interface RoomCrypto {
  /** Whether the room is or ever was encrypted for this device (sticky; not what the server's state says now). */
  isEncrypted(roomId: string): Promise<boolean>;
  /** Counts a room as encrypted from now on: one that this device creates or switches over, before the server's sync says so. */
  remember(roomId: string): Promise<void>;
  /** This device has switched the encryption on only now: that the server does not tell of it yet means nothing. */
  isFresh(roomId: string): boolean;
  /** Turns an event into ciphertext for the people in its room, whatever the room's state says now. Rejects rather than leave it in clear. */
  encrypt(event: MatrixEvent, room: SdkRoom): Promise<void>;
  /** What is to be said against a decrypted event; `undefined` when all is well. */
  security(event: MatrixEvent): Promise<Security | undefined>;
  /** Why an event could not be decrypted; `undefined` if it could, or has not been tried. */
  undecryptable(event: MatrixEvent): UndecryptableReason | undefined;
  /** Asks the key backup for the event's key, where there is one, and decrypts again; also for an event refused for its sender's trust, after that changed. */
  requestKey(event: MatrixEvent): Promise<void>;
  /** Calls back when trust changed (identities, devices), so that `security` may answer differently. */
  onTrustChange(listener: () => void, signal: AbortSignal): void;
}

export interface RoomDomainOptions {
  readonly client: MatrixClient;
  readonly crypto: RoomCrypto;
  /** Loads what tells of people's identities when it is first needed. */
  readonly loadIdentities: () => Promise<Identities>;
  /** Keeps unsent messages. */
  readonly vault: Vault;
}

/** Disposable domain objects over one live client. The caller disposes each one it opened. */
export interface RoomDomain {
  room(reference: string): Room & Disposable;
  timeline(reference: string): Timeline & Disposable;
  typing(reference: string): Typing & Disposable;
  identities(reference: string): RoomIdentities & Disposable;
  user(userId: string): User & Disposable;
  voiceChannels(space: string): VoiceChannels & Disposable;
  readonly rooms: Rooms;
  readonly media: Media;
  /** Which room a reference means; the same object for the same reference. */
  lookUp(reference: string): Resolution;
  /** Sends an event that is no message, encrypted as its room is, and resolves with its id. Rejects with a MeloError. */
  send(roomId: string, type: string, content: Readonly<Record<string, unknown>>): Promise<string>;
  /** Resumes what was left unsent by this tab before, or by another. Call once, after the first sync. */
  resumeSending(): Promise<void>;
  /** Tries now what waits for another attempt: something that kept messages back has changed. */
  hurrySending(): void;
  dispose(): void;
}
