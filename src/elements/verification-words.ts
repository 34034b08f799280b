import { msg, str } from "@lit/localize";

import type { CancelReason, VerificationState } from "../crypto/verification-state.js";
import { errorWords } from "./session-words.js";

/** What a step of a verification says: a heading, and a sentence or two on what happens next. */
export interface StepWords {
  readonly heading: string;
  readonly text: string;
}

/** `scanning`: the visitor holds the camera at the other side's code. */
export function stepWordsOf(state: VerificationState, scanning = false): StepWords {
  const { status, user, reason, error } = state;
  const person = user && (user.name || user.userId);
  switch (status) {
    case "idle":
      return { heading: "", text: "" };
    case "asking":
      return person
        ? { heading: msg(str`Verify ${person}`), text: msg(str`${person} has to accept the request. Ask them to open your direct chat.`) }
        : { heading: msg("Verify with your other device"), text: msg("Accept the request on your other device.") };
    case "asked":
      return asked(state);
    case "ready":
      return scanning ? scans(person) : ready(state, person);
    case "starting":
      return {
        heading: person ? msg(str`Verify ${person}`) : msg("Verify with your other device"),
        text: msg("Preparing what both sides show…"),
      };
    case "emoji":
      return person
        ? {
            heading: msg(str`Does ${person} see the same emoji?`),
            text: msg("In the same order. Compare them face to face or in a call, not by messages."),
          }
        : { heading: msg("Do both screens show the same emoji?"), text: msg("In the same order, from the first to the last.") };
    case "code-scanned":
      return {
        heading: msg("One thing to check"),
        text: person ? msg(str`Does ${person} see that the code was right?`) : msg("Does your other device show that the code was right?"),
      };
    case "confirming":
      return {
        heading: msg("Almost done"),
        text: person ? msg(str`Now ${person} has to confirm.`) : msg("Now confirm on your other device."),
      };
    case "done":
      return {
        heading: msg("Verified"),
        text: person
          ? msg(str`You and ${person} have verified each other. If their security details change, you will be told.`)
          : msg("Your two devices trust each other now. This one gets what it needs to read your messages."),
      };
    case "cancelled":
      return { heading: msg("Nothing was verified"), text: person ? personReason(reason, person) : deviceReason(reason) };
    case "failed":
      return { heading: msg("Nothing was verified"), text: error ? errorWords(error).text : msg("This did not work.") };
  }
}

function asked({ user, device }: VerificationState): StepWords {
  if (user) {
    const who = user.name && user.name !== user.userId ? `${user.name} (${user.userId})` : user.userId;
    return {
      heading: msg("Somebody wants to verify you"),
      text: msg(str`${who} asks. You will compare a few emoji or a code, face to face or in a call.`),
    };
  }
  const name = device?.name || device?.deviceId || msg("Another device");
  return {
    heading: msg("Did you ask for this?"),
    text: msg(str`${name} is signed in to your account and wants to verify. Accept only if you have it with you.`),
  };
}

function ready({ code, methods }: VerificationState, person: string | undefined): StepWords {
  const heading = person ? msg(str`${person} is ready`) : msg("Both devices are ready");
  if (code) {
    return {
      heading,
      text: person ? msg(str`Let ${person} scan this code from your screen.`) : msg("Scan this code with your other device."),
    };
  }
  if (methods?.emoji === false && !methods.scan)
    return { heading, text: msg("The other side offers no way that works here. Try it with another device.") };
  return {
    heading,
    text: person
      ? msg("Next, both of you see seven emoji. If they are the same, nobody is in between.")
      : msg("Next, both show seven emoji. Keep both in view: if the emoji are the same, nobody is in between."),
  };
}

function scans(person: string | undefined): StepWords {
  return {
    heading: msg("Scan the code"),
    text: person ? msg(str`Hold the camera at the code on ${person}’s screen.`) : msg("Hold the camera at the code on your other device."),
  };
}

function deviceReason(reason: CancelReason | undefined): string {
  switch (reason) {
    case "by-us":
      return msg("You stopped it. You can start again at any time.");
    case "by-them":
      return msg("Your other device stopped it. You can start again at any time.");
    case "timeout":
      return msg("It took too long. Start again when you have both devices with you.");
    case "accepted-elsewhere":
      return msg("Another one of your devices took the request. Go on there.");
    default:
      return anyReason(reason);
  }
}

function personReason(reason: CancelReason | undefined, person: string): string {
  switch (reason) {
    case "by-us":
      return msg("You stopped it. You can start again at any time.");
    case "by-them":
      return msg(str`${person} stopped it. You can start again at any time.`);
    case "timeout":
      return msg(str`It took too long. Start again when ${person} has time.`);
    case "accepted-elsewhere":
      return msg("Another one of your devices took the request. Go on there.");
    default:
      return anyReason(reason);
  }
}

function anyReason(reason: CancelReason | undefined): string {
  switch (reason) {
    case "mismatch":
      return msg("Stopped, since the two sides do not show the same. Someone may be between you; nothing was verified.");
    case "key-mismatch":
      return msg("Stopped, since the keys do not fit. Someone may be between you; nothing was verified.");
    default:
      return msg("The two sides did not understand each other. Start again.");
  }
}
