import type { Readable } from "../internal/readable.js";
import type { SessionApi } from "../session/session-api.js";
import { SessionController, type SessionHost } from "./session-controller.js";
import { WatchController } from "./watch-controller.js";

/** Gives its host one part of the account that is signed in to its session, and re-renders it when that changes. What each part is for is said by the classes made of this. */
export abstract class AccountPartController<Part extends Readable<object>> {
  readonly #session: SessionController;
  readonly #status: WatchController<SessionApi["state"], SessionApi["state"]["status"]>;
  readonly #state: WatchController<object, object>;

  constructor(host: SessionHost) {
    this.#session = new SessionController(host);
    this.#status = new WatchController(
      host,
      () => this.session,
      ({ status }) => status,
    );
    this.#state = new WatchController<object, object>(
      host,
      () => this.part,
      (state) => state,
    );
  }

  /** The host's session, or `undefined` while there is none to be found. */
  get session(): SessionApi | undefined {
    return this.#session.value;
  }

  /** No `<melo-session>` is there to wait for. */
  get missing(): boolean {
    return this.#session.missing;
  }

  /** The object with the actions. Only of somebody who is signed in: looking loads its code. */
  get part(): Part | undefined {
    return this.session?.state.account && this.partOf(this.session);
  }

  /** What is known of it; `undefined` where nobody is signed in. */
  get value(): Part["state"] | undefined {
    return this.#status.value === "signed-out" ? undefined : this.#state.value;
  }

  protected abstract partOf(session: SessionApi): Part;
}
