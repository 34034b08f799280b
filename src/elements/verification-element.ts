import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, query, state } from "lit/decorators.js";

import { SessionController } from "../controllers/session-controller.js";
import { WatchController } from "../controllers/watch-controller.js";
import type { Verification, VerificationState } from "../crypto/verification-state.js";
import { MeloError } from "../internal/errors.js";
import { isUnderWay } from "../internal/verification-status.js";
import type { SessionApi } from "../session/session-api.js";
import controls from "./controls.styles.js";
import "./melo-dialog.js";
import type { MeloDialog } from "./melo-dialog.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import type { MeloCodeScannedEvent } from "./scanner-events.js";
import { errorWords } from "./session-words.js";
import tokens from "./tokens.styles.js";
import { MeloVerificationCancelledEvent, MeloVerificationDoneEvent, MeloVerificationRequestEvent } from "./verification-events.js";
import { actionsOf, renderStep, type Step } from "./verification-steps.js";
import styles from "./verification-steps.styles.js";
import { stepWordsOf } from "./verification-words.js";

/** The element that shows the flow of a session, so that two on one page do not both open a dialog. */
const shownBy = new WeakMap<SessionApi, VerificationElement>();

/** What the tags of verification have in common: the flow of their session in a dialog, one dialog on a page. */
export abstract class VerificationElement extends LitElement {
  static override styles = [tokens, controls, notice, styles];

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  @query("melo-dialog") private dialog!: MeloDialog;
  /** The visitor scans the other side's code. */
  @state() private scanning = false;
  /** What is wrong with what was scanned. */
  @state() private scanProblem = "";

  protected readonly sessionController = new SessionController(this);
  readonly #internals = this.attachInternals();
  readonly #state = new WatchController(
    this,
    () => this.sessionController.value?.verification,
    (state) => state,
  );
  #before?: VerificationState;
  /** The flow went away without an end: the tab that ran it is gone. */
  #interrupted = false;
  #open = false;
  #focusedStep?: string;

  /** What the button that begins says; nothing for no button. */
  protected abstract get offer(): string | undefined;
  /** The tag stands for no device and nobody in particular: it answers who asks. */
  protected abstract get answers(): boolean;
  /** Whether a flow is of the kind that this tag is for. */
  protected abstract concerns(state: VerificationState): boolean;
  /** Asks the other side. */
  protected abstract request(verification: Verification): Promise<void>;

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    const state = this.#state.value;
    if (state !== this.#before) {
      if (state?.status === "idle" && this.#before && isUnderWay(this.#before)) this.#interrupted = this.#open;
      else if (state?.status !== "idle") this.#interrupted = false;
      if (state && state.status !== this.#before?.status) this.#tell(state);
      if (state?.status !== "ready") [this.scanning, this.scanProblem] = [false, ""];
      this.#before = state;
    }
    this.#internals.states[this.offer ? "delete" : "add"]("empty");
  }

  protected override render(): TemplateResult {
    if (this.sessionController.missing) return noSession(this.localName);
    const shown = this.#shown;
    const { heading, text } = stepWordsOf(shown, this.scanning);
    return html`
      ${this.offer ? html`<button class="outlined" part="begin" @click=${this.begin}>${this.offer}</button>` : nothing}
      <melo-dialog heading=${heading}>
        <p role="status">${this.scanProblem || text}</p>
        ${renderStep(shown, this.scanning, this.#handleScanned)} ${this.#renderActions(shown)}
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
    const now = this.#state.value;
    if (this.#interrupted) return { status: "failed", user: this.#before?.user, error: { code: "verification-interrupted", message: "" } };
    return now && this.concerns(now) ? now : { status: "idle" };
  }

  /** A flow that this element began, or any of its kind if it stands for nothing in particular and nobody else shows it. */
  get #mayShow(): boolean {
    const session = this.sessionController.value;
    const shower = session && shownBy.get(session);
    return this.isConnected && (shower ? shower === this : session !== undefined && this.answers);
  }

  #renderActions(shown: VerificationState): TemplateResult[] {
    return actionsOf(shown, this.scanning).map(
      ({ step, label, filled }) =>
        html`<button slot="actions" type="button" class=${filled ? "filled" : "outlined"} data-step=${step} @click=${() => void this.#act(step)}>${label}</button>`,
    );
  }

  /** Asks the other side, as the button does. */
  begin = (): void => {
    const session = this.sessionController.value;
    if (!session) return;
    const { state } = session.verification;
    if (!isUnderWay(state) || state.status === "asked") shownBy.set(session, this);
    this.#run(this.request(session.verification));
  };

  async #act(step: Step): Promise<void> {
    const verification = this.sessionController.value?.verification;
    if (step === "scan" || step === "back") [this.scanning, this.scanProblem] = [step === "scan", ""];
    else if (this.#interrupted) this.dialog.close();
    else if (step === "again" && verification) {
      await verification.dismiss();
      this.#run(this.request(verification));
    } else if (verification && step !== "again") {
      await verification[step]().catch(() => {}); // the state says it
      if (step === "decline") this.#run(verification.dismiss()); // who said no needs no answer
    }
  }

  #handleScanned = async ({ bytes }: MeloCodeScannedEvent): Promise<void> => {
    try {
      await this.sessionController.value?.verification.scan(bytes);
    } catch (error) {
      this.scanProblem = errorWords(MeloError.from(error).toInfo()).text;
    }
  };

  async #ask(): Promise<void> {
    const session = this.sessionController.value;
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

  #release(session = this.sessionController.value): void {
    this.#open = false;
    this.#internals.states.delete("open");
    if (session && shownBy.get(session) === this) shownBy.delete(session);
  }

  #run(action: Promise<void>): void {
    action.catch(() => {}); // the state says it
  }

  /** The button that had the focus may be gone. What is to be looked at before anything is pressed gets it rather than a button. */
  #keepFocus(): void {
    const step = `${this.#shown.status}${this.scanning ? "-scanning" : ""}`;
    if (this.#focusedStep === step) return;
    this.#focusedStep = step;
    const target =
      this.renderRoot.querySelector<HTMLElement>(".emoji, melo-qr-code") ?? this.renderRoot.querySelector<HTMLElement>("button[slot]");
    target?.focus();
  }

  #tell(state: VerificationState): void {
    if (!this.#mayShow || !this.concerns(state)) return;
    const { status, device, user, reason } = state;
    const about = { deviceId: device?.deviceId, userId: user?.userId };
    if (status === "asked") this.dispatchEvent(new MeloVerificationRequestEvent(about.deviceId, about.userId));
    else if (status === "done") this.dispatchEvent(new MeloVerificationDoneEvent(about.deviceId, about.userId));
    else if (status === "cancelled") this.dispatchEvent(new MeloVerificationCancelledEvent(reason ?? "unknown"));
  }
}
