/** Longer texts are cut, in UTF-16 units: an event has 64 KiB at most, so only a broken server sends more. */
const LONGEST = 65_536;

/** `value` if it is an object with fields, else an empty one: content from the server may be anything. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** The text in an own field of that name; `undefined` if there is none. */
export function textIn(fields: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return typeof value === "string" ? value.slice(0, LONGEST) : undefined;
}

/** The count in an own field of that name: a whole number from 0. */
export function countIn(fields: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
