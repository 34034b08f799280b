import type { SessionApi } from "../session/session-api.js";

/** The tags that ask the visitor to decide about somebody, and about whom, by session. */
const tags = new WeakMap<SessionApi, Map<object, string>>();
const changes = new EventTarget();

/** Notes that a tag asks the visitor to decide about a user; `undefined`: about nobody any more. */
export function tellsOf(session: SessionApi | undefined, tag: object, userId: string | undefined): void {
  if (!session) return;
  const known = tags.get(session) ?? new Map<object, string>();
  if (known.get(tag) === userId) return;
  if (userId === undefined) known.delete(tag);
  else known.set(tag, userId);
  tags.set(session, known);
  changes.dispatchEvent(new Event("change"));
}

/** Whom tags on the page ask about already: nobody is asked for the same thing twice. */
export function toldPeople(session: SessionApi): ReadonlySet<string> {
  return new Set(tags.get(session)?.values());
}

/** Calls `listener` whenever {@link toldPeople} may have changed. */
export function onToldPeople(listener: () => void, signal: AbortSignal): void {
  changes.addEventListener("change", listener, { signal });
}
