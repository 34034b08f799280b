import type { ReactiveController, ReactiveControllerHost } from "lit";

import { MeloError, type ErrorInfo } from "../internal/errors.js";

/**
 * Runs one action at a time for its host, and keeps why the last one failed. Re-renders the host when one begins and ends.
 *
 * ```ts
 * #action = new ActionController(this);
 * render() { return html`<button ?disabled=${this.#action.busy} @click=${() => this.#action.run(() => calls.leave())}>…`; }
 * ```
 */
export class ActionController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #busy = false;
  #error?: ErrorInfo;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {}

  get busy(): boolean {
    return this.#busy;
  }

  /** Why the last action failed. */
  get error(): ErrorInfo | undefined {
    return this.#error;
  }

  /** Forgets the error. */
  clear(): void {
    if (!this.#error) return;
    this.#error = undefined;
    this.#host.requestUpdate();
  }

  /** Resolves with whether it was done: `false` also while another one runs. Never rejects. */
  async run(action: () => Promise<unknown>): Promise<boolean> {
    if (this.#busy) return false;
    this.#busy = true;
    this.#error = undefined;
    this.#host.requestUpdate();
    try {
      await action();
      return true;
    } catch (error) {
      this.#error = MeloError.from(error).toInfo();
      return false;
    } finally {
      this.#busy = false;
      this.#host.requestUpdate();
    }
  }
}
