import type { MatrixEvent, RoomState } from "matrix-js-sdk/lib/matrix.js";

import { CALL_NOTIFICATION, notificationOf } from "../internal/call-notification.js";
import type { CallOutcome } from "../internal/call-outcome.js";
import type { Security, UndecryptableReason } from "../internal/event-security.js";
import { fieldsOf, textIn } from "./event-content.js";
import { MALFORMED } from "./event-intake.js";
import { personOf } from "./people.js";
import type { Sender, StateChange, TimelineItem } from "./timeline-item.js";
import { messageOf } from "./timeline-item-message.js";
import { stateChangeOf } from "./timeline-item-state.js";

/** What there is to know about an event besides the event. */
export interface ItemContext {
  /** The own user id. */
  readonly userId: string;
  readonly state: Pick<RoomState, "getUserIdsWithDisplayName" | "getMember">;
  undecryptable(event: MatrixEvent): UndecryptableReason | undefined;
}

/** What is known of one event when it becomes an item. */
export interface ItemEvent {
  readonly event: MatrixEvent;
  readonly key: string;
  /** The newest valid edit. */
  readonly edit?: MatrixEvent;
  /** What is to be said against what is shown: the edit, if there is one. */
  readonly security?: Security;
  /** Of a call: what became of it so far. */
  readonly outcome?: CallOutcome;
}

/** Events that change or belong to others, and have no line of their own. */
const UNSHOWN =
  /^(m\.reaction|m\.room\.redaction|m\.key\.verification\.|m\.poll\.(response|end)|org\.matrix\.msc3381\.poll\.(response|end)|m\.call\.|m\.rtc\.|org\.matrix\.msc\d+\.(call|rtc)\.|m\.beacon$|org\.matrix\.msc3672\.beacon$|m\.dummy)/;
/** Client-server specification, "Key verification framework": the message that begins one in a room. Its text is for clients that know nothing of it. */
const VERIFICATION = "m.key.verification.request";
/** A message may leave a trace when it is deleted; whatever else is deleted is just gone. */
const TRACED = new Set(["m.room.message", "m.room.encrypted", "m.sticker"]);

/** One event as an item; `undefined` if it has no line in the timeline. Never throws: what cannot be read becomes a malformed item, and its neighbours are as they are. */
export function itemOf(source: ItemEvent, context: ItemContext): TimelineItem | undefined {
  try {
    return readItem(source, context);
  } catch {
    return unreadableItem(source, context);
  }
}

function readItem({ event, key, edit, security, outcome }: ItemEvent, context: ItemContext): TimelineItem | undefined {
  const type = event.getType();
  if (type === MALFORMED) return unreadableItem({ event, key }, context);
  const base = {
    key,
    eventId: event.getId(),
    sender: senderOf(event, context),
    time: timeOf(event),
    own: event.getSender() === context.userId,
  };
  if (event.isRedacted()) return TRACED.has(event.getWireType()) ? { ...base, kind: "redacted" } : undefined;
  if (event.isState()) {
    const change = stateChangeOf(event, (userId) => personOf(userId, event.target ?? context.state.getMember(userId), context.state));
    return change && { ...base, kind: "state", change };
  }
  const reason = context.undecryptable(event);
  if (reason) return { ...base, kind: "undecryptable", reason };
  if (event.isEncrypted() && !event.getClearContent()) return undefined; // is being decrypted
  if (type === CALL_NOTIFICATION) {
    const change = callOf(event, context.userId, outcome);
    return change && { ...base, kind: "state", change };
  }
  if (UNSHOWN.test(type)) return undefined;
  const content = fieldsOf(event.getOriginalContent());
  if (content["msgtype"] === VERIFICATION) return { ...base, kind: "state", change: { type: "verification-requested" } };
  if (type !== "m.room.message" && type !== "m.sticker") {
    return { ...base, kind: "unsupported", eventType: type.slice(0, 255), malformed: false, body: textIn(content, "body") };
  }
  const edited = edit && editedMessage(type, edit);
  const message = edited ?? messageOf(type, content);
  if (!message) return { ...base, kind: "unsupported", eventType: type, malformed: false, body: textIn(content, "body") };
  if (message.kind === "file") return { ...base, ...message, security };
  return { ...base, ...message, edited: edited !== undefined, security };
}

/** A call that rang, for this account or by it. Those that only say that somebody is there, as in a voice channel, have no line. */
function callOf(event: MatrixEvent, userId: string, outcome: CallOutcome | undefined): StateChange | undefined {
  const sentAt = timeOf(event);
  const call = notificationOf(event.getContent(), sentAt, sentAt);
  if (!call?.rings || !(event.getSender() === userId || call.isFor(userId))) return undefined;
  return { type: "call", video: call.intent === "video", until: call.expiresAt, outcome };
}

/** What an edit makes of a message; `undefined` if it makes nothing of it, so that what was said before stays. */
function editedMessage(type: string, edit: MatrixEvent) {
  try {
    return messageOf(type, fieldsOf(fieldsOf(edit.getOriginalContent())["m.new_content"]));
  } catch {
    return undefined;
  }
}

/** Says of a broken event what little can be said; each part of it may be broken. */
function unreadableItem({ event, key }: ItemEvent, context: ItemContext): TimelineItem {
  const raw = fieldsOf(event.event);
  const userId = textIn(raw, "sender") ?? "";
  const type = textIn(raw, "type") ?? "";
  const eventType = type === MALFORMED ? (textIn(fieldsOf(raw["content"]), "type") ?? "") : type;
  return {
    key,
    eventId: textIn(raw, "event_id"),
    sender: personOf(userId, null, undefined),
    time: timeOf(event),
    own: userId !== "" && userId === context.userId,
    kind: "unsupported",
    eventType: eventType.slice(0, 255),
    malformed: true,
  };
}

function senderOf(event: MatrixEvent, { state }: ItemContext): Sender {
  const userId = event.getSender();
  if (typeof userId !== "string") throw new TypeError("An event without a sender.");
  return personOf(userId, event.sender ?? state.getMember(userId), state);
}

/** The server's time, or 0 if it gives none that can be one. */
function timeOf(event: MatrixEvent): number {
  const time: unknown = event.event?.origin_server_ts;
  return typeof time === "number" && time >= 0 && time <= 8.64e15 ? time : 0;
}
