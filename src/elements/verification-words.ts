import { msg, str } from "@lit/localize";

import type { CancelReason, VerificationEmoji, VerificationState } from "../crypto/verification-state.js";
import { errorWords } from "./session-words.js";

/** What a step of a verification says: a heading, and a sentence or two on what happens next. */
export interface StepWords {
  readonly heading: string;
  readonly text: string;
}

export function stepWordsOf({ status, device, reason, error }: VerificationState): StepWords {
  const name = device?.name || device?.deviceId || msg("Another device");
  switch (status) {
    case "idle":
      return { heading: "", text: "" };
    case "asking":
      return { heading: msg("Verify with your other device"), text: msg("Accept the request on your other device.") };
    case "asked":
      return {
        heading: msg("Did you ask for this?"),
        text: msg(str`${name} is signed in to your account and wants to verify. Accept only if you have it with you.`),
      };
    case "ready":
      return {
        heading: msg("Both devices are ready"),
        text: msg("Next, both show seven emoji. Keep both in view: if the emoji are the same, nobody is in between."),
      };
    case "starting":
      return { heading: msg("Verify with your other device"), text: msg("Preparing the emoji…") };
    case "emoji":
      return { heading: msg("Do both screens show the same emoji?"), text: msg("In the same order, from the first to the last.") };
    case "confirming":
      return { heading: msg("Almost done"), text: msg("Now confirm on your other device.") };
    case "done":
      return {
        heading: msg("Verified"),
        text: msg("Your two devices trust each other now. This one gets what it needs to read your messages."),
      };
    case "cancelled":
      return { heading: msg("Nothing was verified"), text: reasonWords(reason) };
    case "failed":
      return { heading: msg("Nothing was verified"), text: error ? errorWords(error).text : msg("This did not work.") };
  }
}

function reasonWords(reason: CancelReason | undefined): string {
  switch (reason) {
    case "by-us":
      return msg("You stopped it. You can start again at any time.");
    case "by-them":
      return msg("Your other device stopped it. You can start again at any time.");
    case "timeout":
      return msg("It took too long. Start again when you have both devices with you.");
    case "mismatch":
      return msg("Stopped, since the emoji differ. Someone may be between you; nothing was verified.");
    case "accepted-elsewhere":
      return msg("Another one of your devices took the request. Go on there.");
    case "key-mismatch":
      return msg("Stopped, since the keys do not fit. Someone may be between you; nothing was verified.");
    case "unknown":
    case undefined:
      return msg("The devices did not understand each other. Start again.");
  }
}

/** The name of one of the 64 emoji in the visitor's language; client-server specification, "SAS method: emoji". */
export function emojiName({ index, name }: Pick<VerificationEmoji, "index" | "name">): string {
  return names()[index] ?? name;
}

const names = (): readonly string[] => [
  msg("Dog"),
  msg("Cat"),
  msg("Lion"),
  msg("Horse"),
  msg("Unicorn"),
  msg("Pig"),
  msg("Elephant"),
  msg("Rabbit"),
  msg("Panda"),
  msg("Rooster"),
  msg("Penguin"),
  msg("Turtle"),
  msg("Fish"),
  msg("Octopus"),
  msg("Butterfly"),
  msg("Flower"),
  msg("Tree"),
  msg("Cactus"),
  msg("Mushroom"),
  msg("Globe"),
  msg("Moon"),
  msg("Cloud"),
  msg("Fire"),
  msg("Banana"),
  msg("Apple"),
  msg("Strawberry"),
  msg("Corn"),
  msg("Pizza"),
  msg("Cake"),
  msg("Heart"),
  msg("Smiley"),
  msg("Robot"),
  msg("Hat"),
  msg("Glasses"),
  msg("Spanner"),
  msg("Santa"),
  msg("Thumbs Up"),
  msg("Umbrella"),
  msg("Hourglass"),
  msg("Clock"),
  msg("Gift"),
  msg("Light Bulb"),
  msg("Book"),
  msg("Pencil"),
  msg("Paperclip"),
  msg("Scissors"),
  msg("Lock"),
  msg("Key"),
  msg("Hammer"),
  msg("Telephone"),
  msg("Flag"),
  msg("Train"),
  msg("Bicycle"),
  msg("Aeroplane"),
  msg("Rocket"),
  msg("Trophy"),
  msg("Ball"),
  msg("Guitar"),
  msg("Trumpet"),
  msg("Bell"),
  msg("Anchor"),
  msg("Headphones"),
  msg("Folder"),
  msg("Pin"),
];
