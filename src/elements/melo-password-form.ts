import { msg } from "@lit/localize";
import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, query, state } from "lit/decorators.js";

import { ClockController } from "../controllers/clock-controller.js";
import type { ErrorInfo } from "../internal/errors.js";
import controls from "./controls.styles.js";
import field from "./field.styles.js";
import { icon } from "./icon.js";
import { CircleAlert, Eye, EyeOff } from "./icons.js";
import styles from "./melo-password-form.styles.js";
import notice from "./notice.styles.js";
import { errorWords, waitWords } from "./session-words.js";
import tokens from "./tokens.styles.js";

/** The visitor gave a user name and a password, both not empty. */
export class MeloPasswordSubmitEvent extends Event {
  constructor(
    readonly user: string,
    readonly password: string,
  ) {
    super("melo-password-submit");
  }
}

/**
 * Asks for a user name and a password, in a real form that password managers know. Part of `<melo-login>`.
 *
 * @example <melo-password-form></melo-password-form>
 *
 * @fires {MeloPasswordSubmitEvent} melo-password-submit - Both are given. Does not bubble: it holds a password.
 * @csspart error - What was wrong with them.
 * @cssproperty [--melo-color-accent] - The button.
 */
export class MeloPasswordForm extends LitElement {
  static override styles = [tokens, controls, field, notice, styles];

  /** The account, where it is settled whose password is wanted. */
  @property() user = "";

  /** What the button does. */
  @property() label = "";

  /** The attempt is under way. */
  @property({ type: Boolean }) busy = false;

  /** Why the last attempt did not succeed. */
  @property({ attribute: false }) error?: ErrorInfo;

  /** Until when the server wants no other attempt, in ms since 1970. */
  @property({ attribute: false }) waitUntil = 0;

  @state() private shown = false;
  @state() private missing?: "user" | "password";

  @query("[name=username]") private userField!: HTMLInputElement;
  @query("[name=password]") private passwordField!: HTMLInputElement;

  #clock = new ClockController(this, () => this.waitUntil);

  protected override render(): TemplateResult {
    const wrong = this.error?.code === "login-rejected";
    return html`
      <form novalidate @submit=${this.#handleSubmit}>
        <div>
          <label for="user">${msg("User name")}</label>
          <div class="field">
            <input
              id="user"
              name="username"
              autocomplete="username"
              autocapitalize="none"
              spellcheck="false"
              required
              ?readonly=${this.busy || !!this.user}
              aria-invalid=${wrong || this.missing === "user"}
              aria-describedby="attempt"
            />
          </div>
        </div>
        <div>
          <label for="password">${msg("Password")}</label>
          <div class="field">
            <input
              id="password"
              name="password"
              type=${this.shown ? "text" : "password"}
              autocomplete="current-password"
              required
              ?readonly=${this.busy}
              aria-invalid=${wrong || this.missing === "password"}
              aria-describedby="attempt"
            />
            <button type="button" class="square" aria-label=${msg("Show password")} aria-pressed=${this.shown} @click=${this.#handleReveal}>
              ${icon(this.shown ? EyeOff : Eye)}
            </button>
          </div>
        </div>
        ${this.#renderAttempt()}
        <button class="filled" ?disabled=${this.busy || this.waitUntil > this.#clock.now}>
          ${this.busy ? msg("Signing in…") : this.label || msg("Sign in")}
        </button>
      </form>
    `;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("user") && this.user) this.userField.value = this.user;
    if (changed.has("error") && this.error?.code === "login-rejected") this.passwordField.select();
  }

  /** What came of the last attempt. The live region says it once; the seconds that count down stay outside. */
  #renderAttempt(): TemplateResult {
    const waiting = this.waitUntil > this.#clock.now;
    const over = this.waitUntil > 0 && !waiting;
    const words = this.missing ? missingWords(this.missing) : this.error && !over ? errorWords(this.error).text : undefined;
    return html`
      <div id="attempt" role="alert">
        ${words ? html`<p class="notice bad" part="error">${icon(CircleAlert)}<span>${words}</span></p>` : nothing}
      </div>
      ${waiting ? html`<p class="quiet" aria-hidden="true">${waitWords(this.waitUntil, this.#clock.now)}</p>` : nothing}
    `;
  }

  #handleSubmit = (event: Event): void => {
    event.preventDefault();
    const user = this.user || this.userField.value.trim();
    const password = this.passwordField.value;
    this.missing = !user ? "user" : !password ? "password" : undefined;
    if (this.missing) (this.missing === "user" ? this.userField : this.passwordField).focus();
    else if (!this.busy) this.dispatchEvent(new MeloPasswordSubmitEvent(user, password));
  };

  #handleReveal = (): void => void (this.shown = !this.shown);
}

function missingWords(field: "user" | "password"): string {
  return field === "user" ? msg("Write your user name.") : msg("Write your password.");
}

if (!customElements.get("melo-password-form")) customElements.define("melo-password-form", MeloPasswordForm);

declare global {
  interface HTMLElementTagNameMap {
    "melo-password-form": MeloPasswordForm;
  }
  interface HTMLElementEventMap {
    "melo-password-submit": MeloPasswordSubmitEvent;
  }
}
