import { msg } from "@lit/localize";
import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, query } from "lit/decorators.js";

import { SessionController } from "../controllers/session-controller.js";
import { WatchController } from "../controllers/watch-controller.js";
import type { Verification, VerificationState } from "../crypto/verification-state.js";
import { isUnderWay } from "../internal/verification-status.js";
import type { SessionApi } from "../session/session-api.js";
import controls from "./controls.styles.js";
import "./melo-dialog.js";
import type { MeloDialog } from "./melo-dialog.js";
import styles from "./melo-verify-device.styles.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import tokens from "./tokens.styles.js";
import { MeloVerificationCancelledEvent, MeloVerificationDoneEvent, MeloVerificationRequestEvent } from "./verification-events.js";
import { emojiName, stepWordsOf } from "./verification-words.js";

type Step = Exclude<keyof Verification, "state" | "subscribe" | "request">;

/** The element that shows the flow of a session, so that two on one page do not both open a dialog. */
const shownBy = new WeakMap<SessionApi, MeloVerifyDevice>();

/**
 * Verifies the visitor's own devices by comparing emoji, in a dialog. With `device-id` it is a button that asks that device. Without, it answers what other devices ask, and offers to
 * verify this device as long as nothing vouches for it; otherwise nothing of it can be seen.
 *
 * @example <melo-verify-device></melo-verify-device>
 *
 * @fires {MeloVerificationRequestEvent} melo-verification-request - Another device of the visitor asks; the dialog is open.
 * @fires {MeloVerificationDoneEvent} melo-verification-done - The devices have verified each other.
 * @fires {MeloVerificationCancelledEvent} melo-verification-cancelled - It ended, and nothing was verified.
 * @csspart begin - The button that starts a verification.
 * @csspart emoji - The list of the seven emoji.
 * @csspart decimals - The three numbers.
 * @cssproperty [--melo-color-sunken] - Background of the emoji.
 * @cssstate empty - There is nothing to see but the dialog, if it is open.
 * @cssstate open - The dialog is open.
 */
export class MeloVerifyDevice extends LitElement {
  static override styles = [tokens, controls, notice, styles];

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  /** The device to verify, one of the visitor's own. */
  @property({ attribute: "device-id" }) deviceId?: string;

  @query("melo-dialog") private dialog!: MeloDialog;

  readonly #internals = this.attachInternals();
  #session = new SessionController(this);
  #crossSigning = new WatchController(
    this,
    () => this.#session.value,
    ({ status, crossSigning }) => (status === "ready" ? crossSigning : undefined),
  );
  #state = new WatchController(
    this,
    () => this.#session.value?.verification,
    (state) => state,
  );
  #before?: VerificationState;
  /** The flow went away without an end: the tab that ran it is gone. */
  #interrupted = false;
  #open = false;
  #focusedStep?: string;

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    const state = this.#state.value;
    if (state !== this.#before) {
      if (state?.status === "idle" && this.#before && isUnderWay(this.#before)) this.#interrupted = this.#open;
      else if (state?.status !== "idle") this.#interrupted = false;
      if (state && state.status !== this.#before?.status) this.#tell(state);
      this.#before = state;
    }
    if (this.#offers) this.#internals.states.delete("empty");
    else this.#internals.states.add("empty");
  }

  protected override render(): TemplateResult {
    if (this.#session.missing) return noSession("melo-verify-device");
    const shown = this.#shown;
    const { heading, text } = stepWordsOf(shown);
    return html`
      ${this.#offers ? html`<button class="outlined" part="begin" @click=${this.#begin}>${this.deviceId ? msg("Verify") : msg("Verify this device")}</button>` : nothing}
      <melo-dialog heading=${heading}>
        <p role="status">${text}</p>
        ${shown.status === "emoji" && shown.emoji ? this.#renderEmoji(shown) : nothing} ${this.#renderActions(shown)}
      </melo-dialog>
    `;
  }

  protected override updated(): void {
    const wants = this.#mayShow && this.#shown.status !== "idle";
    if (wants && !this.#open) void this.#ask();
    else if (!wants && this.#open) this.dialog.close();
    if (this.#open) this.#keepFocus();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#release();
  }

  get #shown(): VerificationState {
    if (this.#interrupted) return { status: "failed", error: { code: "interrupted", message: "The tab that verified is gone." } };
    return this.#state.value ?? { status: "idle" };
  }

  get #offers(): boolean {
    return this.deviceId ? this.#crossSigning.value !== undefined : this.#crossSigning.value === "missing";
  }

  /** A flow that this element began, or any if it stands for no device and nobody else shows it. */
  get #mayShow(): boolean {
    const session = this.#session.value;
    const shower = session && shownBy.get(session);
    return this.isConnected && (shower ? shower === this : session !== undefined && !this.deviceId);
  }

  #renderEmoji({ emoji = [], decimals = [] }: VerificationState): TemplateResult {
    return html`
      <ol class="emoji" part="emoji" tabindex="-1" aria-label=${msg("Seven emoji")}>
        ${emoji.map((one) => html`<li><span class="symbol" aria-hidden="true">${one.symbol}</span><span>${emojiName(one)}</span></li>`)}
      </ol>
      <details>
        <summary>${msg("Compare numbers instead")}</summary>
        <p class="decimals" part="decimals">${decimals.join(" ")}</p>
      </details>
    `;
  }

  #renderActions({ status }: VerificationState): TemplateResult {
    const button = (step: Step, label: string, look = "outlined") =>
      html`<button slot="actions" type="button" class=${look} data-step=${step} @click=${() => void this.#act(step)}>${label}</button>`;
    switch (status) {
      case "asked":
        return html`${button("decline", msg("Decline"))}${button("accept", msg("Accept"), "filled")}`;
      case "ready":
        return html`${button("cancel", msg("Cancel"))}${button("start", msg("Show the emoji"), "filled")}`;
      case "emoji":
        return html`${button("mismatch", msg("They differ"))}${button("confirm", msg("They match"), "filled")}`;
      case "done":
        return html`${button("dismiss", msg("Done"), "filled")}`;
      case "cancelled":
      case "failed":
        return html`${button("dismiss", msg("Close"), "filled")}`;
      default:
        return html`${button("cancel", msg("Cancel"))}`;
    }
  }

  #begin = (): void => {
    const session = this.#session.value;
    if (!session) return;
    if (!isUnderWay(session.verification.state)) shownBy.set(session, this);
    this.#run(session.verification.request(this.deviceId));
  };

  async #act(step: Step): Promise<void> {
    const verification = this.#session.value?.verification;
    if (this.#interrupted) this.dialog.close();
    else if (verification) {
      await verification[step]().catch(() => {}); // the state says it
      if (step === "decline") this.#run(verification.dismiss()); // who said no needs no answer
    }
  }

  async #ask(): Promise<void> {
    const session = this.#session.value;
    if (!session) return;
    shownBy.set(session, this);
    this.#open = true;
    this.#internals.states.add("open");
    await this.dialog.ask();
    this.#release(session);
    this.#focusedStep = undefined;
    if (this.#interrupted) {
      this.#interrupted = false;
      this.requestUpdate();
    } else if (isUnderWay(session.verification.state)) {
      await session.verification.cancel().catch(() => {}); // Escape: nothing is verified
      this.#run(session.verification.dismiss());
    } else if (session.verification.state.status !== "idle") this.#run(session.verification.dismiss());
  }

  #release(session = this.#session.value): void {
    this.#open = false;
    this.#internals.states.delete("open");
    if (session && shownBy.get(session) === this) shownBy.delete(session);
  }

  #run(action: Promise<void>): void {
    action.catch(() => {}); // the state says it
  }

  /** The button that had the focus may be gone. The emoji get it rather than a button: they are to be looked at before anything is pressed. */
  #keepFocus(): void {
    const { status } = this.#shown;
    if (this.#focusedStep === status) return;
    this.#focusedStep = status;
    const target = this.renderRoot.querySelector<HTMLElement>(".emoji") ?? this.renderRoot.querySelector<HTMLElement>("button[slot]");
    target?.focus();
  }

  #tell({ status, device, reason }: VerificationState): void {
    if (!this.#mayShow) return;
    if (status === "asked" && device) this.dispatchEvent(new MeloVerificationRequestEvent(device.deviceId));
    else if (status === "done") this.dispatchEvent(new MeloVerificationDoneEvent(device?.deviceId));
    else if (status === "cancelled") this.dispatchEvent(new MeloVerificationCancelledEvent(reason ?? "unknown"));
  }
}

if (!customElements.get("melo-verify-device")) customElements.define("melo-verify-device", MeloVerifyDevice);

declare global {
  interface HTMLElementTagNameMap {
    "melo-verify-device": MeloVerifyDevice;
  }
}
