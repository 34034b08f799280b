import { expect, waitUntil } from "@open-wc/testing";

import { alice, bob, carol, changes, dan, says } from "../../stories/support/garden.js";
import { frame, gardenTimeline, manyMessages, still } from "../support/garden-timeline.js";

describe("melo-timeline", () => {
  describe("rows", () => {
    it("gather what one person writes within five minutes, and begin anew for a day, another person or a change", async () => {
      const items = [
        says(bob, 0, "a"),
        says(bob, 4, "b"),
        says(bob, 8, "c"),
        says(bob, 14, "d"),
        says(carol, 15, "e"),
        changes(dan, 16, { type: "created" }),
        says(carol, 17, "f"),
        says(carol, 18, "waves", { style: "emote" }),
        says(carol, 24 * 60, "g"),
      ];
      const { rows } = await gardenTimeline({ timeline: { items } }, { width: 400, height: 900 });
      const leads = rows().map((row) => row.querySelector("melo-message")!.leads);
      expect(leads).to.deep.equal([true, false, false, true, true, true, true, true, true]);
      expect(rows().map((row) => row.querySelector(".day") !== null)).to.deep.equal([
        true,
        false,
        false,
        false,
        false,
        false,
        false,
        false,
        true,
      ]);
    });

    it("tell together what many people do, and keep their place when more do it", async () => {
      const joins = [bob, carol, dan, alice].map((who, index) => changes(who, index, { type: "member-joined" }));
      const { rows, room, timeline } = await gardenTimeline({ timeline: { items: joins.slice(1, 3) } });
      const text = () => rows()[0]!.querySelector("melo-message")!.shadowRoot!.querySelector(".quiet")!.textContent;
      expect(text()).to.include("Carol and Dan Osei joined.");
      const element = rows()[0];
      room.source.timeline.merge({ items: [...joins, changes(dan, 5, { type: "member-left" })] });
      await still(timeline);
      expect(text()).to.include("Bob Kaya, Carol and 2 others joined. Dan Osei left.");
      expect(rows().length).to.equal(1);
      expect(rows()[0]).to.equal(element);
    });

    it("that did not change are not drawn again", async () => {
      const { rows, room, timeline } = await gardenTimeline({ timeline: { items: manyMessages(5) } });
      const messages = rows().map((row) => row.querySelector("melo-message")!);
      let updates = 0;
      for (const message of messages) message.addController({ hostUpdated: () => void updates++ });
      room.receive(says(bob, 100, "new"));
      await still(timeline);
      expect(updates).to.be.at.most(1); // the one that has lost its place in the tab order
    });
  });

  describe("by keyboard", () => {
    const press = (target: Element, key: string) =>
      target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, composed: true, cancelable: true }));

    it("moves from message to message, and far", async () => {
      const { rows, root, timeline, keyOf } = await gardenTimeline({ timeline: { items: manyMessages(300) } });
      const focused = () => keyOf(root.activeElement as HTMLElement);
      const go = async (key: string, to: string) => {
        press(root.activeElement!, key);
        await waitUntil(() => root.activeElement?.matches(".row") && focused() === to, `${key} to ${to}`);
        await still(timeline);
      };
      const inTabOrder = rows().filter((row) => row.tabIndex === 0);
      expect(inTabOrder.map(keyOf)).to.deep.equal(["$m299"]);
      inTabOrder[0]!.focus();
      await go("ArrowUp", "$m298");
      await go("ArrowUp", "$m297");
      await go("ArrowDown", "$m298");
      await go("Home", "$m0");
      await go("ArrowUp", "$m0");
      await go("End", "$m299");
      press(root.activeElement!, "PageUp");
      await waitUntil(() => focused() !== "$m299");
      expect(Number(focused().slice(2))).to.be.within(270, 296);
    });

    it("keeps the focused message in the DOM wherever one scrolls", async () => {
      const { rows, root, scroller, timeline, keyOf } = await gardenTimeline({ timeline: { items: manyMessages(500) } });
      rows().at(-1)!.focus();
      scroller().scrollTop = 100;
      await still(timeline);
      expect(keyOf(root.activeElement as HTMLElement)).to.equal("$m499");
      expect(rows().length).to.be.below(60);
    });
  });

  describe("for screen readers", () => {
    const said = (root: ShadowRoot) => root.querySelector("[role=status][aria-live=polite]")!.textContent.trim();

    it("says what others write, once it is new, and neither history nor what the visitor writes", async () => {
      const { root, room, timeline } = await gardenTimeline({
        timeline: { items: manyMessages(20, 100), start: "more" },
        older: manyMessages(50),
      });
      expect(said(root)).to.equal("");
      await room.timeline.paginate(40);
      room.receive(says(alice, 200, "my own"));
      await still(timeline);
      expect(said(root)).to.equal("");
      room.receive(says(bob, 201, "ripe"));
      await frame();
      expect(said(root)).to.equal("Bob Kaya: ripe");
    });

    it("counts a flood instead of reading it out", async () => {
      const { root, room } = await gardenTimeline({ timeline: { items: manyMessages(3) } });
      room.receive(...[1, 2, 3, 4, 5].map((minute) => says(bob, 300 + minute, `flood ${minute}`)));
      await frame();
      expect(said(root)).to.equal("5 new messages");
    });

    it("has a log whose rows say who wrote what", async () => {
      const { root, rows } = await gardenTimeline({ timeline: { items: [says(bob, 1, "ripe")] } });
      expect(root.querySelector("[role=log]")!.getAttribute("aria-label")).to.equal("Messages in Garden");
      expect(rows()[0]!.getAttribute("aria-label")).to.match(/^Bob Kaya: ripe, /);
    });
  });

  it("says that the messages could not be loaded, and tries again", async () => {
    const { root, session } = await gardenTimeline({
      timeline: { status: "failed", error: { code: "homeserver-unreachable", message: "" } },
    });
    expect(root.querySelector("[role=alert]")!.textContent).to.include("Cannot reach the server.");
    root.querySelector("button")!.click();
    expect(session.actions.map(([name]) => name)).to.deep.equal(["retry"]);
  });

  it("shows another room from its end, without a trace of the one before", async () => {
    const { session, timeline, rows, scroller, keyOf } = await gardenTimeline({ timeline: { items: manyMessages(300) } });
    scroller().scrollTop = 300;
    await still(timeline);
    const other = session.room("#other:example.org");
    other.source.timeline.merge({ items: manyMessages(50, 9000) });
    timeline.room = "#other:example.org";
    await still(timeline);
    expect(keyOf(rows().at(-1)!)).to.equal("$m9049");
    expect(scroller().scrollHeight - scroller().scrollTop - scroller().clientHeight).to.be.below(2);
  });

  it("heals a message in place when its key comes", async () => {
    const sealed = {
      kind: "undecryptable",
      key: "$late",
      eventId: "$late",
      sender: bob,
      time: Date.now(),
      own: false,
      reason: "key-missing",
    } as const;
    const { room, row, timeline } = await gardenTimeline({ timeline: { items: [...manyMessages(5), sealed] } });
    const content = () => row("$late")!.querySelector("melo-message")!.shadowRoot!.querySelector(".message")!.textContent;
    expect(content()).to.include("Waiting for the key from Bob Kaya…");
    const element = row("$late");
    room.change("$late", () => ({ ...says(bob, 0, "readable"), key: "$late" }));
    await still(timeline);
    expect(content()).to.include("readable");
    expect(row("$late")).to.equal(element);
  });
});
