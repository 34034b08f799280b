import { fieldsOf, textIn } from "./fields.js";

/** Tells that a call began (MSC4075). */
export const CALL_NOTIFICATION = "org.matrix.msc4075.rtc.notification";
/** Says no to one (MSC4310). */
export const CALL_DECLINE = "org.matrix.msc4310.rtc.decline";

/** Nothing rings longer than this, in ms (MSC4075). */
const LONGEST = 2 * 60_000;
/** Where a notification does not say how long it is good for, in ms. */
const DEFAULT_LIFETIME = 60_000;
/** A sender's clock may be ahead of the server's by so much, in ms (MSC4075). */
const AHEAD = 20_000;

export interface CallNotification {
  readonly rings: boolean;
  readonly intent: "audio" | "video";
  /** In ms since 1970. */
  readonly expiresAt: number;
  /** Names this account, or the whole room. */
  readonly isFor: (userId: string) => boolean;
}

/**
 * Reads a notification. More leniently than the SDK, which takes only sticky ones of rooms with an open slot: no client in use sends those. `undefined`: withdrawn, or nothing that could ring.
 */
export function notificationOf(value: unknown, sentAt: number, now: number): CallNotification | undefined {
  const content = fieldsOf(value);
  if (Object.keys(content).every((name) => name === "msc4354_sticky_key")) return undefined;
  const said = timeIn(content, "sender_ts") ?? sentAt;
  const basis = said - sentAt > AHEAD ? sentAt : said;
  const lifetime = Math.min(timeIn(content, "lifetime") ?? DEFAULT_LIFETIME, LONGEST);
  const mentions = fieldsOf(content["m.mentions"]);
  const userIds: unknown = mentions["user_ids"];
  return {
    rings: textIn(content, "notification_type") === "ring",
    intent: content["m.call.intent"] === "audio" ? "audio" : "video",
    expiresAt: Math.min(basis + lifetime, now + LONGEST),
    isFor: (userId) => mentions["room"] === true || (Array.isArray(userIds) && userIds.includes(userId)),
  };
}

/** The event that an event refers to (`m.reference`). */
export function referenceIn(value: unknown): string | undefined {
  const relation = fieldsOf(fieldsOf(value)["m.relates_to"]);
  return relation["rel_type"] === "m.reference" ? textIn(relation, "event_id") : undefined;
}

function timeIn(fields: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const value = fields[name];
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
