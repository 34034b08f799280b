import {
  Virtualizer,
  defaultRangeExtractor,
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type VirtualItem,
} from "@tanstack/virtual-core";
import type { ReactiveController, ReactiveControllerHost } from "lit";

/** What the host shows, and how. */
export interface VirtualListOptions {
  /** The element that scrolls, and the one in it that is as tall as all rows; absent before the first render. */
  elements(): { scroller: HTMLElement; sizer: HTMLElement } | undefined;
  count(): number;
  key(index: number): string;
  /** About how tall a row is that has never been shown, in CSS pixels. */
  estimate(index: number): number;
  /** The rows whose top changed with the last change of rows: what stands below them has to stay where it is. */
  changedTops(): ReadonlySet<string>;
  /** A row that stays in the DOM wherever it is, because it has the focus. */
  pinned(): number;
  /** Makes a row take its final height now. */
  settle(row: HTMLElement): void;
  /** Room above the first and below the last row, in CSS pixels. */
  before: number;
  after: number;
}

/** Rows that are kept in the DOM beyond each edge of what is visible. */
const OVERSCAN = 12;
/** As far from the end as this still counts as being there, in CSS pixels. */
const AT_END = 4;

/**
 * Keeps only those rows in the DOM that are near the visible part, and keeps what is being read where it is: when rows come before it, when heights become
 * known late, when anything above it changes. At the end it stays at the end.
 *
 * The host renders one element with `data-index` for each of `visible` in the sizer; this places and measures them.
 */
export class VirtualList implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #options: VirtualListOptions;
  readonly #virtualizer: Virtualizer<HTMLElement, HTMLElement>;
  #placed = new Map<HTMLElement, number>();
  /** At the end, and following what comes. */
  #stuck = true;
  #first?: string;
  #last?: string;
  #height = 0;
  /** Until what a change of rows brought is measured: rows before this index, and these rows, do not move what stands below them. */
  #arriving: { before: number; tops: ReadonlySet<string> } = { before: 0, tops: new Set() };
  #tell?: (offset: number, scrolling: boolean) => void;

  constructor(host: ReactiveControllerHost, options: VirtualListOptions) {
    this.#host = host;
    this.#options = options;
    this.#virtualizer = new Virtualizer(this.#configure());
    this.#virtualizer.shouldAdjustScrollPositionOnItemSizeChange = this.#keepsBottom;
    host.addController(this);
  }

  get visible(): readonly VirtualItem[] {
    return this.#virtualizer.getVirtualItems();
  }

  /** Nothing is below what is visible, and what comes is followed. */
  get atEnd(): boolean {
    return this.#stuck;
  }

  /** How much is above and below the visible part, in CSS pixels. */
  get above(): number {
    return this.#virtualizer.scrollOffset ?? 0;
  }
  get below(): number {
    return this.#virtualizer.getDistanceFromEnd();
  }

  /** Other rows follow: begin at their end. */
  reset(): void {
    this.#stuck = true;
    this.#first = this.#last = undefined;
    this.#virtualizer.measure();
  }

  /** The row at a distance from the top of all rows, in CSS pixels. */
  indexAt(offset: number): number | undefined {
    return this.#virtualizer.getVirtualItemForOffset(Math.max(0, offset))?.index;
  }

  scrollToEnd(): void {
    this.#stuck = true;
    this.#height = 0;
    this.#host.requestUpdate();
  }

  /** Brings a row into view, by the shortest way. */
  scrollTo(index: number): void {
    this.#stuck = false;
    this.#virtualizer.scrollToIndex(index, { align: "auto" });
  }

  hostConnected(): void {
    this.#host.requestUpdate();
  }

  hostUpdate(): void {
    const { count, key, changedTops } = this.#options;
    const before = count() && this.#first !== undefined && this.#first !== key(0) ? this.#indexOf(this.#first) : 0;
    if (before > 0 || (this.#last !== undefined && changedTops().size)) this.#expect(before, changedTops());
    this.#first = count() ? key(0) : undefined;
    this.#last = count() ? key(count() - 1) : undefined;
    this.#virtualizer.setOptions(this.#configure());
  }

  hostUpdated(): void {
    const elements = this.#options.elements();
    if (!elements) return;
    this.#place(elements.sizer);
    this.#virtualizer._willUpdate();
    this.#virtualizer.measureElement(null);
    for (const row of this.#placed.keys()) this.#virtualizer.measureElement(row);
    this.#stick(elements);
  }

  hostDisconnected(): void {
    this.#virtualizer._didMount()();
    this.#placed.clear();
  }

  /** Follows the end when what is shown has become taller, or what shows it lower; never while the visitor scrolls. */
  #stick({ scroller, sizer }: { scroller: HTMLElement; sizer: HTMLElement }): void {
    const height = this.#virtualizer.getTotalSize() - scroller.clientHeight;
    if (!this.#stuck || height === this.#height || !scroller.clientHeight) return;
    this.#height = height;
    sizer.style.blockSize = `${this.#virtualizer.getTotalSize()}px`;
    scroller.scrollTop = scroller.scrollHeight;
    this.#tell?.(scroller.scrollTop, false); // at once, so that the rows there are drawn in the same frame
  }

  #expect(before: number, tops: ReadonlySet<string>): void {
    const arriving = (this.#arriving = { before, tops });
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        if (this.#arriving === arriving) this.#arriving = { before: 0, tops: new Set() };
      }),
    );
  }

  #indexOf(key: string): number {
    for (let index = 0; index < this.#options.count(); index++) if (this.#options.key(index) === key) return index;
    return 0;
  }

  #configure(): ConstructorParameters<typeof Virtualizer<HTMLElement, HTMLElement>>[0] {
    const { count, key, estimate, before, after } = this.#options;
    return {
      count: count(),
      getItemKey: key,
      estimateSize: estimate,
      paddingStart: before,
      paddingEnd: after,
      overscan: OVERSCAN,
      anchorTo: "end",
      scrollEndThreshold: AT_END,
      useScrollendEvent: true,
      getScrollElement: () => this.#options.elements()?.scroller ?? null,
      scrollToFn: (offset, options, virtualizer) => {
        if (this.#stuck) virtualizer.scrollElement!.scrollTop = virtualizer.scrollElement!.scrollHeight;
        else elementScroll(offset, options, virtualizer);
      },
      observeElementOffset: (virtualizer, tell) =>
        observeElementOffset(virtualizer, (offset, scrolling) => this.#handleScroll(offset, scrolling, tell)),
      observeElementRect: (virtualizer, tell) => observeElementRect(virtualizer, (rect) => this.#handleResize(rect, tell)),
      measureElement: (row) => Math.ceil(row.getBoundingClientRect().height),
      rangeExtractor: (range) => {
        const indexes = defaultRangeExtractor(range);
        const pinned = this.#options.pinned();
        if (pinned < 0 || pinned >= range.count || indexes.includes(pinned)) return indexes;
        return [...indexes, pinned].sort((a, b) => a - b);
      },
      onChange: () => this.#host.requestUpdate(),
    };
  }

  /** Heights and places go through the style object: a `style` attribute would need `'unsafe-inline'`. */
  #place(sizer: HTMLElement): void {
    sizer.style.blockSize = `${this.#virtualizer.getTotalSize()}px`;
    const starts = new Map(this.visible.map(({ index, start }) => [index, start]));
    const placed = new Map<HTMLElement, number>();
    for (const row of sizer.querySelectorAll<HTMLElement>(":scope > [data-index]")) {
      const start = starts.get(Number(row.dataset["index"])) ?? 0;
      if (this.#placed.get(row) !== start) row.style.insetBlockStart = `${start}px`;
      placed.set(row, start);
      this.#options.settle(row);
    }
    this.#placed = placed;
  }

  /** A row above what is read moves what is below it, unless that is corrected; so does one whose top changed. */
  #keepsBottom = ({ index, key, start, size }: VirtualItem): boolean => {
    const { before, tops } = this.#arriving;
    const measured = this.#virtualizer.itemSizeCache.has(key);
    return index < before || tops.has(String(key)) || (measured ? start + size <= this.above : start < this.above);
  };

  #handleScroll = (offset: number, scrolling: boolean, tell: (offset: number, scrolling: boolean) => void): void => {
    tell(offset, scrolling);
    const was = this.#stuck;
    const { scrollTop, scrollHeight, clientHeight } = this.#options.elements()!.scroller;
    this.#stuck = scrollHeight - clientHeight - scrollTop <= AT_END;
    if (was !== this.#stuck) this.#host.requestUpdate();
  };

  #handleResize = (rect: { width: number; height: number }, tell: (rect: { width: number; height: number }) => void): void => {
    tell(rect);
    if (this.#stuck) this.#host.requestUpdate();
  };
}
