import { msg, str } from "@lit/localize";
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { property, query, state } from "lit/decorators.js";

import { SessionController } from "../controllers/session-controller.js";
import { WatchController } from "../controllers/watch-controller.js";
import { MeloError } from "../internal/errors.js";
import type { SessionApi } from "../session/session-api.js";
import controls from "./controls.styles.js";
import field from "./field.styles.js";
import { icon } from "./icon.js";
import { Check, CircleAlert, KeyRound } from "./icons.js";
import styles from "./melo-recovery.styles.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import { errorWords } from "./session-words.js";
import tokens from "./tokens.styles.js";

/** Shorter passphrases are refused: the file may lie about for years. */
const SHORTEST = 8;

/**
 * Saves the keys of the visitor's messages as a file under a passphrase, and adds those of such a file. Other clients of Matrix read and write the same files.
 *
 * @example <melo-key-file></melo-key-file>
 *
 * @csspart error - What went wrong.
 * @csspart done - What came of it.
 * @cssproperty [--melo-color-accent] - The progress.
 * @cssstate busy - A file is being made or opened.
 */
export class MeloKeyFile extends LitElement {
  static override styles = [tokens, controls, field, notice, styles];

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  @state() private step: "home" | "save" | "open" = "home";
  @state() private busy = false;
  @state() private problem?: string;
  @state() private done?: string;
  /** What was chosen to be opened. */
  @state() private file?: File;
  @query("#passphrase") private passphrase?: HTMLInputElement;
  @query("#again") private again?: HTMLInputElement;
  @query("input[type=file]") private chooser!: HTMLInputElement;
  @query("h2") private heading?: HTMLElement;

  readonly #internals = this.attachInternals();
  readonly #session = new SessionController(this);
  readonly #account = new WatchController(
    this,
    () => this.#session.value,
    (session) => session.account,
  );
  readonly #state = new WatchController(
    this,
    () => (this.busy ? this.#session.value?.keyFile : undefined),
    (keyFile) => keyFile,
  );

  protected override willUpdate(): void {
    this.#internals.states[this.busy ? "add" : "delete"]("busy");
  }

  protected override render(): unknown {
    if (this.#session.missing) return noSession("melo-key-file");
    if (!this.#account.value) return html`<p class="notice">${icon(KeyRound)}<span>${msg("Sign in first.")}</span></p>`;
    return html`<div class="step" aria-busy=${this.busy}>
      <h2 tabindex="-1">${msg("Key file")}</h2>
      ${this.step === "home" ? this.#renderHome() : this.#renderForm()}
      <div id="problem" role="alert">${this.problem ? html`<p class="notice bad" part="error">${icon(CircleAlert)}<span>${this.problem}</span></p>` : nothing}</div>
      <input type="file" accept=".txt,text/plain" hidden aria-label=${msg("Key file")} @change=${this.#handleFile} />
    </div>`;
  }

  #renderHome(): TemplateResult {
    return html`
      <p>${msg("A file with the keys of your messages, under a passphrase of yours. It opens them on another device, or in another app.")}</p>
      ${this.done ? html`<p class="notice" part="done" role="status">${icon(Check)}<span>${this.done}</span></p>` : nothing}
      <div class="buttons">
        <button class="outlined" @click=${() => this.#go("save")}>${msg("Save a key file")}</button>
        <button class="outlined" @click=${() => this.chooser.click()}>${msg("Open a key file")}</button>
      </div>
    `;
  }

  #renderForm(): TemplateResult {
    const saves = this.step === "save";
    const text = saves
      ? msg("Choose a passphrase for the file. Whoever has both can read your messages.")
      : msg(str`Which passphrase was “${this.file?.name ?? ""}” saved with?`);
    return html`
      <p>${text}</p>
      <form novalidate @submit=${this.#handleSubmit}>
        ${passphraseField("passphrase", msg("Passphrase"), saves, !!this.problem)}
        ${saves ? passphraseField("again", msg("The same once more"), true, !!this.problem) : nothing} ${this.#renderProgress()}
        <div class="buttons">
          <button class="filled" ?disabled=${this.busy}>${saves ? msg("Save") : msg("Open")}</button>
          <button type="button" class="outlined" ?disabled=${this.busy} @click=${() => this.#go("home")}>${msg("Cancel")}</button>
        </div>
      </form>
    `;
  }

  #renderProgress(): TemplateResult | typeof nothing {
    const { done = 0, total } = this.#state.value ?? {};
    if (!this.busy) return nothing;
    if (!total) return html`<p role="status">${msg("This takes a moment…")}</p>`;
    return html`<label for="progress">${msg(str`Adding keys: ${done} of ${total}.`)}</label><progress id="progress" max=${total} value=${done}></progress>`;
  }

  #go(step: MeloKeyFile["step"], done?: string): void {
    this.step = step;
    this.done = done;
    this.problem = undefined;
    if (step === "home") this.file = undefined;
    void this.updateComplete.then(() => (this.passphrase ?? this.heading)?.focus());
  }

  #handleFile = (): void => {
    [this.file] = this.chooser.files ?? [];
    this.chooser.value = ""; // the same file may be chosen again
    if (this.file) this.#go("open");
  };

  #handleSubmit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { keyFile } = this.#session.value ?? {};
    const passphrase = this.passphrase?.value ?? "";
    if (!keyFile || this.busy) return;
    if (!passphrase) return void (this.problem = msg("Write a passphrase."));
    if (this.step === "save" && passphrase.length < SHORTEST)
      return void (this.problem = msg(str`Take at least ${SHORTEST} characters; a few words are better.`));
    if (this.step === "save" && passphrase !== this.again?.value) return void (this.problem = msg("The two are not the same."));
    [this.busy, this.problem] = [true, undefined];
    try {
      if (this.step === "save") {
        download(await keyFile.exportKeys(passphrase));
        this.#go("home", msg("Saved. Keep the file and the passphrase apart."));
      } else {
        const { total, imported } = await keyFile.importKeys(await this.file!.text(), passphrase);
        this.#go("home", msg(str`${imported} of the ${total} keys of the file are here now.`));
      }
    } catch (error) {
      this.problem = errorWords(MeloError.from(error).toInfo()).text;
      this.passphrase?.select();
    } finally {
      this.busy = false;
    }
  };
}

function passphraseField(id: string, label: string, isNew: boolean, invalid: boolean): TemplateResult {
  return html`<div>
    <label for=${id}>${label}</label>
    <div class="field">
      <input id=${id} type="password" autocomplete=${isNew ? "new-password" : "off"} aria-invalid=${invalid} aria-describedby="problem" />
    </div>
  </div>`;
}

function download(text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  Object.assign(document.createElement("a"), { href: url, download: "message-keys.txt" }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

if (!customElements.get("melo-key-file")) customElements.define("melo-key-file", MeloKeyFile);

declare global {
  interface HTMLElementTagNameMap {
    "melo-key-file": MeloKeyFile;
  }
}
