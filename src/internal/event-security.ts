/** What the crypto says against a readable message. Absent means all is well. */
export interface Security {
  /** `care` wants attention; `bad` means the message may not be what it seems. */
  readonly level: "care" | "bad";
  readonly reason:
    /** Sent in clear text into an encrypted room. */
    | "unencrypted"
    /** From a device that its owner has not signed. */
    | "unsigned-device"
    /** From a device that is unknown or deleted. */
    | "unknown-device"
    /** From a person whose identity this account once verified differently. */
    | "identity-changed"
    /** From a person who is not verified although this account's policy asks for it. */
    | "unverified-identity"
    /** The key came from a backup or another device, so the sender is not proven. */
    | "authenticity-not-guaranteed"
    /** The server names a sender who is not the owner of the encryption session. */
    | "sender-mismatch"
    | "unknown";
}

/** Why a message cannot be read (js-sdk 43 `DecryptionFailureCode`, grouped by what a person can do). */
export type UndecryptableReason =
  /** The key has not arrived yet. */
  | "key-missing"
  /** The key that arrived starts later in the conversation. */
  | "key-too-new"
  /** The sender withheld the key. */
  | "withheld"
  /** The sender sends only to verified devices, and this one is not. */
  | "withheld-unverified"
  /** Sent before this device existed, and there is no key backup. */
  | "before-device-no-backup"
  /** Sent before this device existed; a backup exists and this device cannot open it yet. */
  | "before-device-backup-locked"
  /** Sent before this device existed, and the working backup lacks the key. */
  | "before-device-not-in-backup"
  /** Sent before this account joined. */
  | "before-joining"
  /** The sender's identity was verified and has changed. */
  | "identity-changed"
  /** Under the policy, messages from devices not signed by their owner are not shown. */
  | "unsigned-device"
  /** Under the policy, messages from unknown devices are not shown. */
  | "unknown-device"
  /** The ciphertext is broken or of an unknown kind. */
  | "malformed"
  | "unknown";
