import { CALL_MEMBER, RTC_MEMBER } from "../internal/call-events.js";

/** What Synapse and the specification give a new room. An override replaces the list as a whole, so it has to be there again. */
const DEFAULT_LEVELS = {
  "m.room.name": 50,
  "m.room.avatar": 50,
  "m.room.canonical_alias": 50,
  "m.room.power_levels": 100,
  "m.room.history_visibility": 100,
  "m.room.encryption": 100,
  "m.room.server_acl": 100,
  "m.room.tombstone": 100,
};

/** Events that every member has to be allowed to send to be in a call (MSC3401, MSC4143), by the names in use and those they are to have. Elsewhere such state takes a moderator. */
const CALL_LEVELS = {
  [CALL_MEMBER]: 0,
  [RTC_MEMBER]: 0,
  "m.call.member": 0,
  "m.rtc.member": 0,
};

/** The power levels by event type of a room that is created here: everybody in it can join its calls. For `power_level_content_override.events`. Client-server specification, "m.room.power_levels". */
export const EVENT_LEVELS: Readonly<Record<string, number>> = Object.freeze({ ...DEFAULT_LEVELS, ...CALL_LEVELS });
