import { expect, fixture, html } from "@open-wc/testing";

import "../../src/elements/melo-call-bar.js";
import "../../src/elements/melo-call-controls.js";
import "../../src/elements/melo-voice-channel.js";
import { fakeSession } from "../../stories/support/fake-session.js";
import { KITCHEN, KITCHEN_ID, call } from "../../stories/support/kitchen.js";

describe("<melo-call-controls>", () => {
  it("stands in one row where its place is as wide as what is in it", async () => {
    const footer = await inAFooter(html`<melo-call-controls .session=${session()}></melo-call-controls>`);
    const controls = footer.querySelector("melo-call-controls")!;
    await controls.updateComplete;
    expect(controls.getBoundingClientRect().height).to.be.lessThan(60);
    expect(controls.getBoundingClientRect().width).to.be.greaterThan(300);
  });

  it("is not alone in that: nor do the bar and the card of a channel shrink to nothing", async () => {
    const footer = await inAFooter(html`<melo-call-bar .session=${session()}></melo-call-bar>`);
    expect(footer.firstElementChild!.getBoundingClientRect().width).to.be.greaterThan(150);
    const other = await inAFooter(html`<melo-voice-channel room=${KITCHEN} .session=${session()}></melo-voice-channel>`);
    expect(other.firstElementChild!.getBoundingClientRect().width).to.be.greaterThan(100);
  });
});

/** As a stage has them: a column that takes the width of its content. */
async function inAFooter(content: unknown): Promise<HTMLElement> {
  return fixture(html`<footer style="display: grid; grid-template-columns: auto 1fr; inline-size: 800px">${content}</footer>`);
}

function session() {
  return fakeSession({ calls: { call: call() }, rooms: { [KITCHEN]: { call: { roomId: KITCHEN_ID, name: "Kitchen table" } } } });
}
