import type { CallOutcome } from "../internal/call-outcome.js";
import type { ErrorInfo } from "../internal/errors.js";
import type { Security, UndecryptableReason } from "../internal/event-security.js";

/** Who sent something, as the room knew them at that moment. Names are hostile text. */
export interface Sender {
  readonly userId: string;
  /** Display name without bidi controls; the user id is appended when another member could be confused with it. */
  readonly name: string;
  /** An `mxc:` URI that passed the strict grammar. */
  readonly avatar?: string;
}

/** A change of room state in plain data; elements put it into words. `target` is absent where the sender acted on themselves. */
export type StateChange =
  | { readonly type: "created" }
  | { readonly type: "encryption-enabled" }
  | { readonly type: "encryption-altered" }
  | { readonly type: "name"; readonly name: string }
  | { readonly type: "topic"; readonly topic: string }
  | { readonly type: "avatar" }
  | { readonly type: "member-joined" | "member-left" | "invitation-declined" | "knocked" }
  | { readonly type: "member-renamed"; readonly from: string; readonly to: string }
  | { readonly type: "member-avatar" }
  | {
      readonly type: "member-invited" | "member-removed" | "member-banned" | "member-unbanned" | "invitation-withdrawn";
      readonly target: Sender;
      readonly reason?: string;
    }
  | { readonly type: "join-rule"; readonly rule: string }
  | { readonly type: "history-visibility"; readonly visibility: string }
  | { readonly type: "power-levels" }
  | { readonly type: "upgraded" }
  | { readonly type: "verification-requested" }
  /** The sender called those who are in the room. `until`: when it stops ringing, in ms since 1970; while there is no outcome then, nobody came. */
  | { readonly type: "call"; readonly video: boolean; readonly until: number; readonly outcome?: CallOutcome }
  | { readonly type: "other"; readonly eventType: string };

interface ItemBase {
  /** Stays the same from local echo to the server's event: the transaction id for own messages of this device, else the event id. */
  readonly key: string;
  readonly eventId?: string;
  readonly sender: Sender;
  /** `origin_server_ts`, or when it was written while it is not sent, in ms since 1970. */
  readonly time: number;
  /** Sent by this account. */
  readonly own: boolean;
}

/** Where an own message is on its way. Absent once the server has it. */
export interface SendState {
  readonly status: "sending" | "failed";
  /** With `failed`. */
  readonly error?: ErrorInfo;
}

export interface MessageItem extends ItemBase {
  readonly kind: "message";
  readonly style: "text" | "emote" | "notice";
  readonly body: string;
  /** `formatted_body` as it came (`org.matrix.custom.html`): hostile, to be sanitised by whoever renders it. */
  readonly html?: string;
  readonly edited: boolean;
  readonly security?: Security;
  readonly send?: SendState;
}

export interface FileItem extends ItemBase {
  readonly kind: "file";
  readonly style: "image" | "video" | "audio" | "file" | "sticker";
  /** File name; hostile text. */
  readonly name: string;
  /** In bytes. */
  readonly size?: number;
  readonly security?: Security;
}

export interface UndecryptableItem extends ItemBase {
  readonly kind: "undecryptable";
  readonly reason: UndecryptableReason;
}

export interface RedactedItem extends ItemBase {
  readonly kind: "redacted";
}

export interface StateItem extends ItemBase {
  readonly kind: "state";
  readonly change: StateChange;
}

/** An event that melo does not show in full, or that is malformed: never hidden, never fatal. */
export interface UnsupportedItem extends ItemBase {
  readonly kind: "unsupported";
  readonly eventType: string;
  readonly malformed: boolean;
  /** The event's text fallback, if it has one. Hostile text. */
  readonly body?: string;
}

export type TimelineItem = MessageItem | FileItem | UndecryptableItem | RedactedItem | StateItem | UnsupportedItem;
