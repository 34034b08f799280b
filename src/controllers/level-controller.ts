import type { ReactiveController, ReactiveControllerHost } from "lit";

import type { Calls } from "../media/calls-state.js";

/**
 * Tells its host how loud somebody is, some times a second, without re-rendering it. Listens only while the host is on the page.
 *
 * ```ts
 * #level = new LevelController(this, () => this.#calls.calls, () => this.participant, (level) => this.bar?.style.setProperty("--_level", `${level}`));
 * ```
 */
export class LevelController implements ReactiveController {
  readonly #calls: () => Calls | undefined;
  readonly #participant: () => string | undefined;
  readonly #listener: (level: number) => void;
  #watched?: string;
  #watching?: Calls;
  #end?: () => void;
  #isConnected = false;

  /** `participant`: an id, or `preview`; `undefined` for nobody. `listener` gets 0 to 1. */
  constructor(
    host: ReactiveControllerHost,
    calls: () => Calls | undefined,
    participant: () => string | undefined,
    listener: (level: number) => void,
  ) {
    this.#calls = calls;
    this.#participant = participant;
    this.#listener = listener;
    host.addController(this);
  }

  hostUpdated(): void {
    if (this.#isConnected) this.#watch(this.#calls(), this.#participant());
  }

  hostDisconnected(): void {
    this.#isConnected = false;
    this.#watch(undefined, undefined);
  }

  hostConnected(): void {
    this.#isConnected = true;
    this.#watch(this.#calls(), this.#participant());
  }

  #watch(calls: Calls | undefined, participant: string | undefined): void {
    if (calls === this.#watching && participant === this.#watched) return;
    this.#end?.();
    this.#watching = calls;
    this.#watched = participant;
    this.#end = calls && participant ? calls.watchLevel(participant, this.#listener) : undefined;
    if (!this.#end) this.#listener(0);
  }
}
