import { ssoRedirectUrl } from "../matrix/login.js";

/** Where this tab remembers which sign-ins it has sent the visitor away for. */
const STARTED = "melo:sso";
/** Names the sign-in in the address that the visitor comes back to. */
const STATE = "meloSso";
/** Several providers may be offered, each with a link of its own. */
const MOST_STARTED = 10;

interface Started {
  readonly state: string;
  readonly slotKey: string;
  readonly homeserver: string;
}

/** Begins a single sign-on: the address to send the visitor to. They come back to `returnTo`, which may have no other fragment than its own. */
export function startSso(slotKey: string, homeserver: string, returnTo: string, providerId?: string): string {
  const state = crypto.randomUUID();
  sessionStorage.setItem(STARTED, JSON.stringify([...startedHere(), { state, slotKey, homeserver }].slice(-MOST_STARTED)));
  const url = new URL(returnTo, location.href);
  url.searchParams.set(STATE, state);
  return ssoRedirectUrl(homeserver, url.href, providerId);
}

/**
 * The `loginToken` that a single sign-on of this slot has brought back to this page, and the homeserver it is for. It is taken out of the page's address and
 * works once. A token that this tab did not ask for is left alone: it could sign the visitor in to somebody else's account.
 */
export function finishSso(slotKey: string): { readonly homeserver: string; readonly token: string } | undefined {
  const url = new URL(location.href);
  const token = url.searchParams.get("loginToken");
  const state = url.searchParams.get(STATE);
  if (!token || !state) return undefined;
  const started = startedHere();
  const match = started.find((entry) => entry.state === state && entry.slotKey === slotKey);
  if (!match) return undefined;
  sessionStorage.removeItem(STARTED);
  url.searchParams.delete("loginToken");
  url.searchParams.delete(STATE);
  history.replaceState(history.state, "", url);
  return { homeserver: match.homeserver, token };
}

function startedHere(): Started[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(STARTED) ?? "[]");
    return Array.isArray(kept) ? (kept as Started[]) : [];
  } catch {
    return []; // blocked or damaged: nothing was started that could be told apart
  }
}
