import { msg } from "@lit/localize";
import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";

import { ClockController } from "../controllers/clock-controller.js";
import type { SessionApi } from "../session/session-api.js";
import type { FileItem, MessageItem, StateItem, TimelineItem, UndecryptableItem } from "../matrix/timeline-item.js";
import type { Timeline } from "../matrix/timeline-state.js";
import { CallLineView } from "./call-line-view.js";
import controls from "./controls.styles.js";
import { icon } from "./icon.js";
import { Check, CircleAlert, Clock, Copy, File, Image, KeyRound, ShieldAlert } from "./icons.js";
import "./melo-avatar.js";
import styles from "./melo-message.styles.js";
import contentStyles from "./message-content.styles.js";
import { MessageContent } from "./message-content.js";
import { securityNote, unsupportedBody } from "./message-notes.js";
import { canAskAgain, sendFailureSentence, undecryptableSentence } from "./security-words.js";
import { memberSentences, stateSentence } from "./state-words.js";
import { byteSize, clockTime, fullTime } from "./timeline-times.js";
import tokens from "./tokens.styles.js";

/** How long a key may take to come by itself, in ms. */
const KEY_TAKES = 10_000;

/**
 * One row of a timeline: a message with all that is known about it, or a change of the room in plain words.
 *
 * @example <melo-message></melo-message> <script>document.querySelector("melo-message").item = item</script>
 *
 * @fires {MeloUserOpenEvent} melo-user-open - Cancelable: the visitor wants to see who wrote it.
 * @fires {MeloCallJoinEvent} melo-call-join - Cancelable: the visitor calls somebody back.
 * @fires {MeloCallOpenEvent} melo-call-open - The visitor is in the call: show it.
 * @csspart message - The row.
 * @csspart avatar - The sender's picture.
 * @csspart name - The sender's name.
 * @csspart time - When it was sent.
 * @csspart body - What was written.
 * @csspart note - What is to be said about it: security, not sent.
 * @csspart tools - What can be done with it, shown on hover and focus.
 * @cssproperty [--melo-color-hover] - Background of the row under the pointer.
 * @cssproperty [--melo-avatar-size] - Size of the sender's picture.
 * @cssstate own - Written by the visitor.
 * @cssstate sending - On its way.
 * @cssstate failed - Not sent.
 * @cssstate undecryptable - Cannot be read here.
 */
export class MeloMessage extends LitElement {
  static override styles = [tokens, controls, contentStyles, styles];

  /** What to show. */
  @property({ attribute: false }) item?: TimelineItem;

  /** Changes of people that are told in one row, `item` among them. */
  @property({ attribute: false }) changes?: readonly StateItem[];

  /** Shows who wrote it and when. */
  @property({ type: Boolean }) leads = false;

  /** Where to send again, give up, ask for a key. */
  @property({ attribute: false }) timeline?: Pick<Timeline, "retry" | "discard" | "requestKey">;

  /** Id or alias of the room: where a missed call is called back. */
  @property() room = "";

  /** Where pictures come from. */
  @property({ attribute: false }) session?: SessionApi;

  /** Whether Tab reaches the tools that stand beside every message: in a timeline, those of its current row only. */
  @property({ attribute: false }) toolsTabIndex: 0 | -1 = 0;

  @state() private asked: "no" | "asking" | "asked" = "no";
  @state() private copied = false;

  readonly #internals = this.attachInternals();
  readonly #content = new MessageContent(this, () => this.session?.media);
  readonly #calls = new CallLineView(this);
  readonly #clock = new ClockController(this, () => this.#askableAt ?? this.#calls.changesAt);
  #shownAt = 0;

  /** Renders a pending change now: whoever measures this row needs its final height. */
  settle(): void {
    if (this.isUpdatePending) this.performUpdate();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("item") || !this.item) return;
    if (changed.get("item")?.key !== this.item.key) this.#shownAt = Date.now();
    this.asked = "no";
    this.copied = false;
    const { states } = this.#internals;
    const send = this.item.kind === "message" ? this.item.send?.status : undefined;
    for (const [name, on] of Object.entries({
      own: this.item.own,
      sending: send === "sending",
      failed: send === "failed",
      undecryptable: this.item.kind === "undecryptable",
    })) {
      if (on) states.add(name);
      else states.delete(name);
    }
  }

  protected override render(): unknown {
    const { item } = this;
    if (!item) return nothing;
    if (item.kind === "state") return this.#renderChange(item);
    if (item.kind === "message" && item.style === "emote")
      return this.#renderRow(item, html`<span class="star" aria-hidden="true">✦</span>`, nothing, this.#renderMessage(item));
    if (!this.leads)
      return this.#renderRow(item, html`<span class="aside">${this.#renderTime(item)}</span>`, nothing, this.#renderBody(item));
    const { name, userId, avatar } = item.sender;
    const side = html`<melo-avatar part="avatar" .name=${name} .colorKey=${userId} .src=${avatar} .session=${this.session} @click=${this.#handleWho}></melo-avatar>`;
    const who = html`<button class="who" part="name" tabindex=${this.toolsTabIndex} title=${userId} @click=${this.#handleWho}><bdi>${name}</bdi></button>`;
    const head = html`<header role="presentation">${who}${this.#renderTime(item)}</header>`;
    return this.#renderRow(item, side, head, this.#renderBody(item));
  }

  #renderRow(item: TimelineItem, side: TemplateResult, head: TemplateResult | typeof nothing, body: unknown): TemplateResult {
    const tools = item.kind === "message" ? this.#renderTools(item) : nothing;
    return html`<div class="message ${this.leads ? "leads" : "follows"}" part="message">${side}${head}${body}${tools}</div>`;
  }

  #renderBody(item: Exclude<TimelineItem, StateItem>): unknown {
    switch (item.kind) {
      case "message":
        return this.#renderMessage(item);
      case "file":
        return this.#renderFile(item);
      case "undecryptable":
        return this.#renderUndecryptable(item);
      case "redacted":
        return html`<div class="body quiet" part="body">${msg("Message deleted.")}</div>`;
      case "unsupported":
        return unsupportedBody(item);
    }
  }

  #renderMessage(item: MessageItem): unknown {
    const name = item.style === "emote" ? html`<b part="name"><bdi>${item.sender.name}</bdi></b> ` : nothing;
    const edited = item.edited ? html` <small class="quiet">${msg("(edited)")}</small>` : nothing;
    const sending = item.send?.status === "sending" ? html` <span class="sending">${icon(Clock, msg("Sending"))}</span>` : nothing;
    return html`
      <div class="body ${item.style}" part="body" dir="auto" @click=${this.#content.handleClick} @keydown=${this.#content.handleKey}>${name}${this.#content.render(item)}${edited}${sending}</div>
      ${securityNote(item.security, item.sender.name)} ${item.send?.status === "failed" ? this.#renderFailure(item) : nothing}
    `;
  }

  #renderFile(item: FileItem): unknown {
    const size = item.size === undefined ? nothing : html`<span class="quiet">${byteSize(item.size)}</span>`;
    return html`
      <div class="box" part="body">
        ${icon(item.style === "image" || item.style === "sticker" ? Image : File)}<span class="fact"><bdi>${item.name}</bdi> ${size}</span>
        <span class="quiet">${msg("Files cannot be opened here yet.")}</span>
      </div>
      ${securityNote(item.security, item.sender.name)}
    `;
  }

  #renderUndecryptable(item: UndecryptableItem): TemplateResult {
    return html`<div class="box sealed" part="body">
      ${icon(KeyRound)}<span>${undecryptableSentence(item.reason, item.sender.name)}</span>${this.#canAsk(item) ? this.#renderAsk(item) : nothing}
    </div>`;
  }

  #renderAsk(item: UndecryptableItem): TemplateResult {
    if (this.asked === "asked") return html`<span role="status">${msg("Asked. It opens when the key comes.")}</span>`;
    const label = this.asked === "asking" ? msg("Asking…") : msg("Ask again");
    return html`<button class="link" ?disabled=${this.asked === "asking"} @click=${() => this.#askForKey(item)}>${label}</button>`;
  }

  #renderChange(item: StateItem): TemplateResult {
    const call = this.changes ? undefined : this.#calls.render(item, this.#renderTime(item));
    if (call) return call;
    const text = this.changes ? memberSentences(this.changes) : stateSentence(item);
    const warning = item.change.type === "encryption-altered";
    return html`<div class="message change" part="message">
      <span></span>
      <div class=${warning ? "note care" : "quiet small"} part="body" dir="auto">${warning ? icon(ShieldAlert) : nothing}<span>${text}</span> ${this.#renderTime(item)}</div>
    </div>`;
  }

  #renderTime(item: TimelineItem): TemplateResult {
    return html`<time part="time" datetime=${new Date(item.time).toISOString()} title=${fullTime(item.time)}>${clockTime(item.time)}</time>`;
  }

  #renderFailure(item: MessageItem): TemplateResult {
    const why = sendFailureSentence(item.send?.error?.code);
    return html`<div class="note bad" part="note">
      ${icon(CircleAlert)}<span
        >${msg("Not sent.")} ${why}
        <button class="link" @click=${() => this.#attempt(this.timeline?.retry(item.key))}>${msg("Try again")}</button> ·
        <button class="link" @click=${() => this.#attempt(this.timeline?.discard(item.key))}>${msg("Delete")}</button></span
      >
    </div>`;
  }

  #renderTools(item: MessageItem): TemplateResult {
    const label = this.copied ? msg("Copied") : msg("Copy text");
    return html`<div class="tools" part="tools"><button class="square" tabindex=${this.toolsTabIndex} title=${label} aria-label=${label} @click=${() => this.#copy(item)}>${icon(this.copied ? Check : Copy)}</button></div>`;
  }

  /** When "Ask again" is offered, in ms since 1970. */
  get #askableAt(): number | undefined {
    if (this.item?.kind !== "undecryptable" || canAskAgain(this.item.reason) !== "late") return undefined;
    return Math.min(this.item.time, this.#shownAt) + KEY_TAKES;
  }

  #canAsk(item: UndecryptableItem): boolean {
    return canAskAgain(item.reason) !== "never" && !!item.eventId && this.#clock.now >= (this.#askableAt ?? 0);
  }

  async #askForKey(item: UndecryptableItem): Promise<void> {
    this.asked = "asking";
    await this.#attempt(this.timeline?.requestKey(item.eventId!));
    if (this.item === item) this.asked = "asked";
  }

  /** Whether an action helped is seen in the item that comes next, not in its promise. */
  async #attempt(action: Promise<void> | undefined): Promise<void> {
    await action?.catch(() => undefined);
  }

  /** Who wrote this: the code of the card comes with the question. */
  #handleWho = (): void =>
    void import("./user-dialog.js").then(({ openUser }) => openUser(this, this.session, this.item!.sender.userId)).catch(() => undefined);

  async #copy(item: MessageItem): Promise<void> {
    await navigator.clipboard.writeText(item.body).then(
      () => (this.copied = true),
      () => undefined, // the page may not use the clipboard: the text can be selected
    );
  }
}

if (!customElements.get("melo-message")) customElements.define("melo-message", MeloMessage);

declare global {
  interface HTMLElementTagNameMap {
    "melo-message": MeloMessage;
  }
}
