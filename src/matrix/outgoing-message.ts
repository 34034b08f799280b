import { MeloError } from "../internal/errors.js";
import type { OutgoingMessage } from "./timeline-state.js";

/** A message as it may go on: it can come from another tab, so only its known fields are taken. Throws `unknown` for what is none. */
export function checkedMessage({ transactionId, style, body, html }: OutgoingMessage): OutgoingMessage {
  const isWhole =
    (style === "text" || style === "emote" || style === "notice") &&
    typeof body === "string" &&
    (html === undefined || typeof html === "string");
  if (!isWhole) throw new MeloError("unknown", "A message needs a style and a body.");
  return Object.freeze({ transactionId: transactionIdOf(transactionId), style, body, html });
}

/** Part of an address on the server, so it is kept simple. */
export function transactionIdOf(text: string): string {
  if (typeof text === "string" && /^[\w.-]{1,128}$/.test(text)) return text;
  throw new MeloError("unknown", "Not a transaction id.");
}
