/** How the tiles of a call stand: all of one size; one large with the others beside or below; one with oneself in its corner; a single row for small places. */
export type Arrangement = "grid" | "focus" | "pair" | "strip";

/** In CSS pixels, from the start corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface StageSpace {
  readonly width: number;
  readonly height: number;
  readonly gap: number;
}

export interface StageLayout {
  readonly arrangement: Arrangement;
  /** Of the tiles on this page, by key. */
  readonly boxes: ReadonlyMap<string, Box>;
  /** From 0. */
  readonly page: number;
  readonly pages: number;
}

export interface StageOrder {
  readonly arrangement: Arrangement;
  /** As they are read. */
  readonly keys: readonly string[];
  /** The large one, of `focus` and `pair`. */
  readonly large?: string;
  readonly page: number;
}

/** So many tiles stand on a page of the grid at most: sixteen decoders are what a small computer bears. */
export const MOST_ON_A_PAGE = 16;
/** Smaller ones show no face. */
const SMALLEST = { width: 116, height: 84 };
/** Tiles are at most so wide for their height, and so narrow. */
const WIDEST = 16 / 9;
const NARROWEST = 4 / 5;
/** A place lower than this gets a single row. */
const LOW = 190;

/** Whether a place is so low or narrow that a row is all it has room for. */
export function isSmall({ width, height }: StageSpace): boolean {
  return height < LOW || width < SMALLEST.width * 1.5;
}

/** Places the tiles of one page. Pages that do not exist lead to the nearest one that does. */
export function layOut(space: StageSpace, order: StageOrder): StageLayout {
  if (order.keys.length === 0 || space.width <= 0 || space.height <= 0) return { ...NOTHING, arrangement: order.arrangement };
  switch (order.arrangement) {
    case "grid":
      return grid(space, order);
    case "focus":
      return focus(space, order);
    case "pair":
      return pair(space, order);
    case "strip":
      return strip(space, order);
  }
}

const NOTHING = { boxes: new Map<string, Box>(), page: 0, pages: 1 };

interface Cells {
  readonly columns: number;
  readonly width: number;
  readonly height: number;
}

function grid(space: StageSpace, { keys, page, arrangement }: StageOrder): StageLayout {
  let perPage = Math.min(keys.length, MOST_ON_A_PAGE);
  while (perPage > 1 && !isLargeEnough(bestCells(space, perPage))) perPage--;
  const { shown, ...at } = pageOf(keys, perPage, page);
  const { columns, width, height } = bestCells(space, at.pages > 1 ? perPage : shown.length);
  const rows = Math.ceil(shown.length / columns);
  const top = (space.height - rows * height - (rows - 1) * space.gap) / 2;
  const boxes = new Map<string, Box>();
  for (const [index, key] of shown.entries()) {
    const row = Math.floor(index / columns);
    const inRow = Math.min(columns, shown.length - row * columns);
    const start = (space.width - inRow * width - (inRow - 1) * space.gap) / 2;
    const x = start + (index % columns) * (width + space.gap);
    boxes.set(key, rounded({ x, y: top + row * (height + space.gap), width, height }));
  }
  return { arrangement, boxes, ...at };
}

/** The number of columns that makes `count` tiles largest. */
function bestCells({ width, height, gap }: StageSpace, count: number): Cells {
  let best: Cells = { columns: 1, width: 0, height: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const cell = { width: (width - gap * (columns - 1)) / columns, height: (height - gap * (rows - 1)) / rows };
    const tile = { width: Math.min(cell.width, cell.height * WIDEST), height: Math.min(cell.height, cell.width / NARROWEST) };
    if (tile.width * tile.height > best.width * best.height) best = { columns, ...tile };
  }
  return best;
}

function focus(space: StageSpace, { keys, large, page, arrangement }: StageOrder): StageLayout {
  const others = keys.filter((key) => key !== large);
  const isWide = space.width > space.height * 1.25;
  const { width, height, gap } = space;
  const small = isWide
    ? sized(clamp(width * 0.18, SMALLEST.width, 240), 16 / 10)
    : sized(clamp(height * 0.2, SMALLEST.height, 132) * (4 / 3), 4 / 3);
  const left = isWide ? width - small.width - gap : height - small.height - gap;
  if (large === undefined || others.length === 0 || left < small.height)
    return strip(space, { keys: large ? [large] : keys, page, arrangement });
  const length = isWide ? height : width;
  const fitting = (length - gap * (others.length - 1)) / others.length;
  const each = isWide ? clamp(fitting, SMALLEST.height, small.height) : clamp(fitting, SMALLEST.width, small.width);
  const { shown, ...at } = pageOf(others, Math.max(1, Math.floor((length + gap) / (each + gap))), page);
  const boxes = new Map<string, Box>();
  boxes.set(large, rounded(isWide ? { x: 0, y: 0, width: left, height } : { x: 0, y: 0, width, height: left }));
  const start = (length - shown.length * each - (shown.length - 1) * gap) / 2;
  for (const [index, key] of shown.entries()) {
    const along = start + index * (each + gap);
    boxes.set(
      key,
      rounded(
        isWide
          ? { x: left + gap, y: along, width: small.width, height: each }
          : { x: along, y: left + gap, width: each, height: small.height },
      ),
    );
  }
  return { arrangement, boxes, ...at };
}

/** The large one fills the place, the other one stands in its corner. */
function pair(space: StageSpace, { keys, large, arrangement }: StageOrder): StageLayout {
  const { width, height, gap } = space;
  const small = sized(clamp(width * 0.22, 84, 220), 16 / 10);
  const boxes = new Map<string, Box>();
  for (const key of keys) {
    const isLarge = key === large;
    const corner = { x: width - small.width - gap, y: height - small.height - gap, ...small };
    boxes.set(key, rounded(isLarge ? { x: 0, y: 0, width, height } : corner));
  }
  return { arrangement, boxes, page: 0, pages: 1 };
}

/** One row, or, in a place that is higher than wide, one column. */
function strip(space: StageSpace, { keys, page, arrangement }: StageOrder): StageLayout {
  const { width, height, gap } = space;
  const isRow = width >= height;
  const length = isRow ? width : height;
  const across = isRow ? height : width;
  const [usual, least] = isRow ? [across * (4 / 3), SMALLEST.width] : [across * (3 / 4), SMALLEST.height];
  const each = Math.min(length, Math.max(least, Math.min(usual, (length - gap) / 2))); // rather two than one
  const { shown, ...at } = pageOf(keys, Math.max(1, Math.floor((length + gap) / (each + gap))), page);
  const size = Math.min(length, shown.length === 1 ? (isRow ? across * WIDEST : across / NARROWEST) : each);
  const start = (length - shown.length * size - (shown.length - 1) * gap) / 2;
  const boxes = new Map<string, Box>();
  for (const [index, key] of shown.entries()) {
    const along = start + index * (size + gap);
    boxes.set(key, rounded(isRow ? { x: along, y: 0, width: size, height } : { x: 0, y: along, width, height: size }));
  }
  return { arrangement, boxes, ...at };
}

function pageOf(keys: readonly string[], perPage: number, page: number): { shown: readonly string[]; page: number; pages: number } {
  const pages = Math.max(1, Math.ceil(keys.length / perPage));
  const at = clamp(page, 0, pages - 1);
  return { shown: keys.slice(at * perPage, (at + 1) * perPage), page: at, pages };
}

function isLargeEnough({ width, height }: Cells): boolean {
  return width >= SMALLEST.width && height >= SMALLEST.height;
}

function sized(width: number, ratio: number): { width: number; height: number } {
  return { width, height: width / ratio };
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}

/** Whole pixels: videos between two of them are blurred. */
function rounded({ x, y, width, height }: Box): Box {
  return { x: Math.round(x), y: Math.round(y), width: Math.floor(width), height: Math.floor(height) };
}
