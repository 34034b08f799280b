import { ContextConsumer, ContextRoot, createContext } from "@lit/context";
import type { ReactiveController, ReactiveElement } from "lit";

import type { SessionApi } from "../session/session-api.js";

/** The key under which `<melo-session>` provides its session: shared by every copy of melo on the page. */
export const sessionContext = createContext<SessionApi | undefined>(Symbol.for("melo.session"));

/** A host may be given its session: the object, or the id of a `<melo-session>` (attribute `session`). */
export type SessionHost = ReactiveElement & { session?: SessionApi | string };

/** What a `<melo-session>` shows to the page: its session, once it has one. */
interface SessionProvider extends HTMLElement {
  readonly session?: SessionApi;
}

/**
 * Finds the session of its host: the `session` property, the `<melo-session>` that the `session` attribute names, the nearest one around the host, else the
 * page's only one. Re-renders the host when another one is found.
 *
 * ```ts
 * #session = new SessionController(this);
 * render() { return this.#session.value ? … : noSession(); }
 * ```
 */
export class SessionController implements ReactiveController {
  readonly #host: SessionHost;
  readonly #consumer: ContextConsumer<typeof sessionContext, SessionHost>;
  #listening?: AbortController;

  constructor(host: SessionHost) {
    attachRoot();
    this.#host = host;
    host.addController(this);
    this.#consumer = new ContextConsumer(host, { context: sessionContext, subscribe: true });
  }

  /** The session, or `undefined` while there is none to be found. */
  get value(): SessionApi | undefined {
    const given = this.#host.session;
    if (typeof given === "object") return given;
    if (typeof given === "string" && given) return sessionOf(document.getElementById(given));
    if (this.#host.isConnected && this.#consumer.value) return this.#consumer.value;
    const all = document.querySelectorAll("melo-session");
    return all.length === 1 ? sessionOf(all[0]!) : undefined;
  }

  hostConnected(): void {
    this.#listening = new AbortController();
    document.addEventListener("melo-session-ready", this.#handleSessionReady, { signal: this.#listening.signal });
  }

  hostDisconnected(): void {
    this.#listening?.abort();
    this.#consumer.value = undefined; // a consumer that is moved out of its provider would keep the old one
  }

  #handleSessionReady = (): void => this.#host.requestUpdate();
}

function sessionOf(element: Element | null): SessionApi | undefined {
  return (element as SessionProvider | null)?.session;
}

let root: ContextRoot | undefined;

/** A consumer that is defined before its provider gets its value only through a root. */
function attachRoot(): void {
  if (root) return;
  root = new ContextRoot();
  root.attach(document.documentElement);
}
