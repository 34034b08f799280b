import { msg } from "@lit/localize";

import type { EncryptionHealth, EncryptionStep } from "../controllers/encryption-health.js";

/** What the health of the encryption says, in one sentence. */
export function healthSentence({ status, step }: EncryptionHealth): string {
  if (step) return stepSentence(step);
  if (status === "healing") return msg("Getting what opens your messages from your other device…");
  return status === "ok" ? msg("This device can read and send everything.") : msg("Looking whether this device can read everything…");
}

function stepSentence(step: EncryptionStep): string {
  switch (step) {
    case "verify-device":
      return msg("This device is not verified, so what you write here may not arrive, and older messages stay closed.");
    case "reset-identity":
      return msg("None of your devices can verify this one any more. You can begin anew; your account and your rooms stay.");
    case "enter-recovery-key":
      return msg("Some of your messages open only with your recovery key.");
    case "check-people":
      return msg("Somebody you verified is no longer verified, so your messages to them wait until you decide.");
    case "set-up-recovery":
      return msg("Make a recovery key, or nobody can open your messages if you lose your devices.");
    case "renew-recovery":
      return msg("Your recovery key does not protect everything any more. A new one does.");
    case "turn-on-backup":
      return msg("Your messages can be read on this device only. If it is lost, so are they.");
    case "check-devices":
      return msg("A new device is signed in to your account, and nobody has verified it. Was this you?");
  }
}

/** What the button of a step says. */
export function stepLabel(step: EncryptionStep): string {
  switch (step) {
    case "verify-device":
      return msg("Verify this device");
    case "reset-identity":
      return msg("Begin anew");
    case "enter-recovery-key":
      return msg("Enter recovery key");
    case "check-people":
      return msg("See who it is");
    case "set-up-recovery":
    case "renew-recovery":
      return msg("Make a recovery key");
    case "turn-on-backup":
      return msg("Turn on the backup");
    case "check-devices":
      return msg("Look at your devices");
  }
}

/** What the button says that puts a step off. */
export function laterLabel(step: EncryptionStep): string {
  return step === "check-devices" ? msg("This was me") : msg("Later");
}
