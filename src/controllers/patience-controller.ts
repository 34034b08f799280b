import type { ReactiveController, ReactiveControllerHost } from "lit";

/** After how long, in ms, an element says what it waits for: before that, words would only flash by. */
const PATIENCE = 3000;

/**
 * Tells its host when it has been waiting for so long that it should say for what.
 *
 * ```ts
 * #patience = new PatienceController(this, () => this.status === "loading");
 * render() { return html`Loading… ${this.#patience.over ? "Still asking the server." : ""}`; }
 * ```
 */
export class PatienceController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #waiting: () => boolean;
  #timer?: ReturnType<typeof setTimeout>;
  #over = false;

  constructor(host: ReactiveControllerHost, waiting: () => boolean) {
    this.#host = host;
    this.#waiting = waiting;
    host.addController(this);
  }

  get over(): boolean {
    return this.#over;
  }

  hostUpdate(): void {
    if (!this.#waiting()) this.#reset();
    else this.#timer ??= setTimeout(this.#handleTimeout, PATIENCE);
  }

  hostDisconnected(): void {
    this.#reset();
  }

  #reset(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#over = false;
  }

  #handleTimeout = (): void => {
    this.#over = true;
    this.#host.requestUpdate();
  };
}
