import { msg, str } from "@lit/localize";

import type { SessionOptions } from "../session/session-state.js";

/** What the page's owner has to change in the attributes of a `<melo-session>`, in one sentence; `undefined` if they can be used. */
export function optionsProblem({ homeserver, profile, devicePolicy }: SessionOptions): string | undefined {
  if (!homeserver) return msg('melo cannot start: write <melo-session homeserver="https://…">, or set its session.');
  if (!isAddress(homeserver)) return msg(str`melo cannot start: homeserver="${homeserver}" is neither a URL nor a server name.`);
  if (!profile || !/^[\w.-]{1,64}$/.test(profile))
    return msg(str`melo cannot start: profile="${profile ?? ""}" may have letters, digits, "-", "_" and "." only.`);
  if (devicePolicy !== "signed-devices" && devicePolicy !== "all-devices")
    return msg(str`melo cannot start: device-policy="${devicePolicy ?? ""}" is neither "signed-devices" nor "all-devices".`);
  return undefined;
}

/** A URL, or a server name with an optional port: where both lead is for the session to find out. */
function isAddress(homeserver: string): boolean {
  if (homeserver.includes("://")) return URL.canParse(homeserver) && /^https?:/i.test(homeserver);
  return /^([\w.-]+|\[[\da-fA-F:.]+\])(:\d{1,5})?$/.test(homeserver);
}
