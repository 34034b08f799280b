import { msg, str } from "@lit/localize";
import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, query, state } from "lit/decorators.js";

import { RecoveryController } from "../controllers/recovery-controller.js";
import type { NewKeyOptions, Recovery, RecoveryState } from "../crypto/recovery-state.js";
import { MeloError } from "../internal/errors.js";
import type { SessionApi } from "../session/session-api.js";
import { changeQuestion, removeQuestion, replaceQuestion } from "./recovery-questions.js";
import controls from "./controls.styles.js";
import field from "./field.styles.js";
import { icon } from "./icon.js";
import { Check, CircleAlert, KeyRound } from "./icons.js";
import { keyField } from "./key-field.js";
import styles from "./melo-recovery.styles.js";
import { NewRecoveryKey } from "./new-recovery-key.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import { MeloRecoveryChangeEvent, MeloRecoverySavedEvent } from "./recovery-events.js";
import { errorWords } from "./session-words.js";
import { askedKey, shownKey } from "./shown-key.js";
import tokens from "./tokens.styles.js";

/**
 * The recovery key: set it up, enter it on a new device, change it, remove it. A new key is shown once, and is gone from the page when it has been confirmed.
 *
 * @example <melo-recovery></melo-recovery>
 *
 * @fires {MeloRecoveryChangeEvent} melo-recovery-change - The key was set up, changed, entered, or is missing something.
 * @fires {MeloRecoverySavedEvent} melo-recovery-saved - The visitor has a new key, and has typed a part of it back.
 * @csspart key - A new key, while it is shown.
 * @csspart question - What is asked before the key or a backup is replaced, or the key removed.
 * @csspart error - Why the last attempt did not succeed.
 * @cssproperty [--melo-color-accent] - The main button.
 * @cssproperty [--melo-font-mono] - The letters of the key.
 * @cssstate none - There is no recovery key.
 * @cssstate locked - This device needs the recovery key.
 * @cssstate ready - All is well.
 * @cssstate out-of-sync - The key does not open everything; a new one does.
 */
export class MeloRecovery extends LitElement {
  static override styles = [tokens, controls, field, notice, styles];

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  @state() private step: "home" | "change" | "remove" | "replace" | "show" | "confirm" = "home";
  @state() private busy = false;
  @state() private shown = false;
  @state() private copied = false;
  @state() private problem?: string;

  @query("input") private field?: HTMLInputElement;
  @query("h2") private heading?: HTMLElement;

  #made?: NewRecoveryKey;
  #wanted: "setUp" | "change" = "setUp";
  #told?: RecoveryState["status"];
  readonly #internals = this.attachInternals();
  #recovery = new RecoveryController(this);

  /** A new key is being made or shown: who takes this tag away now takes the key from the visitor, too. */
  get isMaking(): boolean {
    return this.#made !== undefined || (this.busy && this.step !== "remove");
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    queueMicrotask(() => !this.isConnected && this.#forget()); // moved elsewhere, it goes on
  }

  protected override render(): TemplateResult {
    if (this.#recovery.missing) return noSession("melo-recovery");
    const current = this.#recovery.value;
    if (!current) return html`<p class="notice">${icon(KeyRound)}<span>${msg("Sign in first.")}</span></p>`;
    if (this.step === "show" && this.#made) return this.#renderKey(this.#made);
    if (this.step === "confirm" && this.#made) {
      const { asked, groups } = this.#made;
      const field = this.#renderField(msg(str`Group ${asked} of the ${groups.length} groups of letters`));
      const [title, problem] = [this.#title(msg("Is it saved?")), this.#renderProblem()];
      return askedKey({ title, problem, field, onSubmit: this.#handleConfirm, onShow: () => this.#go("show") });
    }
    return html`<div class="step" aria-busy=${this.busy}>${this.#renderHome(current)}</div>`;
  }

  protected override firstUpdated(): void {
    import("./melo-cross-signing.js").catch(() => {}); // which stands on this module; without it the rest goes on
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.get("step") !== undefined && this.isConnected) this.heading?.focus();
    const status = this.#recovery.value?.status;
    if (status === this.#told) return;
    this.#internals.states.clear();
    if (status) this.#internals.states.add(status);
    if (this.#told && status && status !== "loading") this.dispatchEvent(new MeloRecoveryChangeEvent(status));
    if (status !== "loading") this.#told = status;
  }

  #renderHome({ status, canSetUp, hasPassphrase, unconfirmed, error }: RecoveryState): unknown {
    if (status === "loading") return html`<p role="status">${msg("Looking for your recovery key…")}</p>`;
    if (status === "failed") return [this.#title(), this.#renderProblem(error && errorWords(error).text)];
    const { busy, problem } = this;
    const [onNo, onRemove] = [() => this.#go("home"), () => this.#attempt((recovery) => recovery.forget().then(onNo))];
    if (this.step === "change") return changeQuestion({ busy, problem, onYes: () => this.#handleMake("change"), onNo });
    if (this.step === "remove" && canSetUp && status !== "none") return removeQuestion({ busy, problem, onYes: onRemove, onNo });
    if (this.step === "replace") {
      const onYes = () => this.#handleMake(this.#wanted, { replaceBackup: true });
      return replaceQuestion({ busy, problem, yes: msg("Make a new recovery key"), onYes, onNo });
    }
    if (status === "locked") return this.#renderEnter(hasPassphrase);
    if (status === "none" && !canSetUp) {
      return [
        this.#title(),
        html`<p>${msg("There is no recovery key yet. Make one on a device that is verified, or verify this device first.")}</p>`,
        this.#lost(),
      ];
    }
    if (status === "none") {
      return html`${this.#title()}
        <p>${msg("Your recovery key opens your messages on a new device. Without it, losing your devices means losing your messages.")}</p>
        ${this.#renderProblem()}${this.#make(msg("Make a recovery key"), "setUp")}`;
    }
    if (status === "out-of-sync" || unconfirmed) {
      const text = unconfirmed
        ? msg("You have not said that you saved your recovery key, and it cannot be shown again. Make a new one to replace it.")
        : msg("Your recovery key does not open everything any more. Make a new one to replace it.");
      return html`${this.#title()}
        <p class="notice care">${icon(CircleAlert)}<span>${text}</span></p>
        ${this.#renderProblem()}${this.#make(msg("Make a new recovery key"), "change")}${this.#renderRemove()}`;
    }
    return html`${this.#title()}
      <p class="notice">${icon(Check)}<span>${msg("Your recovery key is set up. It opens your messages on a new device.")}</span></p>
      <p class="quiet">${msg("If you do not have it any more, replace it: this device is all you need for that.")}</p>
      <div class="buttons">
        <button class="outlined" @click=${() => this.#go("change")}>${msg("Replace the recovery key")}</button>
        ${this.#renderRemove()}
      </div>`;
  }

  #renderRemove(): TemplateResult {
    return html`<button class="link" @click=${() => this.#go("remove")}>${msg("Remove it")}</button>`;
  }

  #renderEnter(hasPassphrase: boolean): TemplateResult {
    return html`${this.#title()}
      <p>${msg("Enter your recovery key to verify this device and to read your earlier messages.")}</p>
      <form novalidate @submit=${this.#handleEnter}>
        ${this.#renderField(hasPassphrase ? msg("Recovery key or passphrase") : msg("Recovery key"), this.#handleReveal)} ${this.#renderProblem()}
        <button class="filled" ?disabled=${this.busy}>${this.busy ? msg("Opening…") : msg("Open my messages")}</button>
      </form>
      ${this.#lost()}`;
  }

  #renderKey(made: NewRecoveryKey): TemplateResult {
    const [title, problem] = [this.#title(msg("Save your recovery key")), this.#renderProblem()];
    return shownKey({ made, title, problem, copied: this.copied, onCopy: this.#handleCopy, onSaved: () => this.#go("confirm") });
  }

  #renderField(label: string, onReveal?: () => void): TemplateResult {
    return keyField({ label, busy: this.busy, invalid: this.problem !== undefined, shown: this.shown, onReveal });
  }

  #renderProblem(text = this.problem): TemplateResult {
    return html`<div id="problem" role="alert">${text ? html`<p class="notice bad" part="error">${icon(CircleAlert)}<span>${text}</span></p>` : nothing}</div>`;
  }

  /** Where the recovery key cannot help: the way to a reset. After it there is a new key to be made, here. */
  #lost = (): TemplateResult => html`<melo-cross-signing offer .session=${this.#recovery.session}></melo-cross-signing>`;

  #title = (text = msg("Recovery key")): TemplateResult => html`<h2 tabindex="-1">${text}</h2>`;

  #make(label: string, action: "setUp" | "change"): TemplateResult {
    return html`<button class="filled" ?disabled=${this.busy} @click=${() => this.#handleMake(action)}>${this.busy ? msg("Making it…") : label}</button>`;
  }

  #go(step: MeloRecovery["step"]): void {
    this.problem = undefined;
    this.copied = false;
    this.step = step;
  }

  async #attempt(work: (recovery: Recovery) => Promise<void>): Promise<void> {
    const { recovery } = this.#recovery;
    if (this.busy || !recovery) return;
    this.busy = true;
    this.problem = undefined;
    try {
      await work(recovery);
    } catch (error) {
      this.problem = errorWords(MeloError.from(error)).text;
      this.field?.select();
    } finally {
      this.busy = false;
    }
  }

  #handleMake = (action: "setUp" | "change", options?: NewKeyOptions): Promise<void> =>
    this.#attempt(async (recovery) => {
      const made = await recovery[action](undefined, { ...options, unconfirmed: true }).catch((error: unknown) => {
        if ((error as MeloError).code !== "backup-locked") throw error;
        this.#wanted = action;
      });
      if (made) this.#made = new NewRecoveryKey(made);
      this.#go(made ? "show" : "replace");
    });

  #handleEnter = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { field } = this;
    if (!field?.value.trim()) this.problem = msg("Write your recovery key.");
    else await this.#attempt((recovery) => recovery.enter(field.value).then(() => void (field.value = "")));
  };

  #handleConfirm = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (this.#made?.isConfirmedBy(this.field!.value)) {
      await this.#recovery.recovery?.confirm().catch(() => {}); // the worst is that another one is asked for
      this.#forget();
      return void this.dispatchEvent(new MeloRecoverySavedEvent());
    }
    this.problem = msg("This is not what the key says there.");
    this.field?.select();
  };

  #handleCopy = (): void => {
    this.#made?.copy().then(
      () => void (this.copied = true),
      () => void (this.problem = msg("This browser does not let the page copy. Select the key and copy it yourself.")),
    );
  };

  #handleReveal = (): void => void (this.shown = !this.shown);

  #forget(): void {
    if (this.field) this.field.value = "";
    this.#made = undefined;
    this.#go("home");
  }
}

if (!customElements.get("melo-recovery")) customElements.define("melo-recovery", MeloRecovery);

declare global {
  interface HTMLElementTagNameMap {
    "melo-recovery": MeloRecovery;
  }
}
