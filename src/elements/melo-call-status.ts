import { LitElement, html, nothing, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";

import { ActionController } from "../controllers/action-controller.js";
import { CallsController } from "../controllers/calls-controller.js";
import { ClockController } from "../controllers/clock-controller.js";
import { WatchController } from "../controllers/watch-controller.js";
import type { CallState } from "../media/calls-state.js";
import type { SessionApi } from "../session/session-api.js";
import { callNotes, nextChange, type CallNote } from "./call-notes.js";
import { encryptionWords } from "./call-words.js";
import controls from "./controls.styles.js";
import { icon } from "./icon.js";
import { Lock, LockOpen } from "./icons.js";
import styles from "./melo-call-status.styles.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import tokens from "./tokens.styles.js";

/**
 * Says how the call of this page stands: encrypted or not, in one quiet line, and whatever else the visitor should know: reconnecting, a key that has not come, sound that is not
 * encrypted and so not played, somebody who does not belong, a microphone that is not allowed, a browser that waits for a click. Empty in no call.
 *
 * @example <melo-call-status></melo-call-status>
 *
 * @csspart encryption - The quiet line.
 * @csspart notice - Each sentence that is more than that.
 * @cssproperty [--melo-color-care] - Icon of what one may want to do something about.
 * @cssproperty [--melo-color-bad] - Icon of what was refused.
 * @cssstate idle - This page is in no call.
 * @cssstate encrypted - The call is encrypted.
 * @cssstate reconnecting - The connection comes back by itself.
 * @cssstate attention - There is something to say.
 */
export class MeloCallStatus extends LitElement {
  static override styles = [tokens, controls, notice, styles];

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  /** Nothing while all is well. */
  @property({ type: Boolean, attribute: "without-encryption" }) withoutEncryption = false;

  readonly #internals = this.attachInternals();
  readonly #calls = new CallsController(this, ({ call }) => call);
  readonly #withheld = new WatchController(
    this,
    () => (this.#calls.value ? this.#calls.session?.room(this.#calls.value.room).callKeys : undefined),
    ({ withheld }) => withheld,
  );
  readonly #clock = new ClockController(this, () => nextChange(this.#calls.value));
  readonly #action = new ActionController(this);

  get #notes(): readonly CallNote[] {
    const call = this.#calls.value;
    return call ? callNotes(call, this.#withheld.value ?? [], this.#clock.now) : [];
  }

  protected override willUpdate(): void {
    const call = this.#calls.value;
    const states = {
      idle: !call,
      encrypted: call?.encrypted ?? false,
      reconnecting: call?.status === "reconnecting",
      attention: this.#notes.length > 0,
    };
    for (const [name, on] of Object.entries(states)) this.#internals.states[on ? "add" : "delete"](name);
  }

  protected override render(): TemplateResult {
    if (this.#calls.missing) return noSession("melo-call-status");
    const call = this.#calls.value;
    return html`<div class="notes" role="status">
      ${call && call.status !== "failed" && !this.withoutEncryption ? this.#renderEncryption(call) : nothing}
      ${repeat(this.#notes, ({ id }) => id, this.#renderNote)}
    </div>`;
  }

  #renderEncryption(call: CallState): TemplateResult {
    return html`<p class="encryption" part="encryption">${icon(call.encrypted ? Lock : LockOpen)}<span>${encryptionWords(call)}</span></p>`;
  }

  #renderNote = ({ icon: shape, text, level, action }: CallNote): TemplateResult =>
    html`<div class="notice ${level ?? ""}" part="notice">
      ${icon(shape)}<span dir="auto">${text}</span>
      ${
        action
          ? html`<button type="button" class="link" ?disabled=${this.#action.busy} @click=${() => this.#handleAction(action)}>
              ${action.label}
            </button>`
          : nothing
      }
    </div>`;

  /** What fails is said by the state of the call. */
  #handleAction({ effect }: NonNullable<CallNote["action"]>): void {
    const { calls, value: call } = this.#calls;
    if (!calls || !call) return;
    const effects = {
      join: () => calls.join(call.room),
      leave: () => calls.leave(),
      audio: () => calls.startAudio(),
      microphone: () => calls.setMicrophone(true),
      camera: () => calls.setCamera(true),
    };
    void this.#action.run(effects[effect]);
  }
}

if (!customElements.get("melo-call-status")) customElements.define("melo-call-status", MeloCallStatus);

declare global {
  interface HTMLElementTagNameMap {
    "melo-call-status": MeloCallStatus;
  }
}
