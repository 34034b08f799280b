import { INITIAL_DEVICES, type OwnDevices } from "../crypto/own-devices-state.js";
import { INITIAL_IDENTITY, type Identity } from "../crypto/identity-state.js";
import { INITIAL_KEY_FILE, type KeyFile } from "../crypto/key-file-state.js";
import { INITIAL_RECOVERY, type Recovery } from "../crypto/recovery-state.js";
import { INITIAL_VERIFICATION, type Verification } from "../crypto/verification-state.js";
import type { Media } from "../matrix/media.js";
import { INITIAL_ROOM_IDENTITIES, type RoomIdentities } from "../matrix/room-identities-state.js";
import { INITIAL_ROOM, type Room } from "../matrix/room-state.js";
import { INITIAL_ROOMS, type Rooms } from "../matrix/rooms-state.js";
import { INITIAL_TIMELINE, type Timeline } from "../matrix/timeline-state.js";
import type { Typing } from "../matrix/typing.js";
import { INITIAL_USER, type User } from "../matrix/user-state.js";
import { INITIAL_VOICE_CHANNELS, type VoiceChannels } from "../matrix/voice-channels-state.js";
import { INITIAL_ACCOUNT_CALLS, type AccountCalls } from "../media/account-calls-state.js";
import { INITIAL_CALL_KEYS, type CallKeys } from "../media/call-keys-state.js";
import { INITIAL_ROOM_CALL, type RoomCall } from "../media/room-call-state.js";
import { INITIAL_ACCOUNT, type RunningAccount } from "./account-state.js";
import type { Kinds } from "./sharing/backing.js";

/** Every kind of object that tabs share. Rooms' parts are named by the room's id or alias, people by their user id; of the others there is one, named by the empty text. */
export type SharedKinds = {
  account: RunningAccount;
  room: Room;
  timeline: Timeline;
  typing: Typing;
  identities: RoomIdentities;
  user: User;
  rooms: Rooms;
  media: Media;
  devices: OwnDevices;
  identity: Identity;
  recovery: Recovery;
  keyFile: KeyFile;
  verification: Verification;
  call: RoomCall;
  callKeys: CallKeys;
  accountCalls: AccountCalls;
  voiceChannels: VoiceChannels;
};

/**
 * The table of kinds. Creating a room is not repeated: the room may exist already, and a second one would be worse than an error. Sending is, since a message is sent once
 * for one transaction id.
 */
export const KINDS: Kinds<SharedKinds> = {
  account: { initial: INITIAL_ACCOUNT, repeatable: ["retry"] },
  room: { initial: INITIAL_ROOM, repeatable: ["join", "decline", "leave", "retry", "invite", "encrypt"], isLoading },
  timeline: { initial: INITIAL_TIMELINE, repeatable: ["paginate", "send", "retry", "discard", "requestKey"], isLoading },
  typing: { initial: { people: [] }, repeatable: ["setTyping"] },
  identities: { initial: INITIAL_ROOM_IDENTITIES, repeatable: ["approve", "withdraw"], isLoading },
  user: { initial: INITIAL_USER, repeatable: ["refresh", "approve", "withdraw"], isLoading },
  rooms: { initial: INITIAL_ROOMS, repeatable: [] },
  media: { initial: {}, repeatable: ["load"] },
  devices: { initial: INITIAL_DEVICES, repeatable: ["rename", "signOut", "acknowledge", "refresh"], isLoading },
  identity: { initial: INITIAL_IDENTITY, repeatable: [], isLoading },
  recovery: {
    initial: INITIAL_RECOVERY,
    repeatable: ["enter", "restore", "cancelRestore", "countKeys", "turnBackupOff", "turnBackupOn", "confirm", "forget"],
    isLoading,
  },
  keyFile: { initial: INITIAL_KEY_FILE, repeatable: ["exportKeys", "importKeys"] },
  verification: { initial: INITIAL_VERIFICATION, repeatable: [] },
  call: { initial: INITIAL_ROOM_CALL, repeatable: ["join", "leave", "tell", "access", "raiseHand", "remove"], isLoading },
  callKeys: { initial: INITIAL_CALL_KEYS, repeatable: [] },
  accountCalls: { initial: INITIAL_ACCOUNT_CALLS, repeatable: ["decline", "dismiss", "testAccess"], isLoading },
  voiceChannels: { initial: INITIAL_VOICE_CHANNELS, repeatable: ["retry"], isLoading },
};

function isLoading({ status }: { readonly status: string }): boolean {
  return status === "loading";
}
