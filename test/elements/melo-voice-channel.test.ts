import { expect, fixture, html, oneEvent, waitUntil } from "@open-wc/testing";

import "../../src/elements/melo-voice-channel.js";
import type {
  MeloCallJoinEvent,
  MeloCallJoinedEvent,
  MeloCallLeftEvent,
  MeloParticipantRemovedEvent,
} from "../../src/elements/call-events.js";
import type { MeloParticipantMenu } from "../../src/elements/melo-participant-menu.js";
import type { MeloVoiceChannel } from "../../src/elements/melo-voice-channel.js";
import type { FakeRoomOptions } from "../../stories/support/fake-room.js";
import type { FakeCallsOptions } from "../../stories/support/fake-calls.js";
import { fakeSession } from "../../stories/support/fake-session.js";
import { bob } from "../../stories/support/garden.js";
import { KITCHEN, KITCHEN_ID, call, member, members } from "../../stories/support/kitchen.js";

describe("<melo-voice-channel>", () => {
  it("shows who is inside before anybody joins, and calls nothing of the media for it", async () => {
    const { names, session } = await show();
    expect(names()).to.deep.equal(["Bob Kaya", "Dan Osei", "Carol"]);
    expect(session.calls.actions).to.deep.equal([]);
  });

  it("follows who comes and goes", async () => {
    const { names, session, channel } = await show();
    session.room(KITCHEN).source.call.merge({ members: [member(bob, 0, { muted: true })] });
    await waitUntil(() => names().length === 1);
    expect(channel.matches(":state(occupied)")).to.equal(true);
    session.room(KITCHEN).source.call.merge({ members: [] });
    await waitUntil(() => !channel.matches(":state(occupied)"));
    expect(text(channel)).to.contain("Nobody is inside");
  });

  it("goes in by one click and out by another, and tells the page before and after", async () => {
    const { channel, session, button, names } = await show();
    const asked = oneEvent<MeloCallJoinEvent>(channel, "melo-call-join");
    const joined = oneEvent<MeloCallJoinedEvent>(channel, "melo-call-joined");
    button().click();
    expect((await asked).room).to.equal(KITCHEN);
    expect((await joined).roomId).to.equal(KITCHEN_ID);
    expect(session.calls.actions).to.deep.equal([["join", KITCHEN, {}]]);
    expect(channel.matches(":state(joined)")).to.equal(true);
    expect(names()[0]).to.equal("Alice Moreau you");
    expect(button().textContent.trim()).to.equal("Leave");
    const left = oneEvent<MeloCallLeftEvent>(channel, "melo-call-left");
    button().click();
    expect((await left).error).to.equal(undefined);
    expect(channel.matches(":state(joined)")).to.equal(false);
  });

  it("does not join where the page cancels it", async () => {
    const { channel, session, button } = await show();
    channel.addEventListener("melo-call-join", (event) => event.preventDefault());
    button().click();
    await channel.updateComplete;
    expect(session.calls.actions).to.deep.equal([]);
  });

  it("joins with the microphone off if told so", async () => {
    const { channel, session, button } = await show();
    channel.joinMuted = true;
    button().click();
    await waitUntil(() => channel.matches(":state(joined)"));
    expect(session.calls.actions).to.deep.equal([["join", KITCHEN, { microphone: false }]]);
  });

  it("says why it could not join, and tries again", async () => {
    const { channel, session, button } = await show({}, { failures: { join: "call-unreachable" } });
    button().click();
    await waitUntil(() => text(channel).includes("cannot be reached from here"));
    session.calls.failures["join"] = undefined;
    channel.shadowRoot!.querySelector<HTMLElement>(".notice .link")!.click();
    await waitUntil(() => channel.matches(":state(joined)"));
  });

  it("joins the room first where the visitor is not in it", async () => {
    const { channel, session, button } = await show({ room: { status: "joinable" }, call: { canJoin: "not-joined", members: [] } });
    await waitUntil(() => button());
    button().click();
    await waitUntil(() => channel.matches(":state(joined)"));
    expect(session.actions).to.deep.include(["join", KITCHEN]);
  });

  it("offers nothing to somebody who may not join, and says why", async () => {
    const { channel, button } = await show({ call: { canJoin: "no-permission", members } });
    expect(button() === null).to.equal(true);
    expect(text(channel)).to.contain("You may not join here");
  });

  it("does not claim that nobody is inside when it cannot read who is", async () => {
    const { channel } = await show({ call: { unreadable: true, members: [] } });
    expect(text(channel)).to.contain("Somebody may be inside");
    expect(text(channel)).to.not.contain("Nobody");
  });

  it("tells that the call ended by a fault, with the reason", async () => {
    const { channel, session } = await show({}, { call: call() });
    expect(channel.matches(":state(joined)")).to.equal(true);
    const left = oneEvent<MeloCallLeftEvent>(channel, "melo-call-left");
    session.calls.source.merge({ call: call({ status: "failed", participants: [], error: { code: "call-replaced", message: "" } }) });
    expect((await left).error?.code).to.equal("call-replaced");
  });

  it("sets how loud one person is, from nothing to twice, and mutes them for the visitor alone", async () => {
    const { session, menu } = await show({}, { call: call() });
    const bobs = await menu(1);
    const slider = bobs.shadowRoot!.querySelector<HTMLInputElement>("input[type=range]")!;
    expect([slider.min, slider.max, slider.value]).to.deep.equal(["0", "200", "100"]);
    slider.value = "150";
    slider.dispatchEvent(new Event("input"));
    await waitUntil(() => bobs.shadowRoot!.querySelector("output")!.textContent === "150 %");
    item(bobs, "Mute for me").click();
    await waitUntil(() => item(bobs, "Unmute for me"));
    expect(session.calls.actions).to.deep.equal([
      ["setVolume", bob.userId, 1.5],
      ["setLocallyMuted", bob.userId, true],
    ]);
  });

  it("removes somebody only for a moderator, and only after a yes", async () => {
    const { channel, names, menu, dialog } = await show({ call: { canRemove: true, members } });
    const bobs = await menu(0);
    item(bobs, "Remove").click();
    await waitUntil(() => dialog()?.open);
    dialog()!.close("cancel");
    await waitUntil(() => !dialog());
    expect(names()).to.have.length(3);
    item(bobs, "Remove").click();
    await waitUntil(() => dialog()?.open);
    const removed = oneEvent<MeloParticipantRemovedEvent>(channel, "melo-participant-removed");
    dialog()!.close("confirm");
    expect((await removed).userId).to.equal(bob.userId);
    await waitUntil(() => names().length === 2);
  });

  it("does not offer removing to others than moderators", async () => {
    const { menu } = await show();
    expect(item(await menu(0), "Remove") === undefined).to.equal(true);
  });

  it("shows hostile names as text", async () => {
    const { names, channel } = await show({ call: { members: [member({ ...bob, name: "<img src=x onerror=alert(1)>" }, 0)] } });
    expect(names()).to.deep.equal(["<img src=x onerror=alert(1)>"]);
    const list = channel.shadowRoot!.querySelector("melo-participant-list")!;
    expect(list.shadowRoot!.querySelector("img") === null).to.equal(true);
  });
});

async function show(room: FakeRoomOptions = {}, calls: FakeCallsOptions = {}) {
  const inside = { roomId: KITCHEN_ID, name: "Kitchen table", members, ...room.call };
  const session = fakeSession({ rooms: { [KITCHEN]: { ...room, call: inside } }, calls });
  const channel = await fixture<MeloVoiceChannel>(html`<melo-voice-channel room=${KITCHEN} .session=${session}></melo-voice-channel>`);
  const list = channel.shadowRoot!.querySelector("melo-participant-list")!;
  await list.updateComplete;
  const rows = () => [...list.shadowRoot!.querySelectorAll<HTMLElement>(".person")];
  const names = () => rows().map((one) => one.querySelector(".who")!.textContent.replace(/ speaks$/, ""));
  const button = () => channel.shadowRoot!.querySelector<HTMLElement>("header button")!;
  const menu = async (index: number): Promise<MeloParticipantMenu> => {
    rows()[index]!.click();
    await waitUntil(() => list.shadowRoot!.querySelector("melo-participant-menu")?.hasUpdated);
    return list.shadowRoot!.querySelector("melo-participant-menu")!;
  };
  const dialog = () => list.shadowRoot!.querySelector("melo-dialog")?.shadowRoot?.querySelector("dialog");
  return { channel, session, names, button, menu, dialog };
}

function text(channel: MeloVoiceChannel): string {
  return channel.shadowRoot!.querySelector(".notes")!.textContent;
}

function item(menu: MeloParticipantMenu, label: string): HTMLElement {
  return [...menu.shadowRoot!.querySelectorAll("button")].find((button) => button.textContent.trim().startsWith(label))!;
}
