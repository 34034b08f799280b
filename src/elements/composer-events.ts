import type { ComposedMessage } from "./composed-message.js";

/** A message is about to be sent. Cancel it to keep it from being sent; the text then stays in the field. */
export class MeloMessageSendEvent extends Event {
  constructor(
    readonly room: string,
    readonly message: ComposedMessage,
  ) {
    super("melo-message-send", { bubbles: true, composed: true, cancelable: true });
  }
}

/** A message is kept for sending: it survives a crash of this page, and is sent as soon as the server takes it. */
export class MeloMessageSentEvent extends Event {
  constructor(
    readonly room: string,
    readonly message: ComposedMessage,
    readonly transactionId: string,
  ) {
    super("melo-message-sent", { bubbles: true, composed: true });
  }
}

declare global {
  interface HTMLElementEventMap {
    "melo-message-send": MeloMessageSendEvent;
    "melo-message-sent": MeloMessageSentEvent;
  }
}
