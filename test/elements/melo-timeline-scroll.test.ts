import { expect } from "@open-wc/testing";

import type { MessageItem } from "../../src/matrix/timeline-item.js";
import { alice, bob, says } from "../../stories/support/garden.js";
import { frame, gardenTimeline, manyMessages, scrollBy, still } from "../support/garden-timeline.js";

describe("melo-timeline: what is in the DOM", () => {
  it("keeps at most 300 message nodes of 10,000, at the end, in the middle and at the start", async () => {
    const { timeline, scroller, root } = await gardenTimeline({ timeline: { items: manyMessages(10_000) } });
    const nodes = () => root.querySelectorAll("melo-message").length;
    expect(nodes()).to.be.within(10, 300);
    for (const place of [0.5, 0, 0.99]) {
      scroller().scrollTop = scroller().scrollHeight * place;
      await still(timeline);
      expect(nodes()).to.be.within(10, 300);
    }
  });

  it("begins at the newest message", async () => {
    const { scroller, rows, keyOf } = await gardenTimeline({ timeline: { items: manyMessages(500) } });
    expect(keyOf(rows().at(-1)!)).to.equal("$m499");
    expect(scroller().scrollHeight - scroller().scrollTop - scroller().clientHeight).to.be.below(2);
  });

  it("puts rows below each other, without gap and without overlap", async () => {
    const { timeline, scroller, rows } = await gardenTimeline({ timeline: { items: manyMessages(300) } });
    scroller().scrollTop = 4000;
    await still(timeline);
    const boxes = rows().map((row) => row.getBoundingClientRect());
    for (const [index, box] of boxes.slice(1).entries()) expect(box.top - boxes[index]!.bottom).to.be.within(-0.01, 1);
  });
});

describe("melo-timeline: what is read stays where it is", () => {
  it("when older messages come, in every frame", async () => {
    const options = { timeline: { items: manyMessages(200, 1000), start: "more" as const }, older: manyMessages(1000) };
    const { room, timeline, scroller, middle, textTop } = await gardenTimeline(options);
    scroller().scrollTop = 1200;
    await still(timeline);
    for (let round = 0; round < 5; round++) {
      const key = middle();
      const before = textTop(key)!;
      const drift: number[] = [];
      const paginated = room.timeline.paginate(40);
      for (let count = 0; count < 8; count++) {
        await frame();
        drift.push(Math.abs(textTop(key)! - before));
      }
      await paginated;
      await still(timeline);
      drift.push(Math.abs(textTop(key)! - before));
      expect(Math.max(...drift)).to.be.below(0.51);
    }
    expect(room.timeline.state.items.length).to.be.at.least(400);
  });

  it("when the first message loses its day and its name to older ones", async () => {
    const mine = Array.from({ length: 30 }, (_, index) => says(bob, index / 10, `mine ${index}`, { key: `$b${index}` }));
    const { room, timeline, scroller, textTop } = await gardenTimeline(
      { timeline: { items: mine.slice(10), start: "more" } },
      { width: 400, height: 200 },
    );
    scroller().scrollTop = 0;
    await still(timeline);
    const before = textTop("$b10")!;
    room.source.timeline.merge({ items: mine });
    await frame();
    expect(Math.abs(textTop("$b10")! - before)).to.be.below(0.51);
    await still(timeline);
    expect(Math.abs(textTop("$b10")! - before)).to.be.below(0.51);
  });

  it("while scrolling up through messages that have never been measured", async () => {
    const { scroller, rows, keyOf, textTop, timeline } = await gardenTimeline({ timeline: { items: manyMessages(2000) } });
    let jumps = 0;
    let [key, at] = ["", 0];
    await scrollBy(scroller(), -6000, 60, () => {
      const visible = rows().find((row) => row.getBoundingClientRect().top > scroller().getBoundingClientRect().top)!;
      const now = key && textTop(key);
      if (typeof now === "number" && Math.abs(now - at - 60) > 1) jumps++;
      key = keyOf(visible);
      at = textTop(key)!;
    });
    await still(timeline);
    expect(jumps).to.equal(0);
  });

  it("when a message above grows: a key arrives, a picture loads", async () => {
    const { room, timeline, scroller, rows, keyOf, middle, textTop } = await gardenTimeline({ timeline: { items: manyMessages(300) } });
    scroller().scrollTop = 5000;
    await still(timeline);
    const key = middle();
    const before = textTop(key)!;
    const top = scroller().getBoundingClientRect().top;
    const above = keyOf(rows().findLast((row) => row.getBoundingClientRect().bottom < top)!);
    room.change(above, (item) => ({ ...(item as MessageItem), body: "healed\n".repeat(20) }));
    await frame();
    expect(Math.abs(textTop(key)! - before)).to.be.below(0.51);
    await still(timeline);
    expect(Math.abs(textTop(key)! - before)).to.be.below(0.51);
  });

  it("when newer messages come while older ones are read; a button counts them and leads there", async () => {
    const { room, timeline, scroller, root, middle, textTop } = await gardenTimeline({ timeline: { items: manyMessages(300) } });
    scroller().scrollTop = 5000;
    await still(timeline);
    const key = middle();
    const before = textTop(key)!;
    expect(root.querySelector(".newest")?.textContent).to.include("Jump to newest");
    room.receive(says(bob, 900, "one"), says(bob, 901, "two"));
    await still(timeline);
    expect(textTop(key)).to.equal(before);
    expect(root.querySelector(".newest")?.textContent).to.include("2 new messages");
    root.querySelector<HTMLElement>(".newest")!.click();
    await still(timeline);
    expect(scroller().scrollHeight - scroller().scrollTop - scroller().clientHeight).to.be.below(2);
    expect(root.querySelector(".newest")).to.equal(null);
  });
});

describe("melo-timeline: at the end", () => {
  const fromEnd = (scroller: HTMLElement) => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;

  it("follows new messages, one by one and in a flood", async () => {
    const { room, timeline, scroller } = await gardenTimeline({ timeline: { items: manyMessages(100) } });
    for (let count = 0; count < 5; count++) {
      room.receive(says(bob, 100 + count, "new\n".repeat(count + 1)));
      await frame();
      expect(fromEnd(scroller())).to.be.below(2);
    }
    room.receive(...manyMessages(200, 5000));
    await still(timeline);
    expect(fromEnd(scroller())).to.be.below(2);
  });

  it("stays there when the last message grows, and when the element becomes lower or narrower", async () => {
    const { room, timeline, scroller } = await gardenTimeline({ timeline: { items: manyMessages(100) } });
    room.change("$m99", (item) => ({ ...(item as MessageItem), body: "grown\n".repeat(12) }));
    await still(timeline);
    expect(fromEnd(scroller())).to.be.below(2);
    timeline.style.blockSize = "380px";
    await still(timeline);
    expect(fromEnd(scroller())).to.be.below(2);
    timeline.style.inlineSize = "300px";
    await still(timeline);
    expect(fromEnd(scroller())).to.be.below(2);
  });

  it("can be left by a small step of the wheel", async () => {
    const { room, timeline, scroller } = await gardenTimeline({ timeline: { items: manyMessages(100) } });
    scroller().scrollTop -= 10;
    await still(timeline);
    room.receive(says(bob, 200, "new"));
    await still(timeline);
    expect(fromEnd(scroller())).to.be.above(10);
  });

  it("is where an own message leads", async () => {
    const { room, timeline, scroller } = await gardenTimeline({ timeline: { items: manyMessages(300) } });
    scroller().scrollTop = 2000;
    await still(timeline);
    room.receive(says(alice, 900, "mine", { send: { status: "sending" } }));
    await still(timeline);
    expect(fromEnd(scroller())).to.be.below(2);
  });

  it("puts few messages at the bottom", async () => {
    const { scroller, rows } = await gardenTimeline({ timeline: { items: manyMessages(2) } });
    expect(scroller().getBoundingClientRect().bottom - rows().at(-1)!.getBoundingClientRect().bottom).to.be.below(12);
  });
});

describe("melo-timeline: older messages", () => {
  it("are loaded by scrolling up, until the beginning, which says so", async () => {
    const options = { timeline: { items: manyMessages(50, 200), start: "more" as const }, older: manyMessages(200) };
    const { timeline, scroller, root, room } = await gardenTimeline(options);
    for (let round = 0; room.timeline.state.start !== "reached" && round < 60; round++) {
      scroller().scrollTop = Math.max(0, scroller().scrollTop - 900);
      await still(timeline);
    }
    expect(room.timeline.state.items.length).to.equal(250);
    scroller().scrollTop = 0;
    await still(timeline);
    expect(root.querySelector(".start")?.textContent).to.include("beginning of Garden");
  });

  it("fill the visible part by themselves", async () => {
    const { room } = await gardenTimeline({ timeline: { items: manyMessages(2, 200), start: "more" }, older: manyMessages(200) });
    expect(room.timeline.state.items.length).to.be.above(20);
  });

  it("that could not be loaded are asked for again by a button, not by themselves", async () => {
    const { timeline, scroller, root, room } = await gardenTimeline({
      timeline: { items: manyMessages(60, 200), start: "failed" },
      older: manyMessages(10),
    });
    scroller().scrollTop = 0;
    await still(timeline);
    expect(room.timeline.state.items.length).to.equal(60);
    root.querySelector<HTMLElement>(".start button")!.click();
    await still(timeline);
    expect(room.timeline.state.items.length).to.equal(70);
  });
});
