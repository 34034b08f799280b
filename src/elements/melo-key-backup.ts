import { msg, str } from "@lit/localize";
import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, query, state } from "lit/decorators.js";

import { RecoveryController } from "../controllers/recovery-controller.js";
import type { BackupState, Recovery, RecoveryState } from "../crypto/recovery-state.js";
import { MeloError } from "../internal/errors.js";
import type { SessionApi } from "../session/session-api.js";
import { offQuestion, replaceQuestion } from "./recovery-questions.js";
import controls from "./controls.styles.js";
import { icon } from "./icon.js";
import { Check, CircleAlert, CloudOff, KeyRound, LoaderCircle } from "./icons.js";
import "./melo-recovery.js";
import type { MeloRecovery } from "./melo-recovery.js";
import styles from "./melo-recovery.styles.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import { MeloBackupChangeEvent } from "./recovery-events.js";
import { errorWords } from "./session-words.js";
import tokens from "./tokens.styles.js";

/**
 * Says whether the visitor's messages can be read again after this device is lost, how far the saving or a restore is, and offers the one step that helps.
 *
 * @example <melo-key-backup></melo-key-backup>
 *
 * @fires {MeloBackupChangeEvent} melo-backup-change - The backup went on, off, or wants the recovery key.
 * @csspart text - The sentence.
 * @csspart restore - That a restore was cancelled.
 * @csspart question - What is asked before the backup is turned off or replaced.
 * @csspart error - Why a restore ended early.
 * @cssproperty [--melo-color-accent] - The progress.
 * @cssstate off - There is no backup.
 * @cssstate on - The backup is on.
 * @cssstate locked - The backup needs the recovery key.
 */
export class MeloKeyBackup extends LitElement {
  static override styles = [tokens, controls, notice, styles];

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  /** The recovery key has a tag of its own on the page: here it is only spoken of. */
  @property({ type: Boolean, attribute: "without-recovery" }) withoutRecovery = false;

  @state() private asked?: "off" | "replace";
  @state() private busy = false;
  @state() private problem?: string;

  @query("melo-recovery") private recoveryKey?: MeloRecovery;
  @query("h2") private heading?: HTMLElement;
  @query(".switch") private switch?: HTMLElement;

  #told?: BackupState["status"];
  readonly #internals = this.attachInternals();
  readonly #recovery = new RecoveryController(this);

  protected override render(): TemplateResult {
    if (this.#recovery.missing) return noSession("melo-key-backup");
    const current = this.#recovery.value;
    if (!current) return html`<p class="notice">${icon(KeyRound)}<span>${msg("Sign in first.")}</span></p>`;
    if (this.asked && isAskable(this.asked, current)) return this.#renderQuestion(this.asked);
    return html`<div class="step" aria-busy=${this.busy}>
      ${this.#renderSentence(current)}${this.#renderRestore(current.backup)}${this.#renderProblem()}${this.#renderStep(current)}${this.#renderSwitch(current)}
    </div>`;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("asked") && this.hasUpdated && this.isConnected) (this.asked ? this.heading : (this.switch ?? this))?.focus();
    const status = this.#recovery.value?.backup.status;
    if (status === this.#told) return;
    this.#internals.states.clear();
    if (status) this.#internals.states.add(status);
    if (this.#told && this.#told !== "unknown" && status) this.dispatchEvent(new MeloBackupChangeEvent(status));
    this.#told = status;
  }

  #renderSentence({ status, unconfirmed, backup, error }: RecoveryState): TemplateResult {
    if (status === "failed" && error) return says(CircleAlert, errorWords(error).text, "bad");
    switch (backup.status) {
      case "unknown":
        return says(LoaderCircle, msg("Looking for the backup of your messages…"));
      case "off":
        if (backup.turnedOff) return says(CloudOff, msg("You have turned the backup off. Your messages can be read on your devices only."));
        if (backup.takenAway)
          return says(
            CircleAlert,
            msg("The backup of your messages was deleted on another device. Your messages can be read on your devices only."),
            "bad",
          );
        return says(CloudOff, msg("Your messages can be read on this device only. If it is lost, so are they."), "care");
      case "locked":
        if (backup.takenAway)
          return says(
            CircleAlert,
            msg("The backup of your messages was replaced on another device, and this device cannot open the new one."),
            "care",
          );
        if (status === "none") return says(KeyRound, msg("There is a backup of your messages, and no recovery key that opens it."), "care");
        return says(KeyRound, msg("The backup of your messages needs your recovery key on this device."), "care");
      case "on":
        if (backup.remaining) return says(LoaderCircle, msg(str`Saving what opens your messages: ${backup.remaining} left.`));
        if (status === "none" || unconfirmed)
          return says(CircleAlert, msg("Your messages are backed up. Make a recovery key, or nobody can open the backup."), "care");
        return says(Check, msg("Your messages are backed up."));
    }
  }

  #renderRestore({ restoring, restoreStopped, restoreError }: BackupState): TemplateResult | typeof nothing {
    if (restoring) {
      const { done, total } = restoring;
      const text = total ? msg(str`Opening earlier messages: ${done} of ${total}.`) : msg("Opening earlier messages…");
      return html`<label for="restore">${text}</label>
        ${total ? html`<progress id="restore" max=${total} value=${done}></progress>` : html`<progress id="restore"></progress>`}
        <button class="outlined" @click=${this.#handleCancel}>${msg("Cancel")}</button>`;
    }
    if (restoreStopped) {
      return html`<p class="notice" part="restore" role="status">
          ${icon(CircleAlert)}<span>${msg("Opening earlier messages was cancelled. What is open stays open; the rest waits.")}</span>
        </p>
        <button class="outlined" @click=${this.#handleRestore}>${msg("Continue")}</button>`;
    }
    if (!restoreError) return nothing;
    return html`<p class="notice bad" part="error" role="alert">
        ${icon(CircleAlert)}<span>${msg("Not all earlier messages could be opened.")} ${errorWords(restoreError).text}</span>
      </p>
      <button class="outlined" @click=${this.#handleRestore}>${msg("Try again")}</button>`;
  }

  #renderStep({ status, unconfirmed, backup }: RecoveryState): TemplateResult | typeof nothing {
    const isWanted = status !== "loading" && status !== "failed" && (backup.status !== "on" || status !== "ready" || unconfirmed);
    const isElsewhere = backup.status === "off" && (backup.turnedOff || backup.takenAway || status === "ready");
    // All is well as soon as there is a key, which the visitor has not seen yet.
    const isInUse = !this.withoutRecovery && this.recoveryKey?.isMaking;
    if (!isInUse && (this.withoutRecovery || !isWanted || isElsewhere)) return nothing;
    return html`<melo-recovery .session=${this.#recovery.session} @melo-recovery-saved=${() => this.requestUpdate()}></melo-recovery>`;
  }

  #renderSwitch({ canSetUp, backup, status }: RecoveryState): TemplateResult | typeof nothing {
    if (!canSetUp || backup.restoring || status === "loading" || status === "failed") return nothing;
    switch (backup.status) {
      case "on":
        return this.#button(msg("Turn the backup off"), () => this.#ask("off"));
      case "locked":
        return this.#button(msg("Begin a new backup"), () => this.#ask("replace"));
      case "off":
        return this.#button(backup.takenAway ? msg("Back up again") : msg("Turn the backup on"), () =>
          this.#attempt((recovery) => recovery.turnBackupOn()),
        );
      default:
        return nothing;
    }
  }

  #button(label: string, onClick: () => void): TemplateResult {
    return html`<button class="outlined switch" ?disabled=${this.busy} @click=${onClick}>${label}</button>`;
  }

  #renderQuestion(asked: "off" | "replace"): TemplateResult {
    const { busy, problem } = this;
    const question = { busy, problem, onNo: () => this.#ask(undefined) };
    return asked === "off"
      ? offQuestion({ ...question, onYes: () => this.#attempt((recovery) => recovery.turnBackupOff()) })
      : replaceQuestion({
          ...question,
          yes: msg("Delete it and begin anew"),
          onYes: () => this.#attempt((recovery) => recovery.turnBackupOn({ replaceBackup: true })),
        });
  }

  #renderProblem(): TemplateResult {
    return html`<div role="alert">${this.problem ? html`<p class="notice bad" part="error">${icon(CircleAlert)}<span>${this.problem}</span></p>` : nothing}</div>`;
  }

  #ask(question: "off" | "replace" | undefined): void {
    this.problem = undefined;
    this.asked = question;
  }

  async #attempt(work: (recovery: Recovery) => Promise<void>): Promise<void> {
    const { recovery } = this.#recovery;
    if (this.busy || !recovery) return;
    this.busy = true;
    this.problem = undefined;
    try {
      await work(recovery);
      this.asked = undefined;
    } catch (error) {
      const failure = MeloError.from(error);
      if (failure.code === "backup-locked") this.#ask("replace"); // it has come in the meantime
      else this.problem = errorWords(failure).text;
    } finally {
      this.busy = false;
    }
  }

  #handleCancel = (): void => void this.#recovery.recovery?.cancelRestore().catch(() => {}); // then it goes on, as the state says

  #handleRestore = (): void => void this.#recovery.recovery?.restore().catch(() => {}); // the state says it
}

/** What is asked about may have gone meanwhile, by another tab or device. */
function isAskable(asked: "off" | "replace", { backup }: RecoveryState): boolean {
  return backup.status === (asked === "off" ? "on" : "locked");
}

function says(picture: Parameters<typeof icon>[0], text: string, level: "" | "care" | "bad" = ""): TemplateResult {
  return html`<p class="notice ${level}" part="text" role="status">${icon(picture)}<span>${text}</span></p>`;
}

if (!customElements.get("melo-key-backup")) customElements.define("melo-key-backup", MeloKeyBackup);

declare global {
  interface HTMLElementTagNameMap {
    "melo-key-backup": MeloKeyBackup;
  }
}
