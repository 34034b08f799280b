import { msg } from "@lit/localize";
import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, query, state } from "lit/decorators.js";
import type { IconNode } from "lucide";

import { ActionController } from "../controllers/action-controller.js";
import { CallTestController } from "../controllers/call-test-controller.js";
import type { CallTestFinding, CallTestState, CallTestVerdict } from "../media/call-test-state.js";
import type { SessionApi } from "../session/session-api.js";
import { MeloCallTestedEvent } from "./call-events.js";
import { downloadReport, testReport, type ReportFormat } from "./call-test-report.js";
import { figureWords, findingWords, testingWords, testStepWords, testSummaryWords, testVerdictWords } from "./call-test-words.js";
import controls from "./controls.styles.js";
import { icon } from "./icon.js";
import { Check, CircleAlert, Info, LoaderCircle, Lock, TriangleAlert } from "./icons.js";
import styles from "./melo-call-test.styles.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import tokens from "./tokens.styles.js";

/**
 * Tries out whether calls work from this page, step by step: the browser, its devices, the permission, the microphone's level and echo, the encryption, the access to calls, and a tone and a
 * picture that are sent encrypted to the call server and back, by UDP, by TCP and by TURN. Each step says how it is, why, and what to do about it; the whole is a report without anything
 * secret. Nobody else notices, and a call that is under way is not disturbed.
 *
 * @example <melo-call-test></melo-call-test>
 *
 * @slot heading - What stands above, in place of the sentence that says what will happen.
 * @fires {MeloCallTestedEvent} melo-call-tested - The test has come to its end.
 * @csspart base - Everything.
 * @csspart summary - How it stands with all that was looked at.
 * @csspart list - The steps.
 * @csspart item - Each step.
 * @csspart report - The report.
 * @csspart error - Why nothing can be tested.
 * @cssproperty [--melo-color-good] - The mark of what is well.
 * @cssstate running - A test is under way.
 */
export class MeloCallTest extends LitElement {
  static override styles = [tokens, controls, notice, styles];

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  /** By whose room access to calls is asked for: an id or alias. Default: any room that the account is in. */
  @property() room = "";

  @state() private format: ReportFormat = "text";
  @state() private isCopied = false;
  @query(".bar") private bar?: HTMLElement | null;

  readonly #internals = this.attachInternals();
  readonly #test = new CallTestController(this);
  readonly #action = new ActionController(this);
  #before?: CallTestState["status"];

  /** Begins, as the button does. Call it from a click: the test plays some tones. */
  async start(): Promise<void> {
    this.isCopied = false;
    await this.#test.part?.start(this.room ? { room: this.room } : {});
  }

  override disconnectedCallback(): void {
    if (this.#test.value?.status === "running") void this.#test.part?.stop().catch(() => {}); // nothing is known any more afterwards
    super.disconnectedCallback();
  }

  protected override willUpdate(): void {
    this.#internals.states[this.#test.value?.status === "running" ? "add" : "delete"]("running");
  }

  protected override updated(_changed: PropertyValues<this>): void {
    const test = this.#test.value;
    this.bar?.style.setProperty("--_level", `${percentOf(test?.level)}%`);
    if (this.#before === "running" && test?.status === "done") this.dispatchEvent(new MeloCallTestedEvent(test.findings));
    this.#before = test?.status;
  }

  protected override render(): TemplateResult {
    if (this.#test.missing) return noSession("melo-call-test");
    const test = this.#test.value;
    if (!test) return html`<p class="notice" role="status">${icon(Lock)}<span>${msg("Sign in, then you can test calls here.")}</span></p>`;
    const { status } = test;
    return html`<div class="base" part="base">
      <slot name="heading">
        ${status === "idle" ? html`<p>${msg("See whether calls work from here. It takes about half a minute, and nobody else notices.")}</p>` : nothing}
      </slot>
      <div role="status">${this.#renderSummary(test)}</div>
      <div class="actions">${this.#renderActions(test)}</div>
      ${status === "idle" || (status === "failed" && test.findings.length === 0) ? nothing : this.#renderSteps(test)}
      ${test.findings.length > 0 && status !== "running" ? this.#renderReport(test) : nothing}
    </div>`;
  }

  #renderSummary(test: CallTestState): unknown {
    if (test.status === "idle") return nothing;
    if (test.status === "running") {
      const { step } = test;
      return step ? html`<span class="visually-hidden">${testStepWords(step)}: ${testingWords(step)}</span>` : nothing;
    }
    const isBad = test.status === "failed" || test.findings.some(({ verdict }) => verdict === "wrong");
    const isPoor = test.findings.some(({ verdict }) => verdict === "attention");
    const [shape, tone] = isBad ? [CircleAlert, "bad"] : isPoor ? [TriangleAlert, "care"] : [Info, ""];
    return html`<p class="notice ${tone}" part=${test.status === "failed" ? "summary error" : "summary"}>
      ${icon(shape)}<span>${testSummaryWords(test)}</span>
    </p>`;
  }

  #renderActions({ status }: CallTestState): TemplateResult {
    if (status === "running") {
      return html`<button type="button" class="outlined" @click=${this.#handleStop}>${msg("Stop the test")}</button>`;
    }
    return status === "idle"
      ? html`<button type="button" class="filled" ?disabled=${this.#action.busy} @click=${this.#handleStart}>${msg("Test calls")}</button>`
      : html`<button type="button" class="outlined" ?disabled=${this.#action.busy} @click=${this.#handleStart}>${msg("Test again")}</button>`;
  }

  #renderSteps({ findings, step, level }: CallTestState): TemplateResult {
    const now =
      step &&
      html`<li class="running" part="item" aria-current="step">
        ${icon(LoaderCircle)}<span class="title">${testStepWords(step)}</span>
        <span class="what">${testingWords(step)}</span>
        ${level === undefined ? nothing : meter(level)}
      </li>`;
    return html`<ol part="list">
      ${findings.map((finding) => this.#renderFinding(finding))}${now ?? nothing}
    </ol>`;
  }

  #renderFinding(finding: CallTestFinding): TemplateResult {
    const { text, how = "" } = findingWords(finding);
    const figures = figureWords(finding.figures);
    return html`<li class=${finding.verdict} part="item">
      ${icon(SHAPES[finding.verdict], testVerdictWords(finding.verdict))}
      <span class="title">${testStepWords(finding.step)}</span>
      <span class="what">${text} ${how}</span>
      ${figures ? html`<span class="figures">${figures}</span>` : nothing}
    </li>`;
  }

  #renderReport(test: CallTestState): TemplateResult {
    const choice = (format: ReportFormat, label: string): TemplateResult =>
      html`<label><input type="radio" name="format" .checked=${this.format === format} @change=${() => this.#choose(format)} />${label}</label>`;
    return html`<details part="report">
      <summary>${msg("Report for whoever runs your server")}</summary>
      <div class="report">
        <p class="what">${msg("It has nothing secret in it, and nothing that says who you are.")}</p>
        <fieldset aria-label=${msg("Form of the report")}>${choice("text", msg("Text"))}${choice("json", msg("JSON"))}</fieldset>
        <pre tabindex="0" role="region" aria-label=${msg("Report")}>${testReport(test, this.format)}</pre>
        <div class="actions">
          <button type="button" class="outlined" @click=${this.#handleCopy}>${this.isCopied ? msg("Copied") : msg("Copy")}</button>
          <button type="button" class="outlined" @click=${this.#handleDownload}>${msg("Download")}</button>
        </div>
        <div role="alert">${this.#action.error ? html`<p class="what">${msg("It could not be copied. Select the text, or download it.")}</p>` : nothing}</div>
      </div>
    </details>`;
  }

  #choose(format: ReportFormat): void {
    this.format = format;
    this.isCopied = false;
  }

  #handleStart = (): void => void this.start().catch(() => {}); // the state says it

  #handleStop = (): void => void this.#test.part?.stop().catch(() => {});

  #handleCopy = async (): Promise<void> => {
    const test = this.#test.value;
    if (test) this.isCopied = await this.#action.run(() => navigator.clipboard.writeText(testReport(test, this.format)));
  };

  #handleDownload = (): void => {
    const test = this.#test.value;
    if (test) downloadReport(testReport(test, this.format), this.format);
  };
}

const SHAPES: Readonly<Record<CallTestVerdict, IconNode>> = { well: Check, attention: TriangleAlert, wrong: CircleAlert, impossible: Info };

function meter(level: number): TemplateResult {
  return html`<div
    class="bar"
    role="meter"
    aria-label=${msg("Level of the microphone")}
    aria-valuemin="0"
    aria-valuemax="100"
    aria-valuenow=${percentOf(level)}
  ></div>`;
}

function percentOf(level = 0): number {
  return Math.round(level * 100);
}

if (!customElements.get("melo-call-test")) customElements.define("melo-call-test", MeloCallTest);

declare global {
  interface HTMLElementTagNameMap {
    "melo-call-test": MeloCallTest;
  }
}
