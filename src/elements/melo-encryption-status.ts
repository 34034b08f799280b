import { LitElement, html, nothing, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";

import { EncryptionHealthController } from "../controllers/encryption-health-controller.js";
import type { EncryptionHealth } from "../controllers/encryption-health.js";
import { showsHealth } from "../controllers/health-shown-controller.js";
import type { SessionApi } from "../session/session-api.js";
import controls from "./controls.styles.js";
import { MeloEncryptionChangeEvent } from "./encryption-events.js";
import { healthSentence, laterLabel, stepLabel } from "./encryption-words.js";
import { icon } from "./icon.js";
import { LoaderCircle, ShieldAlert, ShieldCheck } from "./icons.js";
import styles from "./melo-encryption-status.styles.js";
import { noSession } from "./no-session.js";
import { openStepLate } from "./open-step-late.js";
import notice from "./notice.styles.js";
import tokens from "./tokens.styles.js";

/**
 * Says in one sentence whether this device can read and send everything, and offers the one step that helps; after "Later" it is silent until something else is to be done. It tells of
 * somebody who is no longer verified, unless a room on the page does; and where all is well, of a new device that nobody has verified. Empty while all is well. As a `badge` it is always there, as small as an icon.
 *
 * @example <melo-encryption-status></melo-encryption-status>
 *
 * @fires {MeloEncryptionChangeEvent} melo-encryption-change - Whether this device can read and send everything has changed.
 * @fires {MeloEncryptionStepEvent} melo-encryption-step - Cancelable: the visitor wants to take the step that is offered.
 * @csspart notice - The sentence with its buttons.
 * @csspart badge - The icon.
 * @cssproperty [--melo-color-care] - Colour of the icon where something is to be done.
 * @cssstate quiet - There is nothing to see.
 * @cssstate ok - All is well.
 * @cssstate healing - What is missing comes by itself.
 * @cssstate attention - Something is to be done.
 */
export class MeloEncryptionStatus extends LitElement {
  static override styles = [tokens, controls, notice, styles];

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  /** An icon in place of the sentence, also while all is well. */
  @property({ type: Boolean, reflect: true }) badge = false;

  readonly #internals = this.attachInternals();
  readonly #health = new EncryptionHealthController(this);
  #told?: EncryptionHealth;
  #shownTo?: SessionApi;

  protected override willUpdate(): void {
    const health = this.#health.value;
    const states = {
      quiet: !this.#health.missing && !this.badge && !this.#isShown(health),
      ok: health.status === "ok",
      healing: health.status === "healing",
      attention: health.status === "attention",
    };
    for (const [name, on] of Object.entries(states)) this.#internals.states[on ? "add" : "delete"](name);
  }

  protected override render(): unknown {
    if (this.#health.missing) return noSession("melo-encryption-status");
    const health = this.#health.value;
    if (this.badge) return this.#health.session?.state.account ? this.#renderBadge(health) : nothing;
    return html`<div role="status">${this.#isShown(health) ? this.#renderNotice(health) : nothing}</div>`;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate(); // it may come back to another place
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#showTo(undefined);
  }

  protected override updated(): void {
    this.#showTo(this.isConnected && !this.badge ? this.#health.session : undefined);
    const health = this.#health.value;
    if (health.status === this.#told?.status && health.step === this.#told.step) return;
    const isFirst = !this.#told;
    this.#told = health;
    if (!isFirst) this.dispatchEvent(new MeloEncryptionChangeEvent(health.status, health.step));
  }

  /** Rooms of that session leave it to this tag to ask for a verification. */
  #showTo(session: SessionApi | undefined): void {
    if (session === this.#shownTo) return;
    showsHealth(this.#shownTo, this, false);
    this.#shownTo = session;
    showsHealth(session, this, true);
  }

  #isShown({ status }: EncryptionHealth): boolean {
    return status === "healing" || (status === "attention" && !this.#health.isPutOff);
  }

  #renderNotice(health: EncryptionHealth): TemplateResult {
    const { status, step } = health;
    return html`<div class="notice ${status === "attention" ? "care" : ""}" part="notice">
      ${icon(status === "attention" ? ShieldAlert : LoaderCircle)}<span>${healthSentence(health)}</span>
      ${
        step
          ? html`<div class="actions">
              <button class="link" @click=${this.#handleStep}>${stepLabel(step)}</button>
              <button class="link" @click=${this.#handleLater}>${laterLabel(step)}</button>
            </div>`
          : nothing
      }
    </div>`;
  }

  #renderBadge(health: EncryptionHealth): TemplateResult {
    const sentence = healthSentence(health);
    const shape = health.status === "attention" ? ShieldAlert : health.status === "ok" ? ShieldCheck : LoaderCircle;
    return html`<button class="square badge ${health.status}" part="badge" aria-label=${sentence} title=${sentence} ?disabled=${!health.step} @click=${this.#handleStep}>${icon(shape)}</button>`;
  }

  #handleLater = (): void => void this.#health.later().catch(() => {}); // what the server did not take is asked again

  #handleStep = (): void => {
    const { step } = this.#health.value;
    if (step) void openStepLate(this, this.#health.session, step);
  };
}

if (!customElements.get("melo-encryption-status")) customElements.define("melo-encryption-status", MeloEncryptionStatus);

declare global {
  interface HTMLElementTagNameMap {
    "melo-encryption-status": MeloEncryptionStatus;
  }
}
