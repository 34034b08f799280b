import { msg } from "@lit/localize";
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { property, query, state } from "lit/decorators.js";

import { SessionController } from "../controllers/session-controller.js";
import type { SessionApi } from "../session/session-api.js";
import toggle from "./call-toggle.styles.js";
import controls from "./controls.styles.js";
import { icon } from "./icon.js";
import { Settings2 } from "./icons.js";
import styles from "./melo-call-settings.styles.js";
import "./melo-device-picker.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import { placeOnOpen } from "./popover.js";
import popover from "./popover.styles.js";
import tokens from "./tokens.styles.js";

/**
 * A button that opens the choice of microphone, speaker and camera, before or during a call.
 *
 * @example <melo-call-settings></melo-call-settings>
 *
 * @csspart base - The button.
 * @csspart list - What it opens.
 * @cssproperty [--melo-color-raised] - Background of what it opens.
 */
export class MeloCallSettings extends LitElement {
  static override styles = [tokens, controls, notice, popover, toggle, styles];
  static override shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true };

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  /** Without the camera, for a page of voice alone. */
  @property({ type: Boolean, attribute: "without-camera" }) withoutCamera = false;

  @state() private isOpen = false;

  @query("button") private button?: HTMLElement | null;

  readonly #session = new SessionController(this);

  protected override render(): TemplateResult {
    if (this.#session.missing) return noSession("melo-call-settings");
    const label = msg("Sound and devices");
    return html`
      <button type="button" part="base" class="toggle" popovertarget="menu" aria-label=${label} title=${label}>${icon(Settings2)}</button>
      <div class="popover" id="menu" popover part="list" role="dialog" aria-label=${label} tabindex="-1" @beforetoggle=${this.#handleToggle}>
        ${this.isOpen ? this.#renderPickers() : nothing}
      </div>
    `;
  }

  #renderPickers(): TemplateResult {
    const session = this.#session.value;
    return html`
      <melo-device-picker kind="microphone" .session=${session}></melo-device-picker>
      <melo-device-picker kind="speaker" .session=${session}></melo-device-picker>
      ${this.withoutCamera ? nothing : html`<melo-device-picker kind="camera" .session=${session}></melo-device-picker>`}
    `;
  }

  #handleToggle = async (event: ToggleEvent): Promise<void> => {
    this.isOpen = event.newState === "open";
    placeOnOpen(event, this.button ?? undefined);
  };
}

if (!customElements.get("melo-call-settings")) customElements.define("melo-call-settings", MeloCallSettings);

declare global {
  interface HTMLElementTagNameMap {
    "melo-call-settings": MeloCallSettings;
  }
}
