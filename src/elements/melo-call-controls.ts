import { msg, str } from "@lit/localize";
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";

import { CallShortcutsController, DEFAULT_CALL_KEYS } from "../controllers/call-shortcuts-controller.js";
import { CallsController } from "../controllers/calls-controller.js";
import type { SessionApi } from "../session/session-api.js";
import controls from "./controls.styles.js";
import "./melo-call-leave.js";
import "./melo-call-settings.js";
import styles from "./melo-call-controls.styles.js";
import "./melo-camera-toggle.js";
import "./melo-deafen-toggle.js";
import "./melo-hand-toggle.js";
import "./melo-mic-toggle.js";
import "./melo-reaction-menu.js";
import type { MeloScreenShareMenu } from "./melo-screen-share-menu.js";
import "./melo-screen-share-menu.js";
import "./melo-screen-share-toggle.js";
import "./melo-talk-button.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import tokens from "./tokens.styles.js";

/**
 * The row of buttons of the call of this page: microphone, camera, screen, hearing, hand, reactions, devices, and leaving. Its keys work on the whole page while it is in a call, never
 * while somebody types; choose others by a `<melo-call-shortcuts>`, or none by `without-shortcuts`.
 *
 * @example <melo-call-controls></melo-call-controls>
 *
 * @slot - Further buttons, before the one that leaves.
 * @fires {MeloCallLeaveEvent} melo-call-leave - Cancelable: the visitor wants to leave.
 * @csspart base - The row.
 * @csspart hint - How to talk, while push-to-talk is on.
 * @cssproperty [--melo-color-text] - Background of what is off.
 */
export class MeloCallControls extends LitElement {
  static override styles = [tokens, controls, notice, styles];

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  @property({ type: Boolean, attribute: "without-camera" }) withoutCamera = false;
  @property({ type: Boolean, attribute: "without-screen-share" }) withoutScreenShare = false;
  @property({ type: Boolean, attribute: "without-hand" }) withoutHand = false;
  @property({ type: Boolean, attribute: "without-reactions" }) withoutReactions = false;
  @property({ type: Boolean, attribute: "without-settings" }) withoutSettings = false;
  @property({ type: Boolean, attribute: "without-leave" }) withoutLeave = false;

  /** No keys. */
  @property({ type: Boolean, attribute: "without-shortcuts" }) withoutShortcuts = false;

  @state() private hint: "text" | "motion" = "text";
  @state() private withoutAudio = false;

  readonly #calls = new CallsController(this, ({ call }) => call?.pushToTalk === true && call.canSpeak && call.status !== "failed");

  constructor() {
    super();
    const keys = () => (this.withoutShortcuts ? undefined : DEFAULT_CALL_KEYS);
    new CallShortcutsController(this, () => this.#calls.calls, keys);
  }

  protected override render(): TemplateResult {
    if (this.#calls.missing) return noSession("melo-call-controls");
    const { session } = this.#calls;
    return html`
      <div class="row" part="base" role="group" aria-label=${msg("The call")}>
        <melo-mic-toggle .session=${session}></melo-mic-toggle>
        ${this.withoutCamera ? nothing : html`<melo-camera-toggle .session=${session}></melo-camera-toggle>`}
        ${this.withoutScreenShare ? nothing : this.#renderShare()}
        <melo-deafen-toggle .session=${session}></melo-deafen-toggle>
        ${this.withoutHand ? nothing : html`<melo-hand-toggle .session=${session}></melo-hand-toggle>`}
        ${this.withoutReactions ? nothing : html`<melo-reaction-menu .session=${session}></melo-reaction-menu>`}
        ${
          this.withoutSettings
            ? nothing
            : html`<melo-call-settings .session=${session} ?without-camera=${this.withoutCamera}></melo-call-settings>`
        }
        <slot></slot>
        ${this.withoutLeave ? nothing : html`<melo-call-leave .session=${session}></melo-call-leave>`}
      </div>
      ${this.#calls.value ? this.#renderTalk() : nothing}
    `;
  }

  #renderShare(): TemplateResult {
    const { session } = this.#calls;
    return html`<span class="pair">
      <melo-screen-share-toggle .session=${session} .hint=${this.hint} .withoutAudio=${this.withoutAudio}></melo-screen-share-toggle>
      <melo-screen-share-menu
        .session=${session}
        .hint=${this.hint}
        .withoutAudio=${this.withoutAudio}
        @change=${this.#handleOption}
      ></melo-screen-share-menu>
    </span>`;
  }

  #renderTalk(): TemplateResult {
    const key = CallShortcutsController.talkKey;
    return html`<div class="talk" part="hint">
      <melo-talk-button .session=${this.#calls.session}></melo-talk-button>
      ${key ? html`<span>${msg(str`or the key ${key}`)}</span>` : nothing}
    </div>`;
  }

  #handleOption = (event: Event): void => {
    const { hint, withoutAudio } = event.target as MeloScreenShareMenu;
    this.hint = hint;
    this.withoutAudio = withoutAudio;
  };
}

if (!customElements.get("melo-call-controls")) customElements.define("melo-call-controls", MeloCallControls);

declare global {
  interface HTMLElementTagNameMap {
    "melo-call-controls": MeloCallControls;
  }
}
