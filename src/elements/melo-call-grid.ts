import { msg, str } from "@lit/localize";
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { property, queryAll, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";

import { SessionController } from "../controllers/session-controller.js";
import type { SessionApi } from "../session/session-api.js";
import { CallAnnouncer } from "./call-announcer.js";
import controls from "./controls.styles.js";
import { icon } from "./icon.js";
import { ChevronLeft, ChevronRight } from "./icons.js";
import styles from "./melo-call-grid.styles.js";
import "./melo-call-tile.js";
import type { MeloCallTile } from "./melo-call-tile.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import type { MeloTilePinEvent } from "./stage-events.js";
import { tileTowards } from "./stage-keyboard.js";
import { isSmall, layOut, type Box, type StageLayout } from "./stage-layout.js";
import { stageOrder, type CallLayout } from "./stage-order.js";
import { StagePlan, type Plan } from "./stage-plan.js";
import stage from "./stage.styles.js";
import type { StageTile } from "./stage-tiles.js";
import tokens from "./tokens.styles.js";

/** How much of the height the buttons that turn pages take, in px. */
const PAGES_BAR = 44;

/**
 * Everybody in the call of this page, and every screen that is shared, as tiles in whatever place they are given: of one size and by pages, one large and the others beside it, two people one in
 * the other's corner, or a single row. A screen that somebody shares is the large one until it ends.
 *
 * @example <melo-call-grid layout="speaker"></melo-call-grid>
 *
 * @slot alone - What to say while nobody else is in the call.
 * @fires {MeloTilePinEvent} melo-tile-pin - Cancelable: a tile is to be the large one, or is put back.
 * @csspart base - The place of the tiles.
 * @csspart tile - Each tile.
 * @csspart pages - The buttons that turn pages.
 * @cssproperty [--melo-color-stage] - The ground.
 * @cssproperty [--melo-color-stage-tile] - The ground of each tile.
 * @cssstate grid - All tiles are of one size.
 * @cssstate focus - One tile is large.
 * @cssstate pair - Two people, one in the other's corner.
 * @cssstate strip - A single row.
 */
export class MeloCallGrid extends LitElement {
  static override styles = [tokens, stage, controls, notice, styles];

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  /** `auto`, `grid`, `speaker` (whoever speaks is large) or `strip` (a single row). */
  @property() layout: CallLayout = "auto";

  @state() private page = 0;
  @state() private size = { width: 0, height: 0 };
  @state() private spoken = "";
  /** The tile that the Tab key reaches. */
  @state() private current?: string;
  @queryAll("melo-call-tile") private tiles!: NodeListOf<MeloCallTile>;

  readonly #internals = this.attachInternals();
  readonly #session = new SessionController(this);
  readonly #announcer = new CallAnnouncer((text) => (this.spoken = text));
  readonly #plan = new StagePlan(
    this,
    () => this.#session.value?.calls,
    (call) => this.#announcer.update(call),
  );
  readonly #resizes = new ResizeObserver(() => this.#measure());
  readonly #placed = new WeakMap<Element, Box>();
  #laidOut: StageLayout = layOut({ width: 0, height: 0, gap: 0 }, { arrangement: "grid", keys: [], page: 0 });

  /** The key of the large tile: a participant's id, or that and a track's id. */
  get large(): string | undefined {
    return this.#laidOut.arrangement === "focus" ? this.#plan.value.large : undefined;
  }

  /** The tile that has the focus, or the large one, or the first: what a small window of the browser would show. */
  get focusedTile(): MeloCallTile | undefined {
    const key = this.current ?? this.#plan.value.large;
    return (
      [...this.tiles].find(({ dataset }) => dataset["key"] === key) ??
      [...this.tiles].find(({ participant }) => participant !== this.#localId) ??
      this.tiles[0]
    );
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resizes.disconnect();
    this.#announcer.stop();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resizes.observe(this);
  }

  protected override willUpdate(): void {
    this.#plan.follows = this.layout === "speaker";
    this.#plan.refresh();
    const layout = (this.#laidOut = this.#layOut(this.#plan.value));
    if (layout.pages > 1 && layout.arrangement === "grid" && layout.page === 0) this.#plan.firstPage = layout.boxes.size;
  }

  protected override updated(): void {
    for (const tile of this.tiles) this.#place(tile);
    for (const name of ["grid", "focus", "pair", "strip"])
      this.#internals.states[name === this.#laidOut.arrangement ? "add" : "delete"](name);
  }

  protected override render(): unknown {
    if (this.#session.missing) return noSession("melo-call-grid");
    const plan = this.#plan.value;
    const layout = this.#laidOut;
    const shown = plan.tiles.filter(({ key }) => layout.boxes.has(key));
    const stop = this.#tabStop(shown);
    return html`<div class="frame">
      <div
        class="stage"
        part="base"
        role="group"
        aria-label=${msg("People in the call")}
        @keydown=${this.#handleKey}
        @focusin=${this.#handleFocus}
        @melo-tile-pin=${this.#handlePin}
      >
        ${plan.isInCall ? nothing : html`<p class="nothing">${msg("You are in no call.")}</p>`}
        ${repeat(
          shown,
          ({ key }) => key,
          (tile) => this.#renderTile(tile, plan, stop),
        )}
        ${plan.tiles.length === 1 && !plan.tiles[0]!.screen ? html`<div class="alone"><slot name="alone">${msg("Nobody else is here yet.")}</slot></div>` : nothing}
      </div>
      ${layout.pages > 1 ? this.#renderPages(layout) : nothing}
      <p class="visually-hidden status" role="status">${this.spoken}</p>
    </div>`;
  }

  #renderTile({ key, participantId, screen, isLocal }: StageTile, plan: Plan, stop: string | undefined): TemplateResult {
    return html`<melo-call-tile
      part="tile"
      class=${this.#laidOut.arrangement === "pair" && isLocal ? "corner" : ""}
      data-key=${key}
      .session=${this.#session.value}
      .participant=${participantId}
      .screen=${screen ?? ""}
      .pinned=${plan.pinned === key}
      .tabStop=${key === stop}
    ></melo-call-tile>`;
  }

  #renderPages({ page, pages }: StageLayout): TemplateResult {
    const turn = (by: number) => () => (this.page = page + by);
    return html`<div class="pages" part="pages" role="group" aria-label=${msg("Pages")}>
      <button type="button" class="square" aria-label=${msg("Previous page")} ?disabled=${page === 0} @click=${turn(-1)}>${icon(ChevronLeft)}</button>
      <span>${msg(str`${page + 1} of ${pages}`)}</span>
      <button type="button" class="square" aria-label=${msg("Next page")} ?disabled=${page === pages - 1} @click=${turn(1)}>${icon(ChevronRight)}</button>
    </div>`;
  }

  #layOut(plan: Plan): StageLayout {
    const space = { ...this.size, gap: this.size.width < 420 ? 8 : 12 };
    const order = stageOrder(plan, this.layout, isSmall(space), this.page);
    const layout = layOut(space, order);
    const hasBar = layout.pages > 1 && order.arrangement !== "strip";
    return hasBar ? layOut({ ...space, height: space.height - PAGES_BAR }, order) : layout;
  }

  /** Not by a style attribute, which a site's security policy may forbid; and only what changed, since each write costs a layout. */
  #place(tile: MeloCallTile): void {
    const box = this.#laidOut.boxes.get(tile.dataset["key"] ?? "");
    const before = this.#placed.get(tile);
    if (!box || (before && before.x === box.x && before.y === box.y && before.width === box.width && before.height === box.height)) return;
    this.#placed.set(tile, box);
    tile.style.setProperty("inset-inline-start", `${box.x}px`);
    tile.style.setProperty("inset-block-start", `${box.y}px`);
    tile.style.setProperty("inline-size", `${box.width}px`);
    tile.style.setProperty("block-size", `${box.height}px`);
  }

  #measure(): void {
    const { clientWidth: width, clientHeight: height } = this;
    if (width !== this.size.width || height !== this.size.height) this.size = { width, height };
  }

  #tabStop(shown: readonly StageTile[]): string | undefined {
    return shown.some(({ key }) => key === this.current)
      ? this.current
      : (shown.find(({ key }) => key === this.#plan.value.large) ?? shown[0])?.key;
  }

  get #localId(): string | undefined {
    return this.#plan.value.tiles.find(({ isLocal }) => isLocal)?.participantId;
  }

  #handleKey = (event: KeyboardEvent): void => {
    const from = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>("melo-call-tile")?.dataset["key"] : undefined;
    const layout = this.#laidOut;
    if (from === undefined || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    const turn = { PageDown: 1, PageUp: -1 }[event.key];
    if (turn && layout.pages > 1) this.page = Math.max(0, Math.min(layout.pages - 1, layout.page + turn));
    const to = tileTowards(event.key, from, layout.boxes, getComputedStyle(this).direction === "rtl");
    if (to === undefined && !turn) return;
    event.preventDefault();
    event.stopPropagation();
    void this.#focus(to);
  };

  async #focus(key: string | undefined): Promise<void> {
    if (key !== undefined) this.current = key;
    await this.updateComplete;
    const tile = [...this.tiles].find(({ tabStop }) => tabStop);
    await tile?.updateComplete;
    tile?.focus();
  }

  #handleFocus = (event: FocusEvent): void => {
    this.current = (event.target as Element).closest<HTMLElement>("melo-call-tile")?.dataset["key"];
  };

  /** After the page had its say. */
  #handlePin = (event: MeloTilePinEvent): void => {
    queueMicrotask(() => {
      if (!event.defaultPrevented) this.#plan.toggle(event.screen ? `${event.participantId} ${event.screen}` : event.participantId);
    });
  };
}

if (!customElements.get("melo-call-grid")) customElements.define("melo-call-grid", MeloCallGrid);

declare global {
  interface HTMLElementTagNameMap {
    "melo-call-grid": MeloCallGrid;
  }
}
