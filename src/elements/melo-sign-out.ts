import { msg, str } from "@lit/localize";
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { property, query, state } from "lit/decorators.js";

import { RecoveryController } from "../controllers/recovery-controller.js";
import type { KeysAtStake, RecoveryState } from "../crypto/recovery-state.js";
import type { SessionApi } from "../session/session-api.js";
import controls from "./controls.styles.js";
import { icon } from "./icon.js";
import { CircleAlert, LoaderCircle } from "./icons.js";
import "./melo-dialog.js";
import type { MeloDialog } from "./melo-dialog.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import tokens from "./tokens.styles.js";

/** How often to look how much is still to be saved, in ms. */
const LOOK_EVERY = 1_000;

/**
 * A button that signs the visitor out of this device, after it has looked what that would take: it waits for what is still to be saved, warns of what cannot be saved, and is done at once
 * where there is nothing to lose.
 *
 * @example <melo-sign-out></melo-sign-out>
 *
 * @slot - What the button says.
 * @csspart button - The button.
 * @csspart warning - What would be lost.
 * @cssproperty [--melo-color-care] - Colour of the icon of the warning.
 * @cssstate open - The question is open.
 */
export class MeloSignOut extends LitElement {
  static override styles = [tokens, controls, notice];

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  /** The page has a button of its own, which calls `signOut()`. */
  @property({ type: Boolean, attribute: "without-button" }) withoutButton = false;

  @state() private stake?: KeysAtStake;
  @state() private busy = false;
  @query("melo-dialog") private dialog!: MeloDialog;

  readonly #internals = this.attachInternals();
  readonly #recovery = new RecoveryController(this);
  #looking?: ReturnType<typeof setInterval>;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#looking);
  }

  protected override render(): unknown {
    if (this.#recovery.missing) return noSession("melo-sign-out");
    const { value } = this.#recovery;
    if (!this.#recovery.session?.state.account) return nothing;
    return html`
      ${this.withoutButton ? nothing : this.#renderButton()}
      <melo-dialog heading=${msg("Sign out of this device?")} confirm=${this.#isAtRisk(value) ? msg("Sign out anyway") : msg("Sign out")}>
        ${this.#renderStake(value)}
      </melo-dialog>
    `;
  }

  #renderButton(): TemplateResult {
    return html`<button class="outlined" part="button" ?disabled=${this.busy} @click=${() => this.signOut()}><slot>${msg("Sign out")}</slot></button>`;
  }

  #renderStake(recovery: RecoveryState | undefined): TemplateResult {
    if (this.#waits(recovery)) {
      const left = this.stake!.unsaved;
      return html`<p class="notice" part="warning" role="status">
        ${icon(LoaderCircle)}<span>${msg(str`Saving what opens your messages: ${left} left. You are signed out when that is done.`)}</span>
      </p>`;
    }
    if (this.#isAtRisk(recovery)) {
      const text =
        recovery?.backup.status === "on"
          ? msg("Nobody could open the backup of your messages: make a recovery key first, or have another device that is verified.")
          : msg("Your messages can be read on this device only. Turn on the backup and make a recovery key first, or they are lost.");
      return html`<p class="notice care" part="warning">${icon(CircleAlert)}<span>${text}</span></p>`;
    }
    return html`${msg("You can sign in again at any time. Your messages open with your recovery key, or with another device of yours.")}`;
  }

  /** What would be lost stays lost: no backup, or one that nobody can open. */
  #isAtRisk(recovery: RecoveryState | undefined): boolean {
    return (
      recovery !== undefined &&
      (recovery.backup.status !== "on" || recovery.status === "none" || recovery.unconfirmed || this.#waits(recovery))
    );
  }

  #waits(recovery: RecoveryState | undefined): boolean {
    return recovery?.backup.status === "on" && (this.stake?.unsaved ?? 0) > 0;
  }

  /** Looks what it would take, asks where that is anything, and signs out unless the visitor stays. */
  async signOut(): Promise<void> {
    await this.updateComplete;
    const { session, recovery } = this.#recovery;
    if (!session || !recovery || this.busy) return;
    this.busy = true;
    try {
      this.stake = await recovery.countKeys().catch(() => ({ total: 1, unsaved: 0 })); // unknown: asked about as if there were some
      if (this.stake.total === 0 || (await this.#ask())) await session.signOut();
    } finally {
      this.busy = false;
    }
  }

  async #ask(): Promise<boolean> {
    this.#internals.states.add("open");
    const waited = this.#waits(this.#recovery.value);
    this.#looking = setInterval(() => void this.#look(waited), LOOK_EVERY);
    const confirmed = await this.dialog.ask();
    clearInterval(this.#looking);
    this.#internals.states.delete("open");
    return confirmed;
  }

  /** What was waited for is there: the visitor has said already that they want to go. */
  async #look(waited: boolean): Promise<void> {
    const stake = await this.#recovery.recovery?.countKeys().catch(() => undefined);
    if (!stake || !this.isConnected) return;
    this.stake = stake;
    if (waited && !this.#isAtRisk(this.#recovery.value)) this.dialog.answer(true);
  }
}

if (!customElements.get("melo-sign-out")) customElements.define("melo-sign-out", MeloSignOut);

declare global {
  interface HTMLElementTagNameMap {
    "melo-sign-out": MeloSignOut;
  }
}
