import { msg, str } from "@lit/localize";
import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, query, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";

import { RoomController } from "../controllers/room-controller.js";
import { WatchController } from "../controllers/watch-controller.js";
import { MeloError } from "../internal/errors.js";
import { newTransactionId } from "../internal/transaction-id.js";
import type { SessionApi } from "../session/session-api.js";
import { ComposerDraft } from "./composer-draft.js";
import { MeloMessageSendEvent, MeloMessageSentEvent } from "./composer-events.js";
import { identityNotice, isSendKey, type Destination } from "./composer-sending.js";
import { composeMessage, excessBytes, preloadMarkdown } from "./composed-message.js";
import controls from "./controls.styles.js";
import { icon } from "./icon.js";
import { CircleAlert, Send } from "./icons.js";
import styles from "./melo-composer.styles.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import { whyNotWrite } from "./room-gate.js";
import { errorWords } from "./session-words.js";
import tokens from "./tokens.styles.js";

/**
 * The field in which a message is written, with Markdown, `/me`, and a draft that survives a reload. In a form it is a field like any other.
 *
 * @example <melo-composer room="#garden:example.org"></melo-composer>
 *
 * @slot start - Buttons before the text.
 * @slot end - Buttons between the text and the send button.
 * @fires {MeloMessageSendEvent} melo-message-send - Cancelable: a message is about to be sent.
 * @fires {MeloMessageSentEvent} melo-message-sent - A message is kept for sending.
 * @csspart base - The frame around text and buttons.
 * @csspart field - The text.
 * @csspart send - The button that sends.
 * @csspart error - Why nothing can be written or sent.
 * @cssproperty [--melo-color-raised] - Background of the field.
 * @cssproperty [--melo-color-line] - Its border.
 * @cssstate disabled - Nothing can be written here.
 * @cssstate empty - Nothing is written.
 */
export class MeloComposer extends LitElement {
  static override styles = [tokens, controls, notice, styles];
  static override shadowRootOptions: ShadowRootInit = { ...LitElement.shadowRootOptions, delegatesFocus: true };
  static readonly formAssociated = true;

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  /** Id or alias of the room. */
  @property() room = "";

  /** Which key sends: Enter (Shift+Enter begins a line), or Ctrl or Command with Enter. */
  @property({ attribute: "submit-key" }) submitKey: "enter" | "mod-enter" = "enter";

  /** What the empty field says; by default "Message" and the room's name. */
  @property() placeholder = "";

  /** The field's name in a form. */
  @property({ reflect: true }) name = "";

  @property({ type: Boolean, reflect: true }) disabled = false;

  /** What is written. */
  @property({ attribute: false }) value = "";

  @state() private problem = "";
  @query("textarea") private field?: HTMLTextAreaElement;

  readonly #internals = this.attachInternals();
  #room = new RoomController(this, () => this.room);
  #state = new WatchController(
    this,
    () => this.#room.value?.room,
    (room) => room,
  );
  /** Somebody about whom the visitor has to decide, perhaps before anything is sent. */
  #changed = new WatchController(
    this,
    () => (this.#state.value?.encryption === "encrypted" ? this.#room.value?.identities : undefined),
    ({ changed }) => changed[0],
  );
  #draft = new ComposerDraft(
    this,
    () => ({ drafts: this.#room.session?.drafts, room: this.room, text: this.value }),
    (text) => this.#restore(text),
  );
  #sending: Promise<void> = Promise.resolve();
  #formDisabled = false;

  /** Sends what is written, as the send button does. Resolves when it is kept for sending, or was not. */
  async send(): Promise<void> {
    const text = this.value;
    if (this.#blocked) return;
    if (!this.room) return this.#internals.form?.requestSubmit();
    const to = { room: this.room, parts: this.#room.value, drafts: this.#room.session?.drafts };
    this.#setText(""); // at once: what is typed next is the next message
    this.#sending = this.#sending.then(() => this.#send(text, to));
    await this.#sending;
  }

  formDisabledCallback(disabled: boolean): void {
    this.#formDisabled = disabled;
    this.requestUpdate();
  }

  formResetCallback(): void {
    this.#setText("");
  }

  formStateRestoreCallback(text: string): void {
    this.#setText(text);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#tellTyping(false);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.get("room")) [this.value, this.problem] = ["", ""]; // what was written is the draft of that room
    if (changed.has("value")) this.#internals.setFormValue(this.value);
    this.#internals.states[this.#reason ? "add" : "delete"]("disabled");
    this.#internals.states[this.value ? "delete" : "add"]("empty");
  }

  protected override render(): unknown {
    if (this.room && this.#room.missing) return noSession("melo-composer");
    const reason = this.#reason;
    const name = this.#state.value?.name;
    const label = this.placeholder || (name ? msg(str`Message ${name}`) : msg("Message"));
    return html`
      ${this.#changed.value ? identityNotice(this.#room.session, this.room) : nothing}
      <div class="field" part="base">
        <slot name="start"></slot>
        <textarea
          part="field"
          rows="1"
          dir="auto"
          enterkeyhint=${this.submitKey === "enter" ? "send" : "enter"}
          aria-label=${label}
          aria-describedby="problem"
          placeholder=${reason || label}
          ?disabled=${!!reason}
          .value=${live(this.value)}
          @input=${this.#handleInput}
          @keydown=${this.#handleKey}
          @focus=${preloadMarkdown}
          @blur=${() => this.#tellTyping(false)}
        ></textarea>
        <slot name="end"></slot>
        <button class="square send" part="send" type="button" aria-label=${msg("Send")} title=${msg("Send")} ?disabled=${this.#blocked} @click=${this.#handleSendClick}>${icon(Send)}</button>
      </div>
      <div id="problem" aria-live="polite">${this.#renderProblem()}</div>
    `;
  }

  protected override updated(): void {
    const { field } = this;
    if (!field || CSS.supports("field-sizing", "content")) return;
    field.style.blockSize = "auto";
    field.style.blockSize = `${field.scrollHeight}px`;
  }

  #renderProblem(): TemplateResult | typeof nothing {
    const excess = this.#excess;
    const text = excess ? msg(str`This message is too long by about ${excess} characters. Shorten it, or send it in parts.`) : this.problem;
    return text ? html`<p class="notice bad" part="error">${icon(CircleAlert)}<span>${text}</span></p>` : nothing;
  }

  /** There is nothing to send, or what is written stays in the field until the visitor has decided about somebody. */
  get #blocked(): boolean {
    return !this.value.trim() || !!this.#reason || !!this.#excess || !!this.#changed.value?.wasVerified;
  }

  /** Why nothing can be written here; empty if it can. What is written offline waits. */
  get #reason(): string {
    if (this.disabled || this.#formDisabled) return msg("You cannot write here now.");
    if (!this.room) return "";
    return whyNotWrite(this.#state.value);
  }

  get #excess(): number {
    return this.value.length > 8000 ? Math.ceil(excessBytes(this.value)) : 0;
  }

  async #send(text: string, to: Destination): Promise<void> {
    const message = await composeMessage(text);
    if (!this.dispatchEvent(new MeloMessageSendEvent(to.room, message))) return this.#giveBack(text, to, "");
    const transactionId = newTransactionId();
    try {
      if (!to.parts) throw new MeloError("not-signed-in", "the composer has no session");
      await to.parts.timeline.send({ transactionId, ...message });
      this.problem = "";
      this.dispatchEvent(new MeloMessageSentEvent(to.room, message, transactionId));
    } catch (error) {
      this.#giveBack(text, to, msg(str`Not sent. ${errorWords(MeloError.from(error).toInfo()).text}`));
    }
  }

  /** What was not sent is in the field again, before what has been written since; or in the room's draft, if the field shows another room. */
  #giveBack(text: string, { room, drafts }: Destination, problem: string): void {
    if (room !== this.room) return void drafts?.save(room, text);
    this.problem = problem;
    this.#setText(this.value ? `${text}\n${this.value}` : text);
  }

  #setText(text: string): void {
    this.value = text;
    this.#draft.changed(text === "");
    if (text === "") this.#tellTyping(false);
  }

  /** A draft never replaces what is already written. */
  #restore(text: string): void {
    if (!this.value) this.value = text;
  }

  #tellTyping(isTyping: boolean): void {
    void this.#room.value?.typing.setTyping(isTyping).catch(() => undefined);
  }

  #handleInput = (event: Event): void => {
    this.value = (event.target as HTMLTextAreaElement).value;
    this.problem = "";
    this.#draft.changed(false);
    this.#tellTyping(this.value !== "");
    preloadMarkdown();
  };

  #handleKey = (event: KeyboardEvent): void => {
    if (!isSendKey(event, this.submitKey)) return;
    event.preventDefault();
    void this.send();
  };

  #handleSendClick = (): void => {
    void this.send();
    this.field?.focus();
  };
}

if (!customElements.get("melo-composer")) customElements.define("melo-composer", MeloComposer);

declare global {
  interface HTMLElementTagNameMap {
    "melo-composer": MeloComposer;
  }
}
