import type { Identity } from "../crypto/identity-state.js";
import type { OwnDevices } from "../crypto/own-devices-state.js";
import type { KeyFile } from "../crypto/key-file-state.js";
import type { Recovery } from "../crypto/recovery-state.js";
import type { Verification } from "../crypto/verification-state.js";
import type { Readable } from "../internal/readable.js";
import type { CallKeys } from "../media/call-keys-state.js";
import type { Calls } from "../media/calls-state.js";
import type { RoomCall } from "../media/room-call-state.js";
import type { Drafts } from "../matrix/drafts.js";
import type { Media } from "../matrix/media.js";
import type { RoomIdentities } from "../matrix/room-identities-state.js";
import type { Room } from "../matrix/room-state.js";
import type { CreateRoomOptions, CreateVoiceChannelOptions, Rooms } from "../matrix/rooms-state.js";
import type { Timeline } from "../matrix/timeline-state.js";
import type { Typing } from "../matrix/typing.js";
import type { User } from "../matrix/user-state.js";
import type { VoiceChannels } from "../matrix/voice-channels-state.js";
import type { RecoverySecretSource } from "./recovery-secret.js";
import type { CredentialsSource, LoginFlows, SessionState, SignIn } from "./session-state.js";

/** Everything of one room that elements show. Each part is loaded when it is first subscribed to. */
export interface RoomParts {
  readonly room: Room;
  readonly timeline: Timeline;
  readonly typing: Typing;
  readonly identities: RoomIdentities;
  /** Who is in the room's call, as Matrix tells it; nothing of LiveKit is loaded for that. */
  readonly call: RoomCall;
  /** For the tab that is in the call. */
  readonly callKeys: CallKeys;
}

/** What elements know of a session; {@link Session} is the real one, stories have one made of literals. */
export interface SessionApi extends Readable<SessionState> {
  /** Ways to sign in that the server offers. Rejects `homeserver-not-found`, `homeserver-invalid`, `homeserver-unreachable`, `offline`. */
  loginFlows(): Promise<LoginFlows>;
  /** Rejects `login-rejected`, `login-unsupported`, `rate-limited` or a homeserver error. */
  signIn(attempt: SignIn): Promise<void>;
  /** Where to send the visitor for single sign-on; the server sends them back to `returnTo` (default: this page) with a `loginToken`. */
  ssoUrl(providerId?: string, returnTo?: string): Promise<string>;
  /** After a soft logout (`locked`): the same device goes on with a new token. */
  unlock(password: string): Promise<void>;
  /** Ends the session on the server and wipes everything kept here, in all tabs. Wipes also when the server cannot be reached. */
  signOut(): Promise<void>;
  /** Tries the server now, instead of at `retryAt`; after `failed`, starts again. */
  retry(): Promise<void>;
  dismissNotice(): void;
  /** See {@link CredentialsSource}. */
  credentials: CredentialsSource | undefined;
  /** See {@link RecoverySecretSource}. */
  recoverySecret: RecoverySecretSource | undefined;

  /** The parts of a room, by id or alias. The same reference gives the same objects. */
  room(reference: string): RoomParts;
  /** One person. The same id gives the same object. */
  user(userId: string): User;
  readonly rooms: Rooms;
  readonly media: Media;
  readonly drafts: Drafts;
  /** All devices of the account. */
  readonly devices: OwnDevices;
  /** What vouches for the devices of the account, and its reset. */
  readonly identity: Identity;
  /** The recovery key and the backup. */
  readonly recovery: Recovery;
  /** The message keys of this device as a file. */
  readonly keyFile: KeyFile;
  /** Verifying own devices and other people. */
  readonly verification: Verification;
  /** Voice, video and screen share in this page: one call at a time. */
  readonly calls: Calls;
  /** The voice channels of a space, by id or alias. The same reference gives the same object. */
  voiceChannels(space: string): VoiceChannels;
  /** Creates a room of the type `org.matrix.msc3417.call`, encrypted, in which everybody may join the call. Resolves with its id. */
  createVoiceChannel(options: CreateVoiceChannelOptions): Promise<string>;
  /** Short for `rooms.create`: everybody in the room may join its call. */
  createRoom(options?: CreateRoomOptions): Promise<string>;
}
