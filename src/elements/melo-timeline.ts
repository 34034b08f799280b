import { msg, str } from "@lit/localize";
import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, query, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";

import { RoomController } from "../controllers/room-controller.js";
import { WatchController } from "../controllers/watch-controller.js";
import type { TimelineState } from "../matrix/timeline-state.js";
import type { SessionApi } from "../session/session-api.js";
import controls from "./controls.styles.js";
import { icon } from "./icon.js";
import { ArrowDown, CircleAlert } from "./icons.js";
import "./melo-message.js";
import styles from "./melo-timeline.styles.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import { errorWords } from "./session-words.js";
import { skeleton } from "./skeleton.js";
import skeletonStyles from "./skeleton.styles.js";
import { TimelineAnnouncer, itemSummary } from "./timeline-announcer.js";
import { TimelineKeyboard } from "./timeline-keyboard.js";
import { TimelineRows, estimatedHeight, type Row } from "./timeline-rows.js";
import { clockTime, dayName } from "./timeline-times.js";
import tokens from "./tokens.styles.js";
import { VirtualList } from "./virtual-list.js";

/** Older events are asked for when less than this is above what is visible, in CSS pixels; and how many at a time. */
const NEAR_START = 800;
const OLDER_AT_ONCE = 40;
/** The way back to the newest message is offered when more than this is below, in CSS pixels. */
const FAR_FROM_END = 200;
/** Room for the marker above the first row, in CSS pixels. */
const START_SIZE = 56;

/**
 * The messages of a room, oldest first, with only the visible ones in the DOM.
 *
 * @example <melo-timeline room="#garden:example.org"></melo-timeline>
 *
 * @slot empty - What to say while there are no messages.
 * @csspart base - The part that scrolls.
 * @csspart day - The line between two days.
 * @csspart start - What is said above the oldest message.
 * @csspart newest - The button that leads to the newest message.
 * @csspart error - What went wrong.
 * @csspart message - The row of a message.
 * @csspart body - What was written.
 * @cssproperty [--melo-color-surface] - Background.
 * @cssproperty [--melo-color-line] - The lines between days.
 * @cssstate loading - Nothing is there yet.
 * @cssstate empty - There are no messages.
 * @cssstate failed - The messages could not be loaded.
 */
export class MeloTimeline extends LitElement {
  static override styles = [tokens, controls, notice, skeletonStyles, styles];
  static {
    this.disableWarning?.("change-in-update"); // rows are measured once they are drawn, and placed by what was measured
  }

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  /** Id or alias of the room. */
  @property() room = "";

  @state() private announcement = "";

  @query(".scroller") private scroller?: HTMLElement;
  @query(".sizer") private sizer?: HTMLElement;

  readonly #internals = this.attachInternals();
  #room = new RoomController(this, () => this.room);
  #name = new WatchController(
    this,
    () => this.#room.value?.room,
    (room) => room.name,
  );
  #timeline = new WatchController(
    this,
    () => this.#room.value?.timeline,
    (timeline) => timeline,
  );
  #rowsOf = new TimelineRows();
  #rows: readonly Row[] = [];
  #announcer = new TimelineAnnouncer((text) => (this.announcement = text));
  #keyboard = new TimelineKeyboard({
    rows: () => this.#rows,
    list: () => this.#list,
    element: (index) => this.#elementAt(index),
    host: this,
  });
  #list = new VirtualList(this, {
    elements: () => (this.scroller && this.sizer ? { scroller: this.scroller, sizer: this.sizer } : undefined),
    count: () => this.#rows.length,
    key: (index) => this.#rows[index]!.key,
    estimate: (index) => estimatedHeight(this.#rows[index]!),
    changedTops: () => this.#rowsOf.changedTops,
    pinned: () => this.#keyboard.focusedIndex,
    settle: (row) => row.querySelector("melo-message")?.settle(),
    before: START_SIZE,
    after: 8,
  });
  /** The newest item that was seen, while newer ones are below. */
  #seen?: string;
  #paginating = false;

  /** Scrolls to the newest message. */
  scrollToNewest(): void {
    this.#list.scrollToEnd();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#announcer.reset();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("room") || changed.has("session")) {
      this.#announcer.reset();
      this.#list.reset();
      this.#rowsOf = new TimelineRows();
      this.announcement = "";
    }
    const now = this.#timeline.value;
    const items = now?.items ?? [];
    const newest = items.at(-1);
    if (newest?.own && newest.key !== this.#rows.at(-1)?.item.key && newest.kind === "message" && newest.send) this.#list.scrollToEnd();
    this.#rows = this.#rowsOf.update(items);
    if (now?.status === "ready") this.#announcer.update(items);
    if (this.#list.atEnd) this.#seen = newest?.key;
    this.#toggleStates(now);
  }

  protected override render(): unknown {
    if (this.#room.missing) return noSession("melo-timeline");
    const now = this.#timeline.value;
    if (!now || (now.status === "loading" && !now.items.length)) return skeleton();
    if (now.status === "failed" && !now.items.length) return this.#renderFailed(now);
    return html`
      <div
        class="scroller"
        part="base"
        role="log"
        aria-live="off"
        aria-label=${msg(str`Messages in ${this.#name.value || msg("this room")}`)}
        aria-busy=${now.start === "loading"}
        tabindex=${this.#rows.length ? -1 : 0}
        @keydown=${this.#keyboard.handleKey}
        @focusin=${this.#keyboard.handleFocus}
        @focusout=${this.#keyboard.handleBlur}
      >
        <div class="sizer">
          <div class="start" part="start">${this.#renderStart(now)}</div>
          ${repeat(
            this.#list.visible,
            ({ key }) => key,
            ({ index }) => this.#renderRow(index),
          )}
        </div>
        ${now.items.length ? nothing : html`<div class="empty"><slot name="empty">${msg("No messages yet.")}</slot></div>`}
      </div>
      ${this.#renderNewest(now)}
      <div class="visually-hidden" role="status" aria-live="polite">${this.announcement}</div>
    `;
  }

  protected override updated(): void {
    const now = this.#timeline.value;
    if (now?.status !== "ready" || now.start !== "more" || this.#paginating || !this.scroller?.clientHeight) return;
    if (this.#list.above < NEAR_START) void this.#paginate();
  }

  #renderRow(index: number): TemplateResult | typeof nothing {
    const row = this.#rows[index];
    if (!row) return nothing;
    const label = `${itemSummary(row.item)}, ${clockTime(row.item.time)}`;
    const tabIndex = this.#keyboard.tabIndex(index);
    return html`<div class="row" role="article" data-index=${index} aria-label=${label} tabindex=${tabIndex}>
      ${row.day === undefined ? nothing : html`<div class="day" part="day">${dayName(row.day, Date.now())}</div>`}
      <melo-message
        exportparts="message, body, avatar, name, time, note, tools"
        .item=${row.item}
        .changes=${row.changes}
        .leads=${row.leads}
        .toolsTabIndex=${tabIndex}
        .timeline=${this.#room.value?.timeline}
        .room=${this.room}
        .session=${this.#room.session}
      ></melo-message>
    </div>`;
  }

  #renderStart({ start, items }: TimelineState): unknown {
    switch (start) {
      case "loading":
        return html`<span role="status">${msg("Getting older messages…")}</span>`;
      case "failed":
        return html`<span role="alert">${msg("Older messages could not be loaded.")}</span> <button class="link" @click=${this.#paginate}>${msg("Try again")}</button>`;
      case "reached":
        return items.length ? html`<span>${msg(str`This is the beginning of ${this.#name.value || msg("this room")}.`)}</span>` : nothing;
      case "more":
        return nothing;
    }
  }

  #renderFailed({ error }: TimelineState): TemplateResult {
    const text = error ? errorWords(error).text : msg("The messages could not be loaded.");
    return html`<div class="failed" part="error" role="alert">
      <p class="notice bad">${icon(CircleAlert)}<span>${text}</span> <button class="link" @click=${this.#retry}>${msg("Try again")}</button></p>
    </div>`;
  }

  #renderNewest({ items }: TimelineState): unknown {
    if (this.#list.atEnd || this.#list.below < FAR_FROM_END) return nothing;
    const from = items.findLastIndex(({ key }) => key === this.#seen) + 1;
    const count = from > 0 ? items.slice(from).filter((item) => !item.own && item.kind !== "state").length : 0;
    const label = count === 0 ? msg("Jump to newest") : count === 1 ? msg("1 new message") : msg(str`${count} new messages`);
    return html`<button class="newest" part="newest" @click=${this.scrollToNewest}>${icon(ArrowDown)}${label}</button>`;
  }

  #elementAt(index: number): HTMLElement | undefined {
    return this.sizer?.querySelector<HTMLElement>(`:scope > [data-index="${index}"]`) ?? undefined;
  }

  #toggleStates(now: TimelineState | undefined): void {
    const states = {
      loading: !now || now.status === "loading",
      failed: now?.status === "failed",
      empty: now?.status === "ready" && now.items.length === 0,
    };
    for (const [name, on] of Object.entries(states)) this.#internals.states[on ? "add" : "delete"](name);
  }

  #retry = (): void => void this.#room.value?.room.retry().catch(() => undefined); // the snapshot says what came of it

  #paginate = async (): Promise<void> => {
    this.#paginating = true;
    await this.#room.value?.timeline.paginate(OLDER_AT_ONCE).catch(() => undefined); // `start` says that it failed
    this.#paginating = false;
    this.requestUpdate();
  };
}

if (!customElements.get("melo-timeline")) customElements.define("melo-timeline", MeloTimeline);

declare global {
  interface HTMLElementTagNameMap {
    "melo-timeline": MeloTimeline;
  }
}
