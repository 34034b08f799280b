import type { ErrorInfo } from "../internal/errors.js";
import type { Readable } from "../internal/readable.js";
import type { TimelineItem } from "./timeline-item.js";

export interface TimelineState {
  readonly status: "loading" | "ready" | "failed";
  /** Oldest first. An unchanged item is the same object in the next snapshot. */
  readonly items: readonly TimelineItem[];
  /** What is before the first item. */
  readonly start: "more" | "loading" | "reached" | "failed";
  readonly error?: ErrorInfo;
}

export const INITIAL_TIMELINE: TimelineState = Object.freeze({ status: "loading", items: Object.freeze([]), start: "more" });

/** A message to send, made where it is typed. */
export interface OutgoingMessage {
  /** Made by the caller (`newTransactionId()`): sending the same message twice with it sends it once. */
  readonly transactionId: string;
  readonly style: "text" | "emote" | "notice";
  /** Plain text; also the fallback of `html`. */
  readonly body: string;
  readonly html?: string;
}

/** The events of one room, in order, with what this device is sending. */
export interface Timeline extends Readable<TimelineState> {
  /** Loads up to `count` older events; resolves when they are in the snapshot. One at a time: further calls join the running one. */
  paginate(count: number): Promise<void>;
  /** Resolves when the message is kept for sending, surviving a crash of this tab; what becomes of it is seen in its item. */
  send(message: OutgoingMessage): Promise<void>;
  /** Sends a failed message again, and those that waited behind it. */
  retry(transactionId: string): Promise<void>;
  /** Gives a failed or waiting message up. */
  discard(transactionId: string): Promise<void>;
  /** Tries once more to decrypt: asks the backup for the key where there is one. */
  requestKey(eventId: string): Promise<void>;
}
