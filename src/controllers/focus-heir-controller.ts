import type { ReactiveController, ReactiveElement } from "lit";

/**
 * Passes the focus on when what had it goes away with a step that the visitor has taken (signed in, joined): otherwise it falls to the page, and a keyboard has to begin from its top.
 * Somebody who has meanwhile gone elsewhere, by pointer or by key, is left alone.
 *
 * ```ts
 * new FocusHeirController(this, () => this.renderRoot.querySelector("melo-composer"));
 * ```
 */
export class FocusHeirController implements ReactiveController {
  readonly #host: ReactiveElement;
  readonly #heir: () => (HTMLElement & Partial<Pick<ReactiveElement, "updateComplete">>) | null;
  #listening?: AbortController;
  /** The visitor's focus was in the host last. */
  #inside = false;

  constructor(host: ReactiveElement, heir: () => HTMLElement | null) {
    this.#host = host;
    this.#heir = heir;
    host.addController(this);
  }

  hostConnected(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    document.addEventListener("focusin", this.#handleFocus, { signal });
    document.addEventListener("pointerdown", this.#handlePointer, { capture: true, signal });
  }

  hostDisconnected(): void {
    this.#listening?.abort();
    this.#inside = false;
  }

  hostUpdated(): void {
    if (this.#isLost) void this.#passOn();
  }

  get #isLost(): boolean {
    return this.#inside && document.activeElement === document.body;
  }

  async #passOn(): Promise<void> {
    const heir = this.#heir();
    await heir?.updateComplete;
    if (heir?.isConnected && this.#isLost) heir.focus();
  }

  #handleFocus = (event: FocusEvent): void => void (this.#inside = event.composedPath().includes(this.#host));

  /** What is pressed gets the focus after this, if it can have it. */
  #handlePointer = (): void => void (this.#inside = false);
}
