import { textIn } from "./event-content.js";

type Fields = Readonly<Record<string, unknown>>;

/** The only algorithm of rooms. Client-server specification, "m.room.encryption". */
export const MEGOLM = "m.megolm.v1.aes-sha2";

/** What the specification's defaults are where an event leaves them out: a week in ms, and 100 messages. */
const DEFAULTS = { rotation_period_ms: 604_800_000, rotation_period_msgs: 100 };

/**
 * Whether the content of an `m.room.encryption` event takes back what one before it said: another algorithm or none, or keys that are used for longer. Nothing of that is
 * ever obeyed; it is told.
 */
export function weakensEncryption(content: Fields, before: Fields): boolean {
  if (textIn(content, "algorithm") !== MEGOLM) return true;
  if (textIn(before, "algorithm") !== MEGOLM) return false;
  return (Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[]).some((name) => period(content, name) > period(before, name));
}

function period(content: Fields, name: keyof typeof DEFAULTS): number {
  const value = content[name];
  return typeof value === "number" ? value : DEFAULTS[name];
}
