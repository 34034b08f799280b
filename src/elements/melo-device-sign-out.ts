import { msg } from "@lit/localize";
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { property, query, state } from "lit/decorators.js";

import type { OwnDevice, OwnDevices } from "../crypto/own-devices-state.js";
import { MeloError, type ErrorInfo } from "../internal/errors.js";
import controls from "./controls.styles.js";
import { signOutHeading, stakes } from "./device-words.js";
import { icon } from "./icon.js";
import { CircleAlert } from "./icons.js";
import "./melo-dialog.js";
import type { MeloDialog } from "./melo-dialog.js";
import styles from "./melo-device-sign-out.styles.js";
import notice from "./notice.styles.js";
import { errorWords } from "./session-words.js";
import tokens from "./tokens.styles.js";

/**
 * Asks whether devices are to be signed out, for the password where the server wants it, and does it. Part of `<melo-device-list>`.
 *
 * @example <melo-device-sign-out></melo-device-sign-out>
 *
 * @csspart error - What was wrong with the password.
 * @cssproperty [--melo-color-raised] - Background of the dialog.
 */
export class MeloDeviceSignOut extends LitElement {
  static override styles = [tokens, controls, notice, styles];

  /** Where the devices are signed out. */
  @property({ attribute: false }) devices?: OwnDevices;

  /** What is asked about. */
  @state() private leaving: readonly OwnDevice[] = [];
  /** The server wants the password, for this reason. */
  @state() private question?: ErrorInfo;

  @query("melo-dialog") private dialog!: MeloDialog;
  @query("input") private field?: HTMLInputElement | null;

  /**
   * Asks, and signs the devices out. Resolves with whether that was done; rejects with a MeloError when it cannot be.
   * `onBusy` is told when the server is asked, and when its answer is there.
   */
  async run(leaving: readonly OwnDevice[], onBusy: (busy: boolean) => void): Promise<boolean> {
    this.leaving = leaving;
    try {
      for (;;) {
        const password = await this.#ask();
        if (password === undefined) return false;
        const question = await this.#attempt(password, onBusy);
        if (!question) return true;
        this.question = question;
      }
    } finally {
      this.question = undefined; // and with it the field
    }
  }

  protected override render(): TemplateResult {
    const sentences = stakes(this.leaving, this.devices?.state.devices ?? []);
    const confirm = this.leaving.length > 1 ? msg("Sign them out") : msg("Sign out");
    return html`
      <melo-dialog heading=${signOutHeading(this.leaving)} confirm=${confirm}>
        ${sentences.map((sentence) => html`<p>${sentence}</p>`)} ${this.question ? this.#renderPassword(this.question) : nothing}
      </melo-dialog>
    `;
  }

  #renderPassword({ code, message, retryAfter }: ErrorInfo): TemplateResult {
    const wrong = code === "password-wrong";
    return html`
      <label for="password">${msg("Your password, because the server asks for it")}</label>
      <input
        id="password"
        type="password"
        autocomplete="current-password"
        aria-invalid=${wrong}
        aria-describedby="attempt"
        @keydown=${this.#handleKey}
      />
      <div id="attempt" role="alert">
        ${
          wrong
            ? html`<p class="notice bad" part="error">${icon(CircleAlert)}<span>${errorWords({ code, message, retryAfter }).text}</span></p>`
            : nothing
        }
      </div>
    `;
  }

  /** Signs out, unless the server wants the password first: then it resolves with that. */
  async #attempt(password: string, onBusy: (busy: boolean) => void): Promise<ErrorInfo | undefined> {
    if (this.question && !password) return { code: "password-needed", message: "No password was written." };
    onBusy(true);
    try {
      const deviceIds = this.leaving.map(({ deviceId }) => deviceId);
      await this.devices?.signOut(deviceIds, password || undefined);
      return undefined;
    } catch (error) {
      const failure = MeloError.from(error);
      if (failure.code === "password-needed" || failure.code === "password-wrong") return failure.toInfo();
      throw failure;
    } finally {
      onBusy(false);
    }
  }

  /** The password, the empty text where none is asked for, or `undefined` for no. It is not kept: the field is empty when this resolves. */
  async #ask(): Promise<string | undefined> {
    await this.updateComplete;
    const answer = this.dialog.ask();
    await this.dialog.updateComplete;
    this.field?.focus();
    const confirmed = await answer;
    const password = this.field?.value ?? "";
    if (this.field) this.field.value = "";
    return confirmed ? password : undefined;
  }

  #handleKey = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && !event.isComposing) this.dialog.answer(true);
  };
}

if (!customElements.get("melo-device-sign-out")) customElements.define("melo-device-sign-out", MeloDeviceSignOut);

declare global {
  interface HTMLElementTagNameMap {
    "melo-device-sign-out": MeloDeviceSignOut;
  }
}
