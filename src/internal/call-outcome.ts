import { CALL_MEMBER, RTC_MEMBER } from "./call-events.js";
import { CALL_DECLINE, referenceIn } from "./call-notification.js";
import { fieldsOf } from "./fields.js";

/** What became of a call that somebody told of. `ended`: the caller left before the one who was called came. */
export type CallOutcome = "answered" | "declined" | "ended";

/** What has to be known of an event to tell what it means for a call. */
export interface CallTrace {
  getType(): string;
  getSender(): string | undefined;
  getContent(): unknown;
  getWireContent(): unknown;
}

/** Whether an event can tell anything about what became of a call. */
export function isCallTrace(event: Pick<CallTrace, "getType">): boolean {
  return [CALL_MEMBER, RTC_MEMBER, CALL_DECLINE].includes(event.getType());
}

/**
 * What became of the call that the notification `id` of `callerId` tells of, by the events after it, oldest first; `undefined`: nothing yet. A call of the account itself is answered by anybody
 * else of the room, one of somebody else by this account alone, on whatever device.
 */
export function callOutcome(
  { id, callerId }: { readonly id: string; readonly callerId: string },
  later: Iterable<CallTrace>,
  userId: string,
): CallOutcome | undefined {
  for (const event of later) {
    const sender = event.getSender();
    const isCalled = callerId === userId ? sender !== userId : sender === userId;
    const type = event.getType();
    if (type === CALL_DECLINE && isCalled && (referenceIn(event.getContent()) ?? referenceIn(event.getWireContent())) === id)
      return "declined";
    const presence = presenceIn(event);
    if (presence === "in" && isCalled) return "answered";
    if (presence === "out" && sender === callerId) return "ended";
  }
  return undefined;
}

/** Whether that account was in the room's call at any time of these events. */
export function wasInCall(events: Iterable<CallTrace>, userId: string): boolean {
  for (const event of events) if (event.getSender() === userId && presenceIn(event) === "in") return true;
  return false;
}

function presenceIn(event: CallTrace): "in" | "out" | undefined {
  const type = event.getType();
  if (type !== CALL_MEMBER && type !== RTC_MEMBER) return undefined;
  return fieldsOf(event.getContent())["application"] === undefined ? "out" : "in";
}
