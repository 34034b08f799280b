import type { ReactiveController, ReactiveControllerHost } from "lit";

/**
 * Re-renders its host every second while the host waits for a time to come, and not a second longer: countdowns, and words that come
 * after a while. Stands still while the host is off the page.
 *
 * ```ts
 * #clock = new ClockController(this, () => this.retryAt);
 * render() { return html`${Math.ceil((this.retryAt - this.#clock.now) / 1000)} s`; }
 * ```
 */
export class ClockController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #until: () => number | undefined;
  #timer?: ReturnType<typeof setTimeout>;

  /** `until`: in ms since 1970, what the host waits for; `undefined` for nothing. */
  constructor(host: ReactiveControllerHost, until: () => number | undefined) {
    this.#host = host;
    this.#until = until;
    host.addController(this);
  }

  /** In ms since 1970. */
  get now(): number {
    return Date.now();
  }

  hostConnected(): void {
    this.#host.requestUpdate(); // the time may have come while the host was away
  }

  hostUpdated(): void {
    clearTimeout(this.#timer);
    const left = (this.#until() ?? 0) - this.now;
    if (left > 0) this.#timer = setTimeout(this.#handleTick, left % 1000 || 1000);
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
  }

  #handleTick = (): void => this.#host.requestUpdate();
}
