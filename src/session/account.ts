import { Source } from "../internal/readable.js";
import { INITIAL_ACCOUNT, type AccountState, type RunningAccount } from "./account-state.js";

/** How long a hand-over may take before anybody is told of it, in ms. */
const HAND_OVER = 3_000;

/** {@link RunningAccount} in the tab that runs the client. Outlives the client's restarts. */
export class OwnedAccount implements RunningAccount {
  readonly #source: Source<AccountState>;
  #retry: () => void = () => {};
  /** What is not told yet, while a client that was ready is handed over from another tab. */
  #held?: Partial<AccountState>;
  #holding?: ReturnType<typeof setTimeout>;

  /** `before` is what the last owner said: a hand-over that is quick enough is not seen at all. */
  constructor(before: AccountState = INITIAL_ACCOUNT) {
    this.#source = new Source<AccountState>(before);
    if (before.status === "ready" || before.status === "reconnecting") this.#holding = setTimeout(() => this.#stopHolding(), HAND_OVER);
  }

  get state(): AccountState {
    return this.#source.state;
  }

  subscribe: RunningAccount["subscribe"] = (listener, options) => this.#source.subscribe(listener, options);

  retry(): Promise<void> {
    this.#retry();
    return Promise.resolve();
  }

  /** What `retry` does from now on. */
  onRetry(retry: () => void): void {
    this.#retry = retry;
  }

  report(change: Partial<AccountState>): void {
    const isOnTheWay = change.status === "starting" || change.status === "syncing";
    if (this.#holding !== undefined && isOnTheWay) this.#held = change;
    else {
      if (change.status) this.dispose();
      this.#source.merge(change);
    }
  }

  dispose(): void {
    clearTimeout(this.#holding);
    this.#holding = undefined;
  }

  #stopHolding(): void {
    this.#holding = undefined;
    if (this.#held) this.#source.merge(this.#held);
  }
}
