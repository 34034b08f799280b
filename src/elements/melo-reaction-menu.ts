import { msg, str } from "@lit/localize";
import { LitElement, html, type TemplateResult } from "lit";
import { property, query } from "lit/decorators.js";

import { ActionController } from "../controllers/action-controller.js";
import { CallsController } from "../controllers/calls-controller.js";
import type { SessionApi } from "../session/session-api.js";
import toggle from "./call-toggle.styles.js";
import { callErrorWords } from "./call-words.js";
import controls from "./controls.styles.js";
import { icon } from "./icon.js";
import { CircleAlert, FaceSmiling } from "./icons.js";
import styles from "./melo-reaction-menu.styles.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import { placeOnOpen } from "./popover.js";
import popover from "./popover.styles.js";
import { reactions } from "./reactions.js";
import tokens from "./tokens.styles.js";

/**
 * Sends an emoji to all in the call of this page; it is seen for a few seconds.
 *
 * @example <melo-reaction-menu></melo-reaction-menu>
 *
 * @csspart base - The button.
 * @csspart list - The emoji.
 * @csspart item - Each emoji.
 * @csspart error - Why it was not sent.
 * @cssproperty [--melo-color-raised] - Background of the emoji.
 */
export class MeloReactionMenu extends LitElement {
  static override styles = [tokens, controls, notice, popover, toggle, styles];
  static override shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true };

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  @query("button") private button?: HTMLElement | null;
  @query(".popover") private menu?: HTMLElement | null;

  readonly #calls = new CallsController(this, ({ call }) => call?.status === "connected" || call?.status === "reconnecting");
  readonly #action = new ActionController(this);

  protected override render(): TemplateResult {
    if (this.#calls.missing) return noSession("melo-reaction-menu");
    const label = msg("React");
    return html`
      <button
        type="button"
        part="base"
        class="toggle"
        popovertarget="menu"
        aria-label=${label}
        title=${label}
        ?disabled=${!this.#calls.value}
      >
        ${icon(FaceSmiling)}
      </button>
      <div class="popover" id="menu" popover @beforetoggle=${this.#handleOpen} @keydown=${this.#handleKey}>
        <div class="emoji" part="list" role="group" aria-label=${msg("Reactions")}>
          ${reactions().map(
            ([emoji, name], index) =>
              html`<button
                type="button"
                part="item"
                aria-label=${msg(str`${name} reaction`)}
                title=${name}
                ?autofocus=${index === 0}
                @click=${() => this.#send(emoji)}
              >
                ${emoji}
              </button>`,
          )}
        </div>
        <div role="alert">${this.#renderError()}</div>
      </div>
    `;
  }

  #renderError(): unknown {
    const { error } = this.#action;
    return error && html`<p class="notice bad" part="error">${icon(CircleAlert)}<span>${callErrorWords(error).text}</span></p>`;
  }

  #handleOpen = (event: ToggleEvent): void => {
    if (event.newState === "open") this.#action.clear();
    placeOnOpen(event, this.button ?? undefined);
  };

  /** Arrows lead from emoji to emoji. */
  #handleKey = (event: KeyboardEvent): void => {
    const all = [...this.renderRoot.querySelectorAll<HTMLElement>(".emoji button")];
    const at = all.indexOf(this.shadowRoot!.activeElement as HTMLElement);
    const to = { ArrowLeft: at - 1, ArrowUp: at - 4, ArrowRight: at + 1, ArrowDown: at + 4, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    all[to]?.focus();
  };

  async #send(emoji: string): Promise<void> {
    if (await this.#action.run(async () => this.#calls.calls?.react(emoji))) this.menu?.hidePopover();
  }
}

if (!customElements.get("melo-reaction-menu")) customElements.define("melo-reaction-menu", MeloReactionMenu);

declare global {
  interface HTMLElementTagNameMap {
    "melo-reaction-menu": MeloReactionMenu;
  }
}
