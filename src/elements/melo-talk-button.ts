import { msg } from "@lit/localize";
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";

import { CallsController } from "../controllers/calls-controller.js";
import type { SessionApi } from "../session/session-api.js";
import toggle from "./call-toggle.styles.js";
import controls from "./controls.styles.js";
import { icon } from "./icon.js";
import { AudioLines, Mic } from "./icons.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import tokens from "./tokens.styles.js";

/**
 * Talks for as long as it is held, by finger, pointer or key. There is something to see only while this page is in a call and push-to-talk is on.
 *
 * @example <melo-talk-button></melo-talk-button>
 *
 * @csspart base - The button.
 * @cssproperty [--melo-color-accent] - Background while it is held.
 * @cssstate talking - It is held.
 */
export class MeloTalkButton extends LitElement {
  static override styles = [tokens, controls, notice, toggle];
  static override shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true };

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  @state() private isHeld = false;

  readonly #internals = this.attachInternals();
  readonly #calls = new CallsController(this, ({ call }) => call?.pushToTalk === true && call.canSpeak && call.status !== "failed");

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#release();
  }

  protected override willUpdate(): void {
    this.#internals.states[this.isHeld ? "add" : "delete"]("talking");
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.#calls.missing) return noSession("melo-talk-button");
    if (!this.#calls.value) return nothing;
    return html`<button
      type="button"
      part="base"
      class="toggle wide ${this.isHeld ? "on" : ""}"
      aria-pressed=${this.isHeld ? "true" : "false"}
      @pointerdown=${this.#handlePointer}
      @pointerup=${this.#release}
      @lostpointercapture=${this.#release}
      @contextmenu=${(event: Event) => event.preventDefault()}
      @keydown=${this.#handleKey}
      @keyup=${this.#release}
      @blur=${this.#release}
    >
      ${icon(this.isHeld ? AudioLines : Mic)}<span>${msg("Hold to talk")}</span>
    </button>`;
  }

  #handlePointer = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    this.#talk();
  };

  #handleKey = (event: KeyboardEvent): void => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    if (!event.repeat) this.#talk();
  };

  #talk(): void {
    this.isHeld = true;
    void this.#calls.calls?.setTalking(true).catch(() => this.#release());
  }

  #release = (): void => {
    if (!this.isHeld) return;
    this.isHeld = false;
    void this.#calls.calls?.setTalking(false).catch(() => {});
  };
}

if (!customElements.get("melo-talk-button")) customElements.define("melo-talk-button", MeloTalkButton);

declare global {
  interface HTMLElementTagNameMap {
    "melo-talk-button": MeloTalkButton;
  }
}
