import type { ReactiveController, ReactiveControllerHost } from "lit";

import type { SessionApi } from "../session/session-api.js";

/** The tags that say how well the encryption of a session is, by session. */
const tags = new WeakMap<SessionApi, Set<object>>();
const changes = new EventTarget();

/** Notes that a tag says it, or does not any more. */
export function showsHealth(session: SessionApi | undefined, tag: object, shows: boolean): void {
  if (!session) return;
  const known = tags.get(session) ?? new Set();
  if (known.has(tag) === shows) return;
  if (shows) known.add(tag);
  else known.delete(tag);
  tags.set(session, known);
  changes.dispatchEvent(new Event("change"));
}

/** Tells its host whether another tag on the page says how well the encryption of a session is: nobody is asked for the same thing twice. */
export class HealthShownController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #session: () => SessionApi | undefined;

  constructor(host: ReactiveControllerHost, session: () => SessionApi | undefined) {
    this.#host = host;
    this.#session = session;
    host.addController(this);
  }

  get value(): boolean {
    const session = this.#session();
    return session !== undefined && (tags.get(session)?.size ?? 0) > 0;
  }

  hostConnected(): void {
    changes.addEventListener("change", this.#handleChange);
  }

  hostDisconnected(): void {
    changes.removeEventListener("change", this.#handleChange);
  }

  #handleChange = (): void => this.#host.requestUpdate();
}
