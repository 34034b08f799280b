import "./elements/melo-avatar.js";
import "./elements/melo-call-bar.js";
import "./elements/melo-call-controls.js";
import "./elements/melo-call-grid.js";
import "./elements/melo-call-leave.js";
import "./elements/melo-call-preview.js";
import "./elements/melo-call-ring.js";
import "./elements/melo-call-settings.js";
import "./elements/melo-call-shortcuts.js";
import "./elements/melo-call-status.js";
import "./elements/melo-call-test.js";
import "./elements/melo-call-tile.js";
import "./elements/melo-call.js";
import "./elements/melo-camera-toggle.js";
import "./elements/melo-composer.js";
import "./elements/melo-cross-signing.js";
import "./elements/melo-deafen-toggle.js";
import "./elements/melo-device-list.js";
import "./elements/melo-device-picker.js";
import "./elements/melo-device-row.js";
import "./elements/melo-device-sign-out.js";
import "./elements/melo-dialog.js";
import "./elements/melo-encryption-badge.js";
import "./elements/melo-encryption-status.js";
import "./elements/melo-hand-toggle.js";
import "./elements/melo-identity-notice.js";
import "./elements/melo-key-backup.js";
import "./elements/melo-key-file.js";
import "./elements/melo-level-meter.js";
import "./elements/melo-login.js";
import "./elements/melo-message.js";
import "./elements/melo-mic-toggle.js";
import "./elements/melo-participant-list.js";
import "./elements/melo-participant-menu.js";
import "./elements/melo-password-form.js";
import "./elements/melo-qr-code.js";
import "./elements/melo-qr-scanner.js";
import "./elements/melo-reaction-menu.js";
import "./elements/melo-recovery.js";
import "./elements/melo-room.js";
import "./elements/melo-screen-share-menu.js";
import "./elements/melo-screen-share-toggle.js";
import "./elements/melo-session.js";
import "./elements/melo-sign-out.js";
import "./elements/melo-talk-button.js";
import "./elements/melo-tile-menu.js";
import "./elements/melo-timeline.js";
import "./elements/melo-typing.js";
import "./elements/melo-user-card.js";
import "./elements/melo-verify-device.js";
import "./elements/melo-verify-user.js";
import "./elements/melo-voice-channel-list.js";
import "./elements/melo-voice-channel.js";
import "./elements/melo-voice-presence.js";

export type { OwnDevice, OwnDevices, OwnDevicesState } from "./crypto/own-devices-state.js";
export type { ImportedKeys, KeyFile, KeyFileState } from "./crypto/key-file-state.js";
export { MeloError, type ErrorInfo, type MeloErrorCode } from "./internal/errors.js";
export type { Security, UndecryptableReason } from "./internal/event-security.js";
export { newTransactionId } from "./internal/transaction-id.js";
export type { IdentityStatus } from "./internal/identity-status.js";
export type { Readable } from "./internal/readable.js";
export { Session } from "./session/session.js";
export type { RecoverySecretRequest, RecoverySecretSource } from "./session/recovery-secret.js";
export type { RoomParts, SessionApi } from "./session/session-api.js";
export type {
  Credentials,
  CredentialsRequest,
  CredentialsSource,
  DevicePolicy,
  LoginFlows,
  SessionOptions,
  SessionState,
  SessionStatus,
  SignIn,
} from "./session/session-state.js";
export type { Identity, IdentityState, ResetProof } from "./crypto/identity-state.js";
export type { KeysAtStake, BackupState, NewKeyOptions, Recovery, RecoveryState } from "./crypto/recovery-state.js";
export type { CancelReason, Verification, VerificationEmoji, VerificationState } from "./crypto/verification-state.js";
export type { Drafts } from "./matrix/drafts.js";
export type { Media } from "./matrix/media.js";
export type { ChangedIdentity, RoomIdentities, RoomIdentitiesState } from "./matrix/room-identities-state.js";
export type { Room, RoomState, RoomStatus } from "./matrix/room-state.js";
export type { CreateRoomOptions, Rooms, RoomsState, RoomSummary } from "./matrix/rooms-state.js";
export type {
  FileItem,
  MessageItem,
  RedactedItem,
  Sender,
  SendState,
  StateChange,
  StateItem,
  TimelineItem,
  UndecryptableItem,
  UnsupportedItem,
} from "./matrix/timeline-item.js";
export type { OutgoingMessage, Timeline, TimelineState } from "./matrix/timeline-state.js";
export type { Typing, TypingState } from "./matrix/typing.js";
export type { User, UserState } from "./matrix/user-state.js";
export type { MeloMessageSendEvent, MeloMessageSentEvent } from "./elements/composer-events.js";
export type {
  MeloCallJoinedEvent,
  MeloCallJoinEvent,
  MeloCallLeaveEvent,
  MeloCallLeftEvent,
  MeloCallOpenEvent,
  MeloCallShortcutEvent,
  MeloCallTestedEvent,
  MeloParticipantRemovedEvent,
  MeloParticipantRemoveEvent,
} from "./elements/call-events.js";
export type {
  CallTest,
  CallTestFigures,
  CallTestFinding,
  CallTestOptions,
  CallTestReason,
  CallTestState,
  CallTestStep,
  CallTestVerdict,
} from "./media/call-test-state.js";
export type { CallShortcut } from "./controllers/call-shortcuts-controller.js";
export type { CallPerson } from "./elements/call-people.js";
export type { EncryptionHealth, EncryptionStep } from "./controllers/encryption-health.js";
export type { MeloEncryptionChangeEvent, MeloEncryptionStepEvent } from "./elements/encryption-events.js";
export type { MeloDevicesChangeEvent } from "./elements/device-events.js";
export type { MeloIdentityChangeEvent } from "./elements/identity-events.js";
export type { MeloBackupChangeEvent, MeloRecoveryChangeEvent, MeloRecoverySavedEvent } from "./elements/recovery-events.js";
export type { MeloRoomOpenEvent } from "./elements/room-events.js";
export type { MeloCodeScannedEvent } from "./elements/scanner-events.js";
export type {
  MeloErrorEvent,
  MeloSessionChangeEvent,
  MeloSessionReadyEvent,
  MeloSignedInEvent,
  MeloSignedOutEvent,
} from "./elements/session-events.js";
export type { MeloUserOpenEvent } from "./elements/user-events.js";
export type {
  MeloVerificationCancelledEvent,
  MeloVerificationDoneEvent,
  MeloVerificationRequestEvent,
} from "./elements/verification-events.js";
export type { CallLayout } from "./elements/stage-order.js";
export type { MeloTilePinEvent } from "./elements/stage-events.js";
