import { msg, str } from "@lit/localize";

import type { OwnDevice } from "../crypto/own-devices-state.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A server tells the last use some minutes late. */
const NOW = 5 * MINUTE;

let relative: Intl.RelativeTimeFormat | undefined;
let date: Intl.DateTimeFormat | undefined;

/** What to call a device. */
export function deviceName({ name, deviceId }: Pick<OwnDevice, "name" | "deviceId">): string {
  return name ?? deviceId;
}

/** "Last seen 3 days ago · 203.0.113.7". */
export function lastSeenWords({ isCurrent, lastSeen, ip }: OwnDevice, now: number): string {
  const when = isCurrent
    ? msg("In use now")
    : lastSeen === undefined
      ? msg("Never seen")
      : msg(str`Last seen ${ago(now - lastSeen, lastSeen)}`);
  return ip ? `${when} · ${ip}` : when;
}

export function trustWords(trust: OwnDevice["trust"]): string {
  if (trust === "verified") return msg("Verified");
  if (trust === "unverified") return msg("Not verified");
  return msg("Reads no encrypted messages");
}

/** The question before devices are signed out. */
export function signOutHeading(devices: readonly OwnDevice[]): string {
  const [first] = devices;
  if (devices.length === 1 && first) return msg(str`Sign out “${deviceName(first)}”?`);
  return msg(str`Sign out ${devices.length} devices?`);
}

/** What is at stake when `leaving` are signed out, one sentence each. */
export function stakes(leaving: readonly OwnDevice[], all: readonly OwnDevice[]): string[] {
  const one = leaving.length === 1;
  const sentences = [
    one
      ? msg("Whoever uses it has to sign in again, and messages whose keys only it has cannot be opened any more.")
      : msg("Whoever uses them has to sign in again, and messages whose keys only they have cannot be opened any more."),
  ];
  const isVouching = ({ trust, isCurrent }: OwnDevice) => trust === "verified" && !isCurrent;
  if (leaving.some(isVouching) && !all.some((device) => isVouching(device) && !leaving.includes(device))) {
    sentences.push(
      msg("After that no other device of yours is verified: if you lose this one, only your recovery key opens your messages."),
    );
  }
  return sentences;
}

/** What has happened, for the live region. */
export function signedOutWords(count: number): string {
  return count === 1 ? msg("The device is signed out.") : msg(str`${count} devices are signed out.`);
}

function ago(age: number, time: number): string {
  relative ??= new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
  if (age < NOW) return msg("just now");
  if (age < HOUR) return relative.format(-Math.round(age / MINUTE), "minute");
  if (age < DAY) return relative.format(-Math.round(age / HOUR), "hour");
  if (age < 30 * DAY) return relative.format(-Math.round(age / DAY), "day");
  date ??= new Intl.DateTimeFormat(undefined, { dateStyle: "long" });
  return msg(str`on ${date.format(time)}`);
}
