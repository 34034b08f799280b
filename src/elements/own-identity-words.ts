import { msg } from "@lit/localize";

import type { IdentityState } from "../crypto/identity-state.js";

/** What the account's identity means for this device, in one sentence. */
export function ownIdentitySentence(status: IdentityState["status"]): string {
  switch (status) {
    case "loading":
      return msg("Looking whether this device is verified…");
    case "failed":
      return msg("Whether this device is verified could not be found out.");
    case "none":
      return msg("Nothing vouches for your devices yet. It is set up when you sign in again, or by a reset.");
    case "ready":
      return msg("This device is verified. It can verify your other devices.");
    case "signed":
      return msg("This device is verified.");
    case "unverified":
      return msg("This device is not verified. Verify it with another device of yours, or with your recovery key.");
    case "unusable":
      return msg("None of your devices can verify this one any more, and no recovery key can. A reset lets you begin again.");
  }
}

/** What a reset takes away. */
export function lostWords(): readonly string[] {
  return [
    msg("Messages that this device cannot read now stay unreadable."),
    msg("Your recovery key stops working. You make a new one afterwards."),
    msg("All your other devices have to be verified again."),
    msg("People you talk to are told that your security details changed. Those who verified you have to do it again."),
  ];
}

/** What it leaves. */
export function keptWords(): readonly string[] {
  return [msg("Your account, your rooms and your contacts."), msg("Every message that this device can read.")];
}
