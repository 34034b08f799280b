import { msg, str } from "@lit/localize";
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { property, query } from "lit/decorators.js";

import { ActionController } from "../controllers/action-controller.js";
import { CallsController } from "../controllers/calls-controller.js";
import type { CallState } from "../media/calls-state.js";
import type { SessionApi } from "../session/session-api.js";
import toggle from "./call-toggle.styles.js";
import { callErrorWords } from "./call-words.js";
import controls from "./controls.styles.js";
import { icon } from "./icon.js";
import { ChevronUp, CircleAlert } from "./icons.js";
import styles from "./melo-screen-share-menu.styles.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import { placeOnOpen } from "./popover.js";
import popover from "./popover.styles.js";
import tokens from "./tokens.styles.js";

/**
 * How screens are shared in the call of this page: what matters, with or without sound, a second one, and ending one of several. Stands beside a `<melo-screen-share-toggle>`.
 *
 * @example <melo-screen-share-menu></melo-screen-share-menu>
 *
 * @fires {Event} change - Another option was chosen: `hint` or `withoutAudio`.
 * @csspart base - The button.
 * @csspart error - Why it did not work.
 * @cssproperty [--melo-color-raised] - Background of the menu.
 */
export class MeloScreenShareMenu extends LitElement {
  static override styles = [tokens, controls, notice, popover, toggle, styles];
  static override shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true };

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  /** What matters: sharp letters, or smooth pictures. */
  @property() hint: "text" | "motion" = "text";

  /** Without the sound of what is shared. */
  @property({ type: Boolean, attribute: "without-audio" }) withoutAudio = false;

  @query("button") private button?: HTMLElement | null;

  readonly #calls = new CallsController(this, ({ call }) => call);
  readonly #action = new ActionController(this);

  protected override render(): TemplateResult {
    if (this.#calls.missing) return noSession("melo-screen-share-menu");
    const call = this.#calls.value;
    const label = msg("Options for sharing the screen");
    const isUsable = call?.canSpeak === true && (call.status === "connected" || call.status === "reconnecting");
    return html`
      <button type="button" part="base" class="toggle small" popovertarget="menu" aria-label=${label} title=${label} ?disabled=${!isUsable}>
        ${icon(ChevronUp)}
      </button>
      <div class="popover" id="menu" popover @beforetoggle=${this.#handleOpen}>
        <fieldset>
          <legend>${msg("What matters")}</legend>
          ${this.#renderHint("text", msg("Sharp text"))} ${this.#renderHint("motion", msg("Smooth pictures"))}
        </fieldset>
        <label class="option"
          ><input type="checkbox" .checked=${!this.withoutAudio} @change=${this.#handleAudio} /> ${msg("With sound, where the browser gives it")}</label
        >
        ${call ? this.#renderShares(call) : nothing}
        <div role="alert">${this.#renderError()}</div>
      </div>
    `;
  }

  #renderHint(hint: "text" | "motion", label: string): TemplateResult {
    return html`<label class="option"
      ><input type="radio" name="hint" .checked=${this.hint === hint} @change=${() => this.#choose(hint)} /> ${label}</label
    >`;
  }

  #renderShares({ screens }: CallState): TemplateResult | typeof nothing {
    if (screens.length === 0) return nothing;
    return html`
      ${
        screens.length > 1
          ? screens.map(
              ({ id }, index) =>
                html`<button type="button" class="item" @click=${() => this.#stop(id)}>${msg(str`Stop screen ${index + 1}`)}</button>`,
            )
          : nothing
      }
      <button type="button" class="item" @click=${this.#handleAnother}>${msg("Share another screen")}</button>
    `;
  }

  #renderError(): unknown {
    const { error } = this.#action;
    return error && html`<p class="notice bad" part="error">${icon(CircleAlert)}<span>${callErrorWords(error).text}</span></p>`;
  }

  /** Also what is shared already follows. */
  #choose(hint: "text" | "motion"): void {
    this.hint = hint;
    this.dispatchEvent(new Event("change"));
    const { calls, value } = this.#calls;
    void this.#action.run(async () => {
      for (const { id } of value?.screens ?? []) await calls?.setScreenShareHint(id, hint);
    });
  }

  #stop(id: string): void {
    void this.#action.run(async () => this.#calls.calls?.stopScreenShare(id));
  }

  #handleAudio = (event: Event): void => {
    this.withoutAudio = !(event.target as HTMLInputElement).checked;
    this.dispatchEvent(new Event("change"));
  };

  #handleAnother = (): void =>
    void this.#action.run(async () => this.#calls.calls?.startScreenShare({ audio: !this.withoutAudio, hint: this.hint }));

  #handleOpen = (event: ToggleEvent): void => placeOnOpen(event, this.button ?? undefined);
}

if (!customElements.get("melo-screen-share-menu")) customElements.define("melo-screen-share-menu", MeloScreenShareMenu);

declare global {
  interface HTMLElementTagNameMap {
    "melo-screen-share-menu": MeloScreenShareMenu;
  }
}
