import { msg } from "@lit/localize";

const formats = new Map<string, Intl.DateTimeFormat>();

/** "16:02" or "4:02 PM", as the visitor's language writes it. */
export function clockTime(time: number): string {
  return format("clock", { timeStyle: "short" }).format(time);
}

/** "Saturday 21 November 2026 at 16:02". */
export function fullTime(time: number): string {
  return format("full", { dateStyle: "full", timeStyle: "short" }).format(time);
}

/** "Today", "Yesterday", "Saturday 21 November", with the year if it is another one. */
export function dayName(day: number, now: number): string {
  const today = new Date(now).setHours(0, 0, 0, 0);
  if (day === today) return msg("Today");
  if (day === new Date(new Date(now).setDate(new Date(now).getDate() - 1)).setHours(0, 0, 0, 0)) return msg("Yesterday");
  const sameYear = new Date(day).getFullYear() === new Date(now).getFullYear();
  return format(sameYear ? "day" : "day of a year", {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: sameYear ? undefined : "numeric",
  }).format(day);
}

/** "1.4 MB". */
export function byteSize(bytes: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
  return new Intl.NumberFormat(undefined, { style: "unit", unit: units[step]!, maximumFractionDigits: 1 }).format(bytes / 1000 ** step);
}

function format(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  let known = formats.get(name);
  if (!known) formats.set(name, (known = new Intl.DateTimeFormat(undefined, options)));
  return known;
}
