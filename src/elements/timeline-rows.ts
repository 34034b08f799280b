import type { StateItem, TimelineItem } from "../matrix/timeline-item.js";
import { withoutSetUp } from "./room-set-up.js";
import { isMemberChange } from "./state-words.js";

/** One row of a timeline: an item, or a run of changes that are told together. */
export interface Row {
  /** Stays the same while older and newer items come, for as long as its item is there. */
  readonly key: string;
  readonly item: TimelineItem;
  /** The changes that are told together with `item`, which is the first of them. */
  readonly changes?: readonly StateItem[];
  /** The day that begins with this row, as the ms since 1970 of its midnight. */
  readonly day?: number;
  /** Shows who wrote it and when; the rows after it belong to it. */
  readonly leads: boolean;
}

/** Messages of one person that follow within this time stand together, in ms. */
const TOGETHER = 5 * 60_000;

/** Makes rows of items. Keeps the rows it made, so that a row that did not change is the same object again. */
export class TimelineRows {
  #rows: readonly Row[] = [];
  #items?: readonly TimelineItem[];
  #byKey = new Map<string, Row>();
  /** Which row an item of a run went to, so that the run keeps its row whichever end it grows at. */
  #rowOfItem = new Map<string, string>();

  /** Rows that stand elsewhere or look different at their top since the last call: what is above them may have to move. */
  changedTops: ReadonlySet<string> = new Set();

  update(all: readonly TimelineItem[]): readonly Row[] {
    if (all === this.#items) return this.#rows;
    this.#items = all;
    const items = withoutSetUp(all);
    const rows: Row[] = [];
    const changedTops = new Set<string>();
    const byKey = new Map<string, Row>();
    const day = new DayCounter();
    let previous: TimelineItem | undefined;
    for (let index = 0; index < items.length; index++) {
      const item = items[index]!;
      const begins = day.begins(item.time);
      const run = this.#runAt(items, index, day);
      const last = run?.at(-1) ?? item;
      const row = this.#keep({
        key: run ? this.#runKey(run) : item.key,
        item,
        changes: run,
        day: begins,
        leads: begins !== undefined || !previous || !belongsTo(item, previous),
      });
      const before = this.#byKey.get(row.key);
      if (before && (before.day !== row.day || before.leads !== row.leads || before.item.key !== row.item.key)) changedTops.add(row.key);
      rows.push(row);
      byKey.set(row.key, row);
      previous = last;
      if (run) index += run.length - 1;
    }
    this.#byKey = byKey;
    this.changedTops = changedTops;
    return (this.#rows = rows);
  }

  /** The changes of people that begin at `index` and follow each other on one day, if there are at least two. */
  #runAt(items: readonly TimelineItem[], index: number, day: DayCounter): readonly StateItem[] | undefined {
    let end = index;
    for (; end < items.length; end++) {
      const item = items[end]!;
      if (item.kind !== "state" || !isMemberChange(item) || !day.includes(item.time)) break;
    }
    return end - index > 1 ? (items.slice(index, end) as StateItem[]) : undefined;
  }

  #runKey(run: readonly StateItem[]): string {
    const known = run.map(({ key }) => this.#rowOfItem.get(key)).find((key) => key !== undefined);
    const key = known ?? `run ${run.at(-1)!.key}`;
    for (const item of run) this.#rowOfItem.set(item.key, key);
    return key;
  }

  #keep(row: Row): Row {
    const before = this.#byKey.get(row.key);
    const same =
      before && before.item === row.item && before.day === row.day && before.leads === row.leads && sameRun(before.changes, row.changes);
    return same ? before : row;
  }
}

function sameRun(a: readonly StateItem[] | undefined, b: readonly StateItem[] | undefined): boolean {
  return a === b || (a?.length === b?.length && !!a && a.every((item, index) => item === b![index]));
}

/** A message stands with the one before it: the same person, shortly after, in the same voice. */
function belongsTo(item: TimelineItem, previous: TimelineItem): boolean {
  if (item.kind === "state" || previous.kind === "state") return false;
  if (isEmote(item) || isEmote(previous)) return false;
  return (
    item.sender.userId === previous.sender.userId &&
    item.sender.name === previous.sender.name &&
    Math.abs(item.time - previous.time) < TOGETHER
  );
}

function isEmote(item: TimelineItem): boolean {
  return item.kind === "message" && item.style === "emote";
}

/** Says where a day of the visitor's calendar begins. Never goes back: an event with an early clock stays in the day it stands in. */
class DayCounter {
  #begin = -Infinity;
  #end = -Infinity;

  /** The midnight that `time` is the first after; `undefined` if its day has begun already. */
  begins(time: number): number | undefined {
    if (time < this.#end) return undefined;
    const midnight = new Date(time);
    midnight.setHours(0, 0, 0, 0);
    this.#begin = midnight.getTime();
    midnight.setDate(midnight.getDate() + 1);
    this.#end = midnight.getTime();
    return this.#begin;
  }

  includes(time: number): boolean {
    return time < this.#end;
  }
}

/** About how tall a row is, in CSS pixels: close enough that the scroll bar does not jump. */
export function estimatedHeight({ item, day, leads }: Row): number {
  const top = (day === undefined ? 0 : 40) + (leads ? 27 : 5);
  if (item.kind === "message") return top + 22 * Math.max(1, Math.ceil(item.body.length / 70));
  return top + (item.kind === "state" ? 20 : 44);
}
