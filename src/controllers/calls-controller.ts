import type { Calls, CallsState } from "../media/calls-state.js";
import type { SessionApi } from "../session/session-api.js";
import { SessionController, type SessionHost } from "./session-controller.js";
import { WatchController } from "./watch-controller.js";

/**
 * Gives its host the calls of its session, and what it selects of their state; re-renders the host when that changes.
 *
 * ```ts
 * #calls = new CallsController(this, ({ call }) => call?.deafened);
 * render() { return html`<button @click=${() => this.#calls.calls?.setDeafened(!this.#calls.value)}>…`; }
 * ```
 */
export class CallsController<T> {
  readonly #session: SessionController;
  readonly #watch: WatchController<CallsState, T>;

  constructor(host: SessionHost, select: (state: CallsState) => T) {
    this.#session = new SessionController(host);
    this.#watch = new WatchController(host, () => this.calls, select);
  }

  /** The host's session, or `undefined` while there is none to be found. */
  get session(): SessionApi | undefined {
    return this.#session.value;
  }

  /** No `<melo-session>` is there to wait for. */
  get missing(): boolean {
    return this.#session.missing;
  }

  /** The calls of this page, to act on them. */
  get calls(): Calls | undefined {
    return this.session?.calls;
  }

  /** What was selected, or `undefined` without a session. */
  get value(): T | undefined {
    return this.#watch.value;
  }
}
