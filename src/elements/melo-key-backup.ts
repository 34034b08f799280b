import { msg, str } from "@lit/localize";
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";

import { RecoveryController } from "../controllers/recovery-controller.js";
import type { BackupState, RecoveryState } from "../crypto/recovery-state.js";
import type { SessionApi } from "../session/session-api.js";
import controls from "./controls.styles.js";
import { icon } from "./icon.js";
import { Check, CircleAlert, CloudOff, KeyRound, LoaderCircle } from "./icons.js";
import "./melo-recovery.js";
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

  #told?: BackupState["status"];
  readonly #internals = this.attachInternals();
  readonly #recovery = new RecoveryController(this);

  protected override render(): TemplateResult {
    if (this.#recovery.missing) return noSession("melo-key-backup");
    const current = this.#recovery.value;
    if (!current) return html`<p class="notice">${icon(KeyRound)}<span>${msg("Sign in first.")}</span></p>`;
    return html`<div class="step">${this.#renderSentence(current)}${this.#renderRestore(current.backup)}${this.#renderStep(current)}</div>`;
  }

  protected override updated(): void {
    const status = this.#recovery.value?.backup.status;
    if (status === this.#told) return;
    this.#internals.states.clear();
    if (status) this.#internals.states.add(status);
    if (this.#told && this.#told !== "unknown" && status) this.dispatchEvent(new MeloBackupChangeEvent(status));
    this.#told = status;
  }

  #renderSentence({ status, backup, error }: RecoveryState): TemplateResult {
    if (status === "failed" && error) return says(CircleAlert, errorWords(error).text, "bad");
    switch (backup.status) {
      case "unknown":
        return says(LoaderCircle, msg("Looking for the backup of your messages…"));
      case "off":
        return says(CloudOff, msg("Your messages can be read on this device only. If it is lost, so are they."), "care");
      case "locked":
        return says(KeyRound, msg("The backup of your messages needs your recovery key on this device."), "care");
      case "on":
        if (backup.remaining) return says(LoaderCircle, msg(str`Saving what opens your messages: ${backup.remaining} left.`));
        if (status === "none")
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

  #renderStep({ status, backup }: RecoveryState): TemplateResult | typeof nothing {
    const isWanted = status !== "loading" && status !== "failed" && (backup.status !== "on" || status !== "ready");
    return isWanted ? html`<melo-recovery .session=${this.#recovery.session}></melo-recovery>` : nothing;
  }

  #handleCancel = (): void => void this.#recovery.recovery?.cancelRestore().catch(() => {}); // then it goes on, as the state says

  #handleRestore = (): void => void this.#recovery.recovery?.restore().catch(() => {}); // the state says it
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
