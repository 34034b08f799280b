import { msg, str } from "@lit/localize";

import type { IdentityStatus } from "../internal/identity-status.js";

/** What is known of a person, in one sentence. */
export function identitySentence(identity: IdentityStatus, name: string): string {
  switch (identity) {
    case "unknown":
      return msg(str`${name} has not set up security details yet, so messages do not reach them encrypted.`);
    case "known":
      return msg(str`You have not verified ${name}. Messages are encrypted all the same.`);
    case "verified":
      return msg(str`You have verified ${name}: nobody else can pose as them here.`);
    case "changed":
      return changedSentence(name);
    case "changed-since-verified":
      return lostSentence(name);
  }
}

/** Changed, and nobody had compared what was there before. */
export function changedSentence(name: string): string {
  return msg(str`${name}’s security details changed. This is normal after a reset.`);
}

/** Changed, and what was there before was verified. */
export function lostSentence(name: string): string {
  return msg(str`${name} is no longer verified. Messages wait until you decide.`);
}
