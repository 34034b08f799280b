import { ContextConsumer, ContextRoot, createContext } from "@lit/context";
import type { ReactiveController, ReactiveElement } from "lit";

import type { SessionApi } from "../session/session-api.js";

/** The key under which `<melo-session>` provides its session: shared by every copy of melo on the page. */
export const sessionContext = createContext<SessionApi | undefined>(Symbol.for("melo.session"));

/** A host may be given its session: the object, or the id of a `<melo-session>` (attribute `session`). */
export type SessionHost = ReactiveElement & { session?: SessionApi | string };

/** What a `<melo-session>` shows to the page: its session, once it has one. */
interface SessionProvider extends Element {
  readonly session?: SessionApi;
}

/**
 * Finds the session of its host: the `session` property, the `<melo-session>` that the `session` attribute names, the nearest one around the host, else the
 * page's only one. Re-renders the host when another one is found.
 *
 * ```ts
 * #session = new SessionController(this);
 * render() { return this.#session.value ? … : this.#session.missing ? noSession() : loading(); }
 * ```
 */
export class SessionController implements ReactiveController {
  readonly #host: SessionHost;
  readonly #consumer: ContextConsumer<typeof sessionContext, SessionHost>;
  #around = false;
  #listening?: AbortController;

  constructor(host: SessionHost) {
    attachRoot();
    this.#host = host;
    host.addController(this);
    const callback = (): void => void (this.#around = true);
    this.#consumer = new ContextConsumer(host, { context: sessionContext, subscribe: true, callback });
  }

  /** The session, or `undefined` while there is none to be found. */
  get value(): SessionApi | undefined {
    const given = this.#host.session;
    if (typeof given === "object") return given;
    if (!given && this.#around) return this.#consumer.value;
    return this.#elsewhere?.session;
  }

  /** No `<melo-session>` is there to wait for: the page's owner has to write one. */
  get missing(): boolean {
    if (!this.#host.isConnected) return false; // an update that comes late: nothing around the host can be asked any more
    if (typeof this.#host.session === "object" || (!this.#host.session && this.#around)) return false;
    return !this.#elsewhere;
  }

  hostConnected(): void {
    this.#listening = new AbortController();
    document.addEventListener("melo-session-ready", this.#handleSessionReady, { signal: this.#listening.signal });
    this.#host.requestUpdate(); // moved to where no session is around it, nobody else would tell
  }

  hostDisconnected(): void {
    this.#listening?.abort();
    this.#around = false; // a consumer that is moved out of its provider would keep the old one
    this.#consumer.value = undefined;
  }

  /** The `<melo-session>` that is meant although it is not around the host. */
  get #elsewhere(): SessionProvider | undefined {
    const id = this.#host.session;
    if (typeof id === "string" && id) {
      const root = this.#host.getRootNode();
      return (root instanceof ShadowRoot ? root.getElementById(id) : null) ?? document.getElementById(id) ?? undefined;
    }
    const all = document.querySelectorAll("melo-session");
    return all.length === 1 ? all[0] : undefined;
  }

  #handleSessionReady = (): void => this.#host.requestUpdate();
}

let root: ContextRoot | undefined;

/** A consumer that is defined before its provider gets its value only through a root. */
function attachRoot(): void {
  if (root) return;
  root = new ContextRoot();
  root.attach(document.documentElement);
}
