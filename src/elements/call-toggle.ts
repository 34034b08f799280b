import { msg } from "@lit/localize";
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { property, query } from "lit/decorators.js";
import type { IconNode } from "lucide";

import { ActionController } from "../controllers/action-controller.js";
import { CallsController } from "../controllers/calls-controller.js";
import type { Calls, CallState } from "../media/calls-state.js";
import type { SessionApi } from "../session/session-api.js";
import styles from "./call-toggle.styles.js";
import { callErrorWords } from "./call-words.js";
import controls from "./controls.styles.js";
import { icon } from "./icon.js";
import { CircleAlert } from "./icons.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import { placeOnOpen } from "./popover.js";
import popover from "./popover.styles.js";
import tokens from "./tokens.styles.js";

/** How a toggle looks now, and what a click does. */
export interface ToggleFace {
  readonly icon: IconNode;
  /** Names the effect of a click: "Mute". */
  readonly label: string;
  /** The own sound or picture is off, or the sound of all others: drawn as something to notice. */
  readonly isOff?: boolean;
  /** Something is on that one may want to end: a hand, a screen. */
  readonly isOn?: boolean;
  /** Why it cannot be used; it stays in reach, and says so. */
  readonly why?: string;
}

/** What the switches of a call have in common: a round button that acts on the call of this page, and says beside itself why something did not work. */
export abstract class CallToggle extends LitElement {
  static override styles = [tokens, controls, notice, popover, styles];
  static override shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true };

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  /** The words beside the icon, not only for a screen reader. */
  @property({ type: Boolean, reflect: true }) labelled = false;

  @query("button") private button?: HTMLElement | null;
  @query(".popover") private note?: HTMLElement | null;

  readonly #internals = this.attachInternals();
  readonly #calls = new CallsController(this, ({ call }) => call);
  readonly #action = new ActionController(this);

  /** How it looks in this call. */
  protected abstract face(call: CallState): ToggleFace;
  /** How it looks outside of a call. */
  protected abstract readonly idle: IconNode;
  /** What a click does. */
  protected abstract toggle(calls: Calls, call: CallState): Promise<unknown>;
  /** For the custom states of the element. */
  protected abstract states(call: CallState | undefined): Readonly<Record<string, boolean>>;

  /** The call of this page, if it can be acted on. */
  protected get call(): CallState | undefined {
    const call = this.#calls.value;
    return call && call.status !== "failed" && call.status !== "leaving" ? call : undefined;
  }

  protected override willUpdate(): void {
    const states = { idle: !this.call, ...this.states(this.call) };
    for (const [name, on] of Object.entries(states)) this.#internals.states[on ? "add" : "delete"](name);
  }

  protected override render(): TemplateResult {
    if (this.#calls.missing) return noSession(this.localName);
    const { call } = this;
    const face: ToggleFace = call
      ? this.face(call)
      : { icon: this.idle, label: msg("You are in no call"), why: msg("You are in no call.") };
    const { label, isOff, isOn, why } = face;
    return html`
      <button
        type="button"
        part="base"
        class="toggle ${isOff ? "off" : ""} ${isOn ? "on" : ""}"
        aria-label=${this.labelled ? nothing : label}
        aria-disabled=${why ? "true" : nothing}
        aria-describedby=${why && call ? "why" : nothing}
        aria-busy=${this.#action.busy ? "true" : nothing}
        title=${why ?? label}
        @click=${this.#handleClick}
      >
        ${icon(face.icon)}${this.labelled ? html`<span>${label}</span>` : nothing}
      </button>
      ${why && call ? html`<span id="why" class="visually-hidden">${why}</span>` : nothing}
      <div class="popover note" popover part="error" role="alert" @beforetoggle=${this.#handleOpen}>${this.#renderError()}</div>
    `;
  }

  #renderError(): TemplateResult | typeof nothing {
    const { error } = this.#action;
    if (!error) return nothing;
    const { text, how } = callErrorWords(error);
    return html`<p class="notice bad">${icon(CircleAlert)}<span>${text} ${how}</span></p>`;
  }

  #handleOpen = (event: ToggleEvent): void => placeOnOpen(event, this.button ?? undefined);

  #handleClick = async (): Promise<void> => {
    const { call } = this;
    const { calls } = this.#calls;
    if (!call || !calls || this.face(call).why) return;
    if (this.note?.matches(":popover-open")) this.note.hidePopover();
    if (await this.#action.run(() => this.toggle(calls, call))) return;
    await this.updateComplete;
    if (this.#action.error && this.isConnected) this.note?.showPopover();
  };
}
