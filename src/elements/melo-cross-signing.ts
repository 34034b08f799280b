import { msg } from "@lit/localize";
import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, query, state } from "lit/decorators.js";

import { SessionController } from "../controllers/session-controller.js";
import { WatchController } from "../controllers/watch-controller.js";
import type { IdentityState } from "../crypto/identity-state.js";
import { MeloError, type MeloErrorCode } from "../internal/errors.js";
import type { SessionApi } from "../session/session-api.js";
import controls from "./controls.styles.js";
import field from "./field.styles.js";
import { icon } from "./icon.js";
import { Check, CircleAlert, KeyRound } from "./icons.js";
import { MeloIdentityChangeEvent } from "./identity-events.js";
import { stakes } from "./identity-stakes.js";
import { ownIdentitySentence } from "./own-identity-words.js";
import styles from "./melo-cross-signing.styles.js";
import "./melo-recovery.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import { errorWords } from "./session-words.js";
import tokens from "./tokens.styles.js";

/**
 * Says whether this device is verified, and resets everything for somebody who has lost all that could verify it: what is lost and kept is said before, nothing happens without a
 * confirmation, and at the end a new recovery key is made.
 *
 * @example <melo-cross-signing></melo-cross-signing>
 *
 * @fires {MeloIdentityChangeEvent} melo-identity-change - This device became a verified one, or is none any more; or the reset is done.
 * @csspart text - The sentence.
 * @csspart stakes - What is lost and kept.
 * @csspart error - Why the last attempt did not succeed.
 * @cssproperty [--melo-color-accent] - The main button.
 * @cssstate ready - This device is verified, and can verify others.
 * @cssstate signed - This device is verified.
 * @cssstate unverified - This device is not verified.
 * @cssstate unusable - Only a reset helps.
 * @cssstate none - Nothing vouches for the account's devices yet.
 */
export class MeloCrossSigning extends LitElement {
  static override styles = [tokens, controls, field, notice, styles];

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  /** Only the way to the reset, beside something that says the rest: as for somebody who does not have the recovery key. */
  @property({ type: Boolean }) offer = false;

  @state() private step: "home" | "confirm" | "password" | "approval" | "done" = "home";
  @state() private busy = false;
  @state() private agreed = false;
  @state() private problem?: string;

  @query("input[type=password]") private field?: HTMLInputElement;
  @query("h2") private heading?: HTMLElement;
  @query("button") private button?: HTMLElement;

  #told?: IdentityState["status"];
  readonly #internals = this.attachInternals();
  #session = new SessionController(this);
  #state = new WatchController(
    this,
    () => (this.#session.value?.state.account ? this.#session.value.identity : undefined),
    (state) => state,
  );
  #status = new WatchController(
    this,
    () => this.#session.value,
    ({ status }) => status,
  );

  protected override render(): TemplateResult {
    if (this.#session.missing) return noSession("melo-cross-signing");
    const current = this.#status.value === "signed-out" ? undefined : this.#state.value;
    if (!current) return says(KeyRound, msg("Sign in first."));
    const busy = this.busy || current.resetting;
    return html`<div class="step" aria-busy=${busy} @keydown=${this.#handleKey}>${this.#renderStep(busy, current)}</div>`;
  }

  protected override updated(changed: PropertyValues): void {
    const before = changed.get("step") as MeloCrossSigning["step"] | undefined;
    if (before !== undefined && this.isConnected) (this.field ?? (this.step === "home" ? this.button : this.heading))?.focus();
    const status = this.#state.value?.status;
    if (status === this.#told || !status) return;
    this.#internals.states.clear();
    this.#internals.states.add(status);
    if (this.#told && this.#told !== "loading") this.dispatchEvent(new MeloIdentityChangeEvent(status));
    this.#told = status;
  }

  #renderStep(busy: boolean, current: IdentityState): unknown {
    switch (this.step) {
      case "home":
        return this.#renderHome(current);
      case "confirm":
        return this.#renderConfirm(busy);
      case "password":
        return this.#renderPassword(busy);
      case "approval":
        return this.#renderApproval(busy, current);
      case "done":
        return this.#renderDone();
    }
  }

  #renderHome({ status, resetting, error }: IdentityState): unknown {
    const lost = status === "unusable";
    const text = resetting ? msg("A reset is being carried out…") : error ? errorWords(error).text : ownIdentitySentence(status);
    const label = this.offer
      ? msg("I have neither the key nor another device")
      : lost || status === "none"
        ? msg("Reset and begin again")
        : msg("Reset everything");
    const isFine = status === "ready" || status === "signed";
    return html`${this.offer ? nothing : says(isFine ? Check : CircleAlert, text, isFine || status === "loading" ? "" : "care")}
    ${status === "loading" ? nothing : html`<button class=${lost ? "filled" : "outlined"} ?disabled=${resetting} @click=${() => this.#go("confirm")}>${label}</button>`}`;
  }

  #renderConfirm(busy: boolean): TemplateResult {
    return html`<h2 tabindex="-1">${msg("Reset and begin again?")}</h2>
      <p>${msg("Do this only if you have lost your recovery key and all verified devices. It cannot be undone.")}</p>
      ${stakes()}
      <label class="agree">
        <input type="checkbox" .checked=${this.agreed} ?disabled=${busy} @change=${this.#handleAgree} />
        <span>${msg("I know what I lose.")}</span>
      </label>
      ${this.#renderProblem()}
      <div class="buttons">
        <button class="filled" ?disabled=${busy || !this.agreed} @click=${() => this.#attempt()}>${busy ? msg("Resetting…") : msg("Reset")}</button>
        ${this.#renderCancel(busy)}
      </div>`;
  }

  #renderPassword(busy: boolean): TemplateResult {
    return html`<h2 tabindex="-1">${msg("Your password")}</h2>
      <form novalidate @submit=${this.#handlePassword}>
        <label for="password">${msg("Your server asks for your password before it resets anything.")}</label>
        <div class="field">
          <input
            id="password"
            type="password"
            autocomplete="current-password"
            ?readonly=${busy}
            aria-invalid=${this.problem !== undefined}
            aria-describedby="problem"
          />
        </div>
        ${this.#renderProblem()}
        <div class="buttons">
          <button class="filled" ?disabled=${busy}>${busy ? msg("Resetting…") : msg("Reset")}</button>
          ${this.#renderCancel(busy)}
        </div>
      </form>`;
  }

  #renderApproval(busy: boolean, { approvalUrl }: IdentityState): TemplateResult {
    return html`<h2 tabindex="-1">${msg("Allow the reset")}</h2>
      <p>${msg("Your server asks you to allow this on its account page. It opens beside this page; come back when you have allowed it.")}</p>
      ${this.#renderProblem()}
      <div class="buttons">
        ${approvalUrl ? html`<a href=${approvalUrl} target="_blank" rel="noopener noreferrer">${msg("Open the account page")}</a>` : nothing}
        <button class="filled" ?disabled=${busy} @click=${() => this.#attempt()}>${busy ? msg("Resetting…") : msg("I have allowed it")}</button>
        ${this.#renderCancel(busy)}
      </div>`;
  }

  #renderDone(): TemplateResult {
    return html`<h2 tabindex="-1">${msg("You can begin again")}</h2>
      ${says(Check, msg("This device is verified, and your messages are backed up from now on. Make a new recovery key, so that you can get back to them."))}
      <melo-recovery .session=${this.#session.value}></melo-recovery>`;
  }

  #renderCancel(busy: boolean): TemplateResult {
    return html`<button type="button" class="outlined" ?disabled=${busy} @click=${this.#handleCancel}>${msg("Cancel")}</button>`;
  }

  #renderProblem(): TemplateResult {
    return html`<div id="problem" role="alert">
      ${this.problem ? html`<p class="notice bad" part="error">${icon(CircleAlert)}<span>${this.problem}</span></p>` : nothing}
    </div>`;
  }

  #go(step: MeloCrossSigning["step"], problem?: string): void {
    this.problem = problem;
    this.step = step;
  }

  /** Each question of the server is a step of its own; the answer to the first may be the last. */
  async #attempt(password?: string): Promise<void> {
    const identity = this.#session.value?.identity;
    if (this.busy || !identity) return;
    this.busy = true;
    this.problem = undefined;
    try {
      await identity.reset({ password });
      this.agreed = false;
      this.#go(this.offer ? "home" : "done");
      this.dispatchEvent(new MeloIdentityChangeEvent(identity.state.status));
    } catch (error) {
      const failure = MeloError.from(error);
      const next = STEP_AFTER[failure.code] ?? this.step;
      const isQuestion = next !== this.step && failure.code !== "password-wrong"; // then the step itself says it
      this.#go(next, isQuestion ? undefined : errorWords(failure).text);
    } finally {
      this.busy = false;
    }
  }

  #handlePassword = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { field } = this;
    const password = field!.value;
    if (!password) this.problem = msg("Write your password.");
    else await this.#attempt(password);
    field!.value = "";
    field!.focus();
  };

  #handleAgree = (event: Event): void => void (this.agreed = (event.target as HTMLInputElement).checked);

  #handleCancel = (): void => {
    this.agreed = false;
    this.#go("home");
  };

  #handleKey = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || this.busy || this.step === "home" || this.step === "done") return;
    event.preventDefault(); // a dialog around this stays open
    this.#handleCancel();
  };
}

const STEP_AFTER: Partial<Record<MeloErrorCode, "password" | "approval">> = {
  "password-needed": "password",
  "password-wrong": "password",
  "approval-needed": "approval",
};

function says(picture: Parameters<typeof icon>[0], text: string, level: "" | "care" = ""): TemplateResult {
  return html`<p class="notice ${level}" part="text" role="status">${icon(picture)}<span>${text}</span></p>`;
}

if (!customElements.get("melo-cross-signing")) customElements.define("melo-cross-signing", MeloCrossSigning);

declare global {
  interface HTMLElementTagNameMap {
    "melo-cross-signing": MeloCrossSigning;
  }
}
