import { msg } from "@lit/localize";
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { property, query } from "lit/decorators.js";

import controls from "./controls.styles.js";
import styles from "./melo-dialog.styles.js";
import tokens from "./tokens.styles.js";

/** The visitor answered a `<melo-dialog>`. */
export class MeloDialogCloseEvent extends Event {
  constructor(readonly confirmed: boolean) {
    super("melo-dialog-close", { bubbles: true, composed: true });
  }
}

/**
 * Asks for a confirmation, above everything else on the page. Escape and the second button mean no; afterwards the focus is where it was.
 *
 * @example <melo-dialog heading="Leave the room?" confirm="Leave">You can come back only with an invitation.</melo-dialog>
 *
 * @slot - What happens, in a sentence or two.
 * @slot actions - Other buttons in place of the two, for a question that has steps. They end it with `close()`.
 * @fires {MeloDialogCloseEvent} melo-dialog-close - The visitor answered.
 * @csspart base - The dialog.
 * @csspart heading - Its question.
 * @csspart actions - The row of buttons.
 * @cssproperty [--melo-color-raised] - Its background.
 */
export class MeloDialog extends LitElement {
  static override styles = [tokens, controls, styles];

  /** The question. */
  @property() heading = "";

  /** What the first button does. */
  @property() confirm = "";

  /** What the second button says; by default that nothing happens. */
  @property() cancel = "";

  /** Tells something and asks nothing: one button, which closes it. */
  @property({ type: Boolean }) informs = false;

  @query("dialog") private dialog!: HTMLDialogElement;

  #answer?: (confirmed: boolean) => void;

  /** Shows the question; resolves with whether it was confirmed. Asking again before the answer means no to the first. */
  async ask(): Promise<boolean> {
    await this.updateComplete;
    this.#answer?.(false);
    const before = focused();
    const confirmed = await new Promise<boolean>((resolve) => {
      this.#answer = resolve;
      this.dialog.returnValue = "";
      if (!this.dialog.open) this.dialog.showModal();
    });
    if (before?.isConnected) before.focus();
    return confirmed;
  }

  /** Answers in the visitor's place, as Enter in a field of the content does. */
  answer(confirmed: boolean): void {
    this.dialog.close(confirmed ? "confirm" : "cancel");
  }

  /** Ends the question without the visitor: as a no. */
  close(): void {
    if (this.hasUpdated) this.dialog.close();
    this.#close(false);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.close(); // else it would come back as an open dialog that blocks nothing
  }

  protected override render(): TemplateResult {
    return html`
      <dialog part="base" aria-labelledby="heading" aria-describedby="content" @close=${this.#handleClose} @cancel=${this.#handleCancel}>
        <form method="dialog">
          <h2 id="heading" part="heading">${this.heading}</h2>
          <div id="content" class="content"><slot></slot></div>
          <div class="actions" part="actions">
            <slot name="actions">
              <button class="outlined" value="cancel" autofocus>${this.cancel || (this.informs ? msg("Close") : msg("Cancel"))}</button>
              ${this.informs ? nothing : html`<button class="filled" value="confirm">${this.confirm || msg("Continue")}</button>`}
            </slot>
          </div>
        </form>
      </dialog>
    `;
  }

  #close(confirmed: boolean): void {
    const answer = this.#answer;
    this.#answer = undefined;
    if (!answer) return;
    answer(confirmed);
    this.dispatchEvent(new MeloDialogCloseEvent(confirmed));
  }

  /** The event comes late: by then the question may have been asked again. */
  #handleClose = (): void => {
    if (!this.dialog.open) this.#close(this.dialog.returnValue === "confirm");
  };

  /** Escape belongs to the question, not to whatever it is asked on; `cancel` of a child (a file field) is not Escape. */
  #handleCancel = (event: Event): void => event.stopPropagation();
}

/** The element that has the focus, also inside shadow roots. */
function focused(): HTMLElement | undefined {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active instanceof HTMLElement ? active : undefined;
}

if (!customElements.get("melo-dialog")) customElements.define("melo-dialog", MeloDialog);

declare global {
  interface HTMLElementTagNameMap {
    "melo-dialog": MeloDialog;
  }
  interface HTMLElementEventMap {
    "melo-dialog-close": MeloDialogCloseEvent;
  }
}
