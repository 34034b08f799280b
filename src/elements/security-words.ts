import { msg, str } from "@lit/localize";

import type { MeloErrorCode } from "../internal/errors.js";
import type { Security, UndecryptableReason } from "../internal/event-security.js";

/** What is to be said against a readable message of `name`. */
export function securitySentence(reason: Security["reason"], name: string): string {
  switch (reason) {
    case "unencrypted":
      return msg("Sent without encryption.");
    case "unsigned-device":
      return msg(str`Sent from a device that ${name} has not verified.`);
    case "unknown-device":
      return msg("Sent from a device that is unknown or was deleted.");
    case "identity-changed":
      return msg(str`${name}’s security details changed after they were verified.`);
    case "unverified-identity":
      return msg(str`You have not verified ${name}.`);
    case "authenticity-not-guaranteed":
      return msg(str`Opened with a key from elsewhere: it is not certain that ${name} wrote this.`);
    case "sender-mismatch":
      return msg(str`It is not certain that ${name} wrote this: the encryption names somebody else.`);
    case "unknown":
      return msg("The encryption of this message could not be checked.");
  }
}

/** Why a message of `name` cannot be read. */
export function undecryptableSentence(reason: UndecryptableReason, name: string): string {
  switch (reason) {
    case "key-missing":
      return msg(str`Waiting for the key from ${name}…`);
    case "key-too-new":
      return msg("The key that this device has starts later in the conversation.");
    case "withheld":
      return msg(str`${name} did not share the key with this device.`);
    case "withheld-unverified":
      return msg(str`${name} sends only to verified devices.`);
    case "before-device-no-backup":
      return msg("Sent before this device had the key.");
    case "before-device-backup-locked":
      return msg("Sent before this device had the key. Your backup has not been opened here.");
    case "before-device-not-in-backup":
      return msg("Sent before this device had the key, and your backup does not have it.");
    case "before-joining":
      return msg("Sent before you joined.");
    case "identity-changed":
      return msg(str`${name} is no longer verified. This message stays closed until you decide.`);
    case "unsigned-device":
      return msg(str`Sent from a device that ${name} has not verified, so it is not shown.`);
    case "unknown-device":
      return msg("Sent from a device that is unknown, so it is not shown.");
    case "malformed":
      return msg("This message is damaged and cannot be opened.");
    case "unknown":
      return msg("This message cannot be opened yet.");
  }
}

/** `late`: asking again helps only after the key had time to come by itself. `now`: it may help at once. */
export function canAskAgain(reason: UndecryptableReason): "late" | "now" | "never" {
  switch (reason) {
    case "key-missing":
      return "late";
    case "key-too-new":
    case "before-device-not-in-backup":
    case "unknown":
      return "now";
    default:
      return "never";
  }
}

/** Why a message was not sent, where there is something to say. */
export function sendFailureSentence(code: MeloErrorCode | undefined): string | undefined {
  switch (code) {
    case "offline":
      return msg("You are offline.");
    case "homeserver-unreachable":
      return msg("The server cannot be reached.");
    case "forbidden":
      return msg("You may not write here.");
    case "too-large":
      return msg("It is too long.");
    case "rate-limited":
      return msg("The server asks to wait a little.");
    case "identity-changed":
      return msg("Somebody’s security details changed, and it waits until you decide.");
    case "store-full":
      return msg("This browser has no space left.");
    case "not-signed-in":
    case "signed-out":
      return msg("You are signed out.");
    default:
      return undefined;
  }
}
