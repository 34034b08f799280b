import { Source } from "../internal/readable.js";
import type { ActiveCalls } from "./active-calls.js";
import type { RoomLookup } from "./call-domain.js";
import { INITIAL_CALL_KEYS, type CallKeys, type CallKeysState } from "./call-keys-state.js";

/** {@link CallKeys} of the call that this device is in. */
export class LiveCallKeys implements CallKeys, Disposable {
  readonly #active: ActiveCalls;
  readonly #lookup: RoomLookup;
  readonly #source = new Source<CallKeysState>(INITIAL_CALL_KEYS);
  readonly #life = new AbortController();

  constructor(active: ActiveCalls, lookup: RoomLookup) {
    this.#active = active;
    this.#lookup = lookup;
    const { signal } = this.#life;
    active.subscribe(this.#update, { signal });
    lookup.subscribe(this.#update, { signal });
    this.#update();
  }

  get state(): CallKeysState {
    return this.#source.state;
  }

  subscribe: CallKeys["subscribe"] = (listener, options) => this.#source.subscribe(listener, options);

  [Symbol.dispose](): void {
    this.#life.abort();
    this.#source.merge(INITIAL_CALL_KEYS);
  }

  #update = (): void => {
    this.#source.merge(this.#active.of(this.#lookup.state.roomId)?.state.keys ?? INITIAL_CALL_KEYS);
  };
}
