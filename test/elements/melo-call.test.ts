import { expect, fixture, html, oneEvent, waitUntil } from "@open-wc/testing";

import "../../src/elements/melo-call-ring.js";
import "../../src/elements/melo-call-tile.js";
import "../../src/elements/melo-call.js";
import type { MeloCallLeftEvent } from "../../src/elements/call-events.js";
import type { MeloCallRing } from "../../src/elements/melo-call-ring.js";
import type { MeloCallTile } from "../../src/elements/melo-call-tile.js";
import type { MeloCall } from "../../src/elements/melo-call.js";
import type { IncomingCall, Participant } from "../../src/media/calls-state.js";
import type { FakeCallsOptions } from "../../stories/support/fake-calls.js";
import { crowd, withCamera, withScreen } from "../../stories/support/crowd.js";
import { fakeSession } from "../../stories/support/fake-session.js";
import { alice, bob } from "../../stories/support/garden.js";
import { KITCHEN, KITCHEN_ID, call, members, participant, track } from "../../stories/support/kitchen.js";

describe("<melo-call>", () => {
  it("goes from the lobby to the stage and back, and opens no device before the visitor asks", async () => {
    const { element, session, preview } = await show();
    expect(session.calls.actions.some(([name]) => name === "openPreview")).to.equal(false);
    const joined = oneEvent(element, "melo-call-joined");
    preview()!.shadowRoot!.querySelector<HTMLElement>(".join")!.click();
    await joined;
    expect(session.calls.actions.find(([name]) => name === "join")).to.deep.equal(["join", KITCHEN, { microphone: true, camera: false }]);
    await waitUntil(() => element.matches(":state(joined)"));
    expect(element.shadowRoot!.querySelector("melo-call-grid")).to.not.equal(null);
    const left = oneEvent<MeloCallLeftEvent>(element, "melo-call-left");
    await session.calls.leave();
    expect((await left).error).to.equal(undefined);
    await waitUntil(() => preview());
  });

  it("joins nothing when the page cancels it", async () => {
    const { element, session, preview } = await show();
    element.addEventListener("melo-call-join", (event) => event.preventDefault());
    preview()!.shadowRoot!.querySelector<HTMLElement>(".join")!.click();
    expect(session.calls.actions.some(([name]) => name === "join")).to.equal(false);
  });

  it("says why a call failed, and tries again or goes back", async () => {
    const { element, session } = await show({
      call: call({ status: "failed", participants: [], error: { code: "call-unreachable", message: "" } }),
    });
    expect(element.shadowRoot!.querySelector("[role=alert]")!.textContent).to.include("cannot be reached");
    element.shadowRoot!.querySelector<HTMLElement>(".filled")!.click();
    await waitUntil(() => session.calls.actions.some(([name]) => name === "join"));
    await waitUntil(() => element.matches(":state(joined)"));
  });

  it("keeps the controls while the connection comes back", async () => {
    const { element } = await show({ call: call({ status: "reconnecting" }) });
    expect(element.matches(":state(reconnecting)")).to.equal(true);
    expect(element.shadowRoot!.querySelector("melo-call-controls")).to.not.equal(null);
    expect(element.shadowRoot!.querySelectorAll("melo-call-tile, melo-call-grid").length).to.be.greaterThan(0);
  });

  it("leaves the tiles the most of its place, with the controls below", async () => {
    const { element } = await show({ call: call({ participants: crowd(3) }) });
    await waitUntil(() => element.shadowRoot!.querySelector("melo-call-controls")?.clientHeight);
    for (const width of [280, 560, 1100]) {
      element.style.inlineSize = `${width}px`;
      await new Promise((resolve) => requestAnimationFrame(resolve));
      expect(element.shadowRoot!.querySelector("melo-call-grid")!.clientHeight, `${width} px`).to.be.greaterThan(250);
    }
  });

  it("shows the lobby of its room while the page is in another call", async () => {
    const { preview } = await show({ call: call({ room: "!other:example.org", roomId: "!other:example.org" }) });
    expect(preview()).to.not.equal(null);
  });

  it("closes the devices of the lobby when it is taken away", async () => {
    const { element, session, preview } = await show();
    preview()!.shadowRoot!.querySelector<HTMLElement>(".actions .outlined")!.click();
    await waitUntil(() => session.calls.actions.some(([name]) => name === "openPreview"));
    element.remove();
    await waitUntil(() => session.calls.actions.some(([name]) => name === "closePreview"));
  });

  async function show(calls: FakeCallsOptions = {}) {
    const rooms = {
      [KITCHEN]: { room: { name: "Kitchen table", roomId: KITCHEN_ID }, call: { roomId: KITCHEN_ID, name: "Kitchen table", members } },
    };
    const session = fakeSession({ rooms, calls });
    const element = await fixture<MeloCall>(html`<melo-call style="block-size: 500px" room=${KITCHEN} .session=${session}></melo-call>`);
    return { session, element, preview: () => element.shadowRoot!.querySelector("melo-call-preview") };
  }
});

describe("<melo-call-tile>", () => {
  it("mirrors the own camera only, and only if the visitor wants it", async () => {
    const own = await show(withCamera(participant(alice)));
    expect(own.tile.shadowRoot!.querySelector(".mirrored")).to.not.equal(null);
    await own.session.calls.configure({ mirror: false });
    await waitUntil(() => !own.tile.shadowRoot!.querySelector(".mirrored"));
    const other = await show(withCamera(participant(bob)));
    expect(other.tile.shadowRoot!.querySelector(".mirrored")).to.equal(null);
  });

  it("never attaches a track that is blocked, and says why", async () => {
    const { id } = participant(bob);
    const { tile, session } = await show(participant(bob, { tracks: [track(id, "camera", { blocked: "not-encrypted" })] }));
    expect(session.calls.attached.size).to.equal(0);
    expect(tile.shadowRoot!.querySelector("video")).to.equal(null);
    expect(tile.shadowRoot!.querySelector("[part=reason]")!.textContent).to.include("not encrypted");
    expect(tile.matches(":state(blocked)")).to.equal(true);
  });

  it("takes a picture away at once when it becomes blocked", async () => {
    const { id } = participant(bob);
    const { tile, session } = await show(withCamera(participant(bob)));
    expect(session.calls.attached.size).to.equal(1);
    const blocked = participant(bob, { tracks: [track(id, "camera", { blocked: "key-wrong" })] });
    session.calls.source.merge({ call: call({ participants: [blocked] }) });
    await tile.updateComplete;
    expect(session.calls.attached.size).to.equal(0);
  });

  it("is calm about a key that is late, and explains one that does not come", async () => {
    const { id } = participant(bob);
    const late = (since: number) => participant(bob, { tracks: [track(id, "camera", { blocked: "key-missing", blockedSince: since })] });
    const calm = await show(late(Date.now()));
    expect(calm.tile.shadowRoot!.querySelector(".calm")).to.not.equal(null);
    expect(calm.tile.matches(":state(blocked)")).to.equal(false);
    const explained = await show(late(Date.now() - 60_000));
    expect(explained.tile.shadowRoot!.querySelector(".calm")).to.equal(null);
    expect(explained.tile.matches(":state(blocked)")).to.equal(true);
  });

  it("shows the own screen not in itself, but with a button that stops it", async () => {
    const sharing = withScreen(participant(alice));
    const { tile, session } = await show(sharing, sharing.tracks.at(-1)!.id);
    expect(session.calls.attached.size).to.equal(0);
    tile.shadowRoot!.querySelector<HTMLElement>(".sharing button")!.click();
    await waitUntil(() => session.calls.actions.some(([name]) => name === "stopScreenShare"));
  });

  it("magnifies a screen by keys, moves it by arrows, and lets go with Escape", async () => {
    const sharing = withScreen(participant(bob));
    const { tile } = await show(sharing, sharing.tracks.at(-1)!.id);
    const [base, video] = [tile.shadowRoot!.querySelector<HTMLElement>(".base")!, tile.shadowRoot!.querySelector("video")!];
    const press = (key: string): boolean => base.dispatchEvent(new KeyboardEvent("keydown", { key, cancelable: true }));
    expect(press("ArrowLeft"), "arrows belong to the grid").to.equal(true);
    press("+");
    expect(video.style.transform).to.include("scale(1.4)");
    expect(press("ArrowLeft"), "and now to the picture").to.equal(false);
    press("Escape");
    expect(video.style.transform).to.equal("none");
  });

  async function show(who: Participant, screen = "") {
    const session = fakeSession({ calls: { call: call({ participants: [who, ...crowd(1).filter(({ id }) => id !== who.id)] }) } });
    const tile = await fixture<MeloCallTile>(
      html`<melo-call-tile participant=${who.id} screen=${screen} .session=${session}></melo-call-tile>`,
    );
    await tile.updateComplete;
    return { session, tile };
  }
});

describe("<melo-call-ring>", () => {
  const ringing: IncomingCall = {
    id: "$ring",
    roomId: "!bob:example.org",
    roomName: bob.name,
    callerName: bob.name,
    callerId: bob.userId,
    intent: "video",
    status: "ringing",
    at: 0,
  };

  it("accepts, declines and dismisses, and asks for the call to be shown", async () => {
    const { ring, session } = await show(ringing);
    const opened = oneEvent(ring, "melo-call-open");
    ring.shadowRoot!.querySelector<HTMLElement>(".filled")!.click();
    await opened;
    expect(session.calls.actions).to.deep.include(["accept", "$ring", { microphone: true, camera: true }]);
    await waitUntil(() => !ring.shadowRoot!.querySelector("button")?.disabled);
    [...ring.shadowRoot!.querySelectorAll("button")].find((button) => button.textContent.includes("Decline"))!.click();
    await waitUntil(() => session.calls.actions.some(([name]) => name === "decline"));
  });

  it("is quiet, and takes no room, when nobody calls any more", async () => {
    const { ring, session } = await show(ringing);
    expect(ring.matches(":state(ringing)")).to.equal(true);
    session.calls.source.merge({ incoming: [] });
    await ring.updateComplete;
    expect(ring.matches(":state(empty)")).to.equal(true);
    expect(ring.offsetHeight).to.equal(0);
  });

  async function show(...incoming: IncomingCall[]) {
    const session = fakeSession({ calls: { incoming } });
    const ring = await fixture<MeloCallRing>(html`<melo-call-ring silent .session=${session}></melo-call-ring>`);
    return { session, ring };
  }
});
