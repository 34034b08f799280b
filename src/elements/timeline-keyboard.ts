import type { ReactiveControllerHost } from "lit";

import type { Row } from "./timeline-rows.js";
import type { VirtualList } from "./virtual-list.js";

interface TimelineKeyboardOptions {
  readonly host: ReactiveControllerHost;
  rows(): readonly Row[];
  list(): VirtualList;
  /** The element of a row, if it is in the DOM. */
  element(index: number): HTMLElement | undefined;
}

/**
 * Moves the focus from message to message: one row is in the tab order, the newest visible one at first; arrows, Home, End, PageUp and PageDown lead on.
 * Inside a row, Tab reaches its links and buttons, and Escape leads back to the row.
 */
export class TimelineKeyboard {
  readonly #options: TimelineKeyboardOptions;
  #current?: string;
  #hasFocus = false;

  constructor(options: TimelineKeyboardOptions) {
    this.#options = options;
  }

  /** The row that has, or last had, the focus; -1 if there is none. It stays in the DOM while it has the focus. */
  get focusedIndex(): number {
    return this.#hasFocus ? this.#indexOfCurrent() : -1;
  }

  tabIndex(index: number): 0 | -1 {
    const current = this.#indexOfCurrent();
    const isVisible = this.#options.list().visible.some((item) => item.index === current);
    return index === (current >= 0 && isVisible ? current : this.#options.rows().length - 1) ? 0 : -1;
  }

  handleKey = (event: KeyboardEvent): void => {
    const from = this.#rowOf(event);
    if (from < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const inside = !(event.target as Element).matches("[data-index]");
    if (inside) {
      if (event.key === "Escape") this.#take(event, from);
      return;
    }
    const last = this.#options.rows().length - 1;
    const to = {
      ArrowUp: from - 1,
      ArrowDown: from + 1,
      Home: 0,
      End: last,
      PageUp: this.#pageFrom(from, -1),
      PageDown: this.#pageFrom(from, 1),
    }[event.key];
    if (to !== undefined) this.#take(event, Math.min(last, Math.max(0, to)));
  };

  handleFocus = (event: FocusEvent): void => {
    const index = this.#rowOf(event);
    if (index < 0) return;
    this.#hasFocus = true;
    this.#current = this.#options.rows()[index]?.key;
    this.#options.host.requestUpdate();
  };

  handleBlur = (): void => {
    this.#hasFocus = false;
  };

  #take(event: Event, index: number): void {
    event.preventDefault();
    event.stopPropagation();
    void this.#focus(index);
  }

  async #focus(index: number): Promise<void> {
    const { host, list, element, rows } = this.#options;
    this.#current = rows()[index]?.key;
    this.#hasFocus = true;
    if (index === rows().length - 1) list().scrollToEnd();
    else list().scrollTo(index);
    host.requestUpdate();
    await host.updateComplete;
    element(index)?.focus({ preventScroll: true });
  }

  /** The row that stands one visible height away. */
  #pageFrom(from: number, direction: -1 | 1): number {
    const { list, element } = this.#options;
    const height = element(from)?.closest<HTMLElement>(".scroller")?.clientHeight ?? 0;
    const start = list().visible.find(({ index }) => index === from)?.start ?? 0;
    const wanted = start + direction * height * 0.9;
    return list().indexAt(wanted) ?? from + direction;
  }

  #indexOfCurrent(): number {
    return this.#current === undefined ? -1 : this.#options.rows().findIndex(({ key }) => key === this.#current);
  }

  #rowOf(event: Event): number {
    const row = (event.target as Element).closest<HTMLElement>("[data-index]");
    return row ? Number(row.dataset["index"]) : -1;
  }
}
