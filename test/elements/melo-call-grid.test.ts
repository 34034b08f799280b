import { aTimeout, expect, fixture, html, nextFrame, waitUntil } from "@open-wc/testing";

import "../../src/elements/melo-call-grid.js";
import type { MeloCallGrid } from "../../src/elements/melo-call-grid.js";
import type { MeloCallTile } from "../../src/elements/melo-call-tile.js";
import type { CallState, Participant } from "../../src/media/calls-state.js";
import type { CallLayout } from "../../src/elements/stage-order.js";
import { crowd, withCamera, withScreen } from "../../stories/support/crowd.js";
import { fakeSession } from "../../stories/support/fake-session.js";
import { person } from "../../stories/support/garden.js";
import { call, participant } from "../../stories/support/kitchen.js";

describe("<melo-call-grid>", () => {
  it("keeps every video element when people come, go and are pinned", async () => {
    const { grid, change, tiles } = await show(crowd(6));
    const videos = new Map(tiles().map((tile) => [tile.participant, video(tile)]));
    const remaining = [...videos].filter(([, element]) => element !== null);
    expect(remaining.length).to.be.greaterThan(2);
    const [first, second, ...others] = crowd(6) as [Participant, Participant, ...Participant[]];
    change({ participants: [first, withCamera(participant(person("Zoe"))), ...others.toReversed(), second] });
    await drawn(grid);
    expect(tiles()).to.have.length(7);
    tiles()
      .find(({ participant: id }) => id === second.id)!
      .shadowRoot!.querySelector<HTMLElement>(".base")!
      .dispatchEvent(key("Enter"));
    await drawn(grid);
    expect(grid.matches(":state(focus)")).to.equal(true);
    for (const [id, element] of remaining) {
      const now = tiles().find((tile) => tile.participant === id);
      expect(now && video(now), id).to.equal(element);
      expect(element!.isConnected && !element!.paused, `${id} plays on`).to.equal(true);
    }
  });

  it("is not rendered anew when somebody speaks; only their tile is", async () => {
    const { grid, change } = await show(crowd(16));
    const counts = { grid: count(grid), tiles: [...grid.shadowRoot!.querySelectorAll("melo-call-tile")].map(count) };
    change({ participants: crowd(16).map((one, index) => ({ ...one, speaking: index === 5 })) });
    await drawn(grid);
    expect(counts.grid()).to.equal(0);
    expect(counts.tiles.map((tile) => tile()).filter((rendered) => rendered > 0)).to.have.length(2); // who began, and who ended
  });

  it("makes a screen that is shared large, and puts it back when it ends", async () => {
    const [first, second, ...others] = crowd(4) as [Participant, Participant, ...Participant[]];
    const { grid, change, tiles } = await show([first, second, ...others]);
    expect(grid.matches(":state(grid)")).to.equal(true);
    change({ participants: [first, withScreen(second), ...others] });
    await drawn(grid);
    expect(grid.matches(":state(focus)")).to.equal(true);
    const largest = tiles().reduce((a, b) => (a.clientWidth >= b.clientWidth ? a : b));
    expect(largest.screen).to.not.equal("");
    change({ participants: [first, second, ...others] });
    await drawn(grid);
    expect(grid.matches(":state(grid)")).to.equal(true);
  });

  it("pins nothing when the page cancels it", async () => {
    const { grid, tiles } = await show(crowd(4));
    grid.addEventListener("melo-tile-pin", (event) => event.preventDefault());
    tiles()[1]!.shadowRoot!.querySelector(".base")!.dispatchEvent(key("Enter"));
    await drawn(grid);
    expect(grid.matches(":state(grid)")).to.equal(true);
  });

  it("is one stop of the Tab key, from which arrows lead on", async () => {
    const { grid, tiles } = await show(crowd(4));
    expect(tiles().map(({ tabStop }) => tabStop)).to.deep.equal([true, false, false, false]);
    tiles()[0]!.focus();
    tiles()[0]!.shadowRoot!.querySelector(".base")!.dispatchEvent(key("ArrowRight"));
    await waitUntil(() => grid.shadowRoot!.activeElement === tiles()[1]);
    expect(tiles().map(({ tabStop }) => tabStop)).to.deep.equal([false, true, false, false]);
  });

  it("brings whoever speaks to the first page", async () => {
    const { grid, change, tiles } = await show(crowd(40), "grid", 800);
    const far = crowd(40)[30]!;
    expect(tiles().some((tile) => tile.participant === far.id)).to.equal(false);
    change({ participants: crowd(40).map((one) => ({ ...one, speaking: one.id === far.id })) });
    await drawn(grid);
    expect(tiles().some((tile) => tile.participant === far.id)).to.equal(true);
  });

  it("tells a screen reader who comes, goes, raises a hand and shares, and not who was there", async () => {
    const [first, second, third] = crowd(3) as [Participant, Participant, Participant];
    const { grid, change } = await show([first, second]);
    const spoken = (): string => grid.shadowRoot!.querySelector("[role=status]")!.textContent;
    expect(spoken()).to.equal("");
    change({ participants: [first, second, third] });
    await waitUntil(() => spoken().includes(`${third.name} joined`));
    change({ participants: [first, withScreen({ ...second, handRaisedAt: 1 })] });
    await waitUntil(() => spoken().includes(`${third.name} left`), "together, after a pause", { timeout: 4000 });
    expect(spoken()).to.include(`${second.name} raised a hand`).and.to.include(`${second.name} shares a screen`);
  });

  it("says when nobody else is there, and when there is no call", async () => {
    const { grid, session } = await show(crowd(1));
    expect(grid.shadowRoot!.querySelector(".alone")!.textContent).to.include("Nobody else");
    session.calls.source.merge({ call: undefined });
    await drawn(grid);
    expect(grid.shadowRoot!.textContent).to.include("You are in no call");
  });

  it("lets go of every track when it is taken away", async () => {
    const { grid, session } = await show(crowd(6));
    expect(session.calls.attached.size).to.be.greaterThan(2);
    grid.remove();
    expect(session.calls.attached.size).to.equal(0);
    document.body.append(grid);
    await drawn(grid);
    expect(session.calls.attached.size, "and has them again").to.be.greaterThan(2);
    grid.remove();
  });
});

async function show(participants: readonly Participant[], layout: CallLayout = "auto", height = 500) {
  const session = fakeSession({ calls: { call: call({ participants }) } });
  const grid = await fixture<MeloCallGrid>(
    html`<melo-call-grid style="inline-size: 900px; block-size: ${height}px" layout=${layout} .session=${session}></melo-call-grid>`,
  );
  await drawn(grid);
  const tiles = (): MeloCallTile[] => [...grid.shadowRoot!.querySelectorAll("melo-call-tile")];
  const change = (state: Partial<CallState>): void => session.calls.source.merge({ call: { ...session.calls.state.call!, ...state } });
  await waitUntil(() => tiles().length > 0);
  await aTimeout(0);
  return { session, grid, tiles, change };
}

async function drawn(grid: MeloCallGrid): Promise<void> {
  await grid.updateComplete;
  await nextFrame();
  await nextFrame();
}

/** Counts how often an element renders from now on. */
function count(element: Element): () => number {
  let rendered = 0;
  const host = element as unknown as { render(): unknown };
  const before = host.render.bind(host);
  host.render = () => {
    rendered++;
    return before();
  };
  return () => rendered;
}

function video(tile: MeloCallTile): HTMLVideoElement | null {
  return tile.shadowRoot!.querySelector("video");
}

function key(name: string): KeyboardEvent {
  return new KeyboardEvent("keydown", { key: name, bubbles: true, composed: true, cancelable: true });
}
