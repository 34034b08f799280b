import type { Recovery, RecoveryState } from "../crypto/recovery-state.js";
import type { SessionApi } from "../session/session-api.js";
import { SessionController, type SessionHost } from "./session-controller.js";
import { WatchController } from "./watch-controller.js";

/**
 * Gives its host the recovery of its session's account, and re-renders it when that changes.
 *
 * ```ts
 * #recovery = new RecoveryController(this);
 * render() { return this.#recovery.value ? html`${this.#recovery.value.status}` : signInFirst(); }
 * ```
 */
export class RecoveryController {
  readonly #session: SessionController;
  readonly #status: WatchController<SessionApi["state"], SessionApi["state"]["status"]>;
  readonly #state: WatchController<RecoveryState, RecoveryState>;

  constructor(host: SessionHost) {
    this.#session = new SessionController(host);
    this.#status = new WatchController(
      host,
      () => this.session,
      ({ status }) => status,
    );
    this.#state = new WatchController(
      host,
      () => this.recovery,
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

  /** Only of somebody who is signed in: looking loads its code. */
  get recovery(): Recovery | undefined {
    return this.session?.state.account && this.session.recovery;
  }

  /** What is known of it; `undefined` where nobody is signed in. */
  get value(): RecoveryState | undefined {
    return this.#status.value === "signed-out" ? undefined : this.#state.value;
  }
}
