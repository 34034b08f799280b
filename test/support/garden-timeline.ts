import { fixture, html } from "@open-wc/testing";

import "../../src/elements/melo-timeline.js";
import type { MeloTimeline } from "../../src/elements/melo-timeline.js";
import type { MessageItem, TimelineItem } from "../../src/matrix/timeline-item.js";
import type { FakeRoomOptions } from "../../stories/support/fake-room.js";
import { fakeSession, type FakeSession } from "../../stories/support/fake-session.js";
import { GARDEN, alice, bob, carol, dan, says } from "../../stories/support/garden.js";

const WORDS = "The quinces are ready and nobody knows what to do with forty-one of them before Sunday comes".split(" ");

/** Messages of four people, of one to six lines, the same on every run. `from` is the number of the first one. */
export function manyMessages(count: number, from = 0): MessageItem[] {
  return Array.from({ length: count }, (_, index) => {
    const number = from + index;
    const length = ((number * 7919) % 61) + 1;
    const text = Array.from({ length }, (_, word) => WORDS[(number + word) % WORDS.length]).join(" ");
    return says([bob, bob, carol, dan, alice][(number * 31) % 5]!, number / 2, `${number}: ${text}`, {
      key: `$m${number}`,
      eventId: `$m${number}`,
    });
  });
}

/** A timeline of 400 x 600 px, and the room behind it. */
export async function gardenTimeline(options: FakeRoomOptions, size = { width: 400, height: 600 }) {
  const session: FakeSession = fakeSession({ rooms: { [GARDEN]: options } });
  const timeline = await fixture<MeloTimeline>(html`<melo-timeline .session=${session} room=${GARDEN}></melo-timeline>`);
  timeline.style.inlineSize = `${size.width}px`;
  timeline.style.blockSize = `${size.height}px`;
  await still(timeline);
  return { session, room: session.room(GARDEN), timeline, ...views(timeline) };
}

function views(timeline: MeloTimeline) {
  const root = timeline.shadowRoot!;
  const scroller = () => root.querySelector<HTMLElement>(".scroller")!;
  const rows = () =>
    [...root.querySelectorAll<HTMLElement>(".row")].sort((a, b) => Number(a.dataset["index"]) - Number(b.dataset["index"]));
  const keyOf = (row: HTMLElement) => row.querySelector("melo-message")!.item!.key;
  const row = (key: string) => rows().find((row) => keyOf(row) === key);
  return {
    root,
    scroller,
    rows,
    keyOf,
    row,
    /** Where the text of a message begins, from the top of the visible part; `undefined` while it is not in the DOM. */
    textTop(key: string): number | undefined {
      const body = row(key)?.querySelector("melo-message")?.shadowRoot?.querySelector(".body, .box");
      return body ? body.getBoundingClientRect().top - scroller().getBoundingClientRect().top : undefined;
    },
    /** The message in the middle of the visible part. */
    middle(): string {
      const { top, height } = scroller().getBoundingClientRect();
      return keyOf(rows().find((row) => row.getBoundingClientRect().bottom > top + height / 2)!);
    },
  };
}

/** Resolves before the next frame is drawn: what is measured then is what the last one showed. */
export async function frame(): Promise<void> {
  await new Promise((resolve) => requestAnimationFrame(resolve));
}

/** Waits until nothing moves any more: four frames with the same rows in the same place. */
export async function still(timeline: MeloTimeline): Promise<void> {
  let [last, same] = ["", 0];
  for (let frames = 0; same < 4 && frames < 120; frames++) {
    await frame();
    const scroller = timeline.shadowRoot!.querySelector(".scroller");
    const rows = [...timeline.shadowRoot!.querySelectorAll<HTMLElement>(".row")].map(
      (row) => `${row.style.insetBlockStart} ${row.offsetHeight}`,
    );
    const now = `${scroller?.scrollTop} ${scroller?.scrollHeight} ${rows.join()}`;
    same = now === last ? same + 1 : 0;
    last = now;
  }
}

/** Scrolls as a wheel does, in steps of one frame each; calls back after each frame. */
export async function scrollBy(scroller: HTMLElement, distance: number, step: number, after?: () => void): Promise<void> {
  const end = scroller.scrollTop + distance;
  while (Math.abs(end - scroller.scrollTop) > Math.abs(step)) {
    const before = scroller.scrollTop;
    scroller.scrollTop += Math.sign(distance) * step;
    await frame();
    after?.();
    if (scroller.scrollTop === before) return;
  }
}

export type { TimelineItem };
