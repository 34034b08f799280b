import { msg } from "@lit/localize";
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";

import { ActionController } from "../controllers/action-controller.js";
import { CallsController } from "../controllers/calls-controller.js";
import type { SessionApi } from "../session/session-api.js";
import { MeloCallLeaveEvent } from "./call-events.js";
import toggle from "./call-toggle.styles.js";
import controls from "./controls.styles.js";
import { icon } from "./icon.js";
import { PhoneOff } from "./icons.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import tokens from "./tokens.styles.js";

/**
 * Leaves the call of this page.
 *
 * @example <melo-call-leave></melo-call-leave>
 *
 * @fires {MeloCallLeaveEvent} melo-call-leave - Cancelable: the visitor wants to leave.
 * @csspart base - The button.
 * @cssstate idle - This page is in no call.
 */
export class MeloCallLeave extends LitElement {
  static override styles = [tokens, controls, notice, toggle];
  static override shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true };

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  /** The word beside the icon, not only for a screen reader. */
  @property({ type: Boolean, reflect: true }) labelled = false;

  readonly #internals = this.attachInternals();
  readonly #calls = new CallsController(this, ({ call }) => call?.roomId);
  readonly #action = new ActionController(this);

  protected override willUpdate(): void {
    this.#internals.states[this.#calls.value === undefined ? "add" : "delete"]("idle");
  }

  protected override render(): TemplateResult {
    if (this.#calls.missing) return noSession("melo-call-leave");
    const label = msg("Leave the call");
    const isIdle = this.#calls.value === undefined;
    return html`<button
      type="button"
      part="base"
      class="toggle hang"
      aria-label=${this.labelled ? nothing : label}
      title=${label}
      ?disabled=${isIdle || this.#action.busy}
      @click=${this.#handleClick}
    >
      ${icon(PhoneOff)}${this.labelled ? html`<span>${msg("Leave")}</span>` : nothing}
    </button>`;
  }

  #handleClick = (): void => {
    const { calls, value: roomId } = this.#calls;
    if (!calls || roomId === undefined) return;
    if (this.dispatchEvent(new MeloCallLeaveEvent(roomId))) void this.#action.run(() => calls.leave());
  };
}

if (!customElements.get("melo-call-leave")) customElements.define("melo-call-leave", MeloCallLeave);

declare global {
  interface HTMLElementTagNameMap {
    "melo-call-leave": MeloCallLeave;
  }
}
