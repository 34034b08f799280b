import { expect, fixture, html, oneEvent, waitUntil } from "@open-wc/testing";

import "../../src/elements/melo-room.js";
import type { MeloRoom } from "../../src/elements/melo-room.js";
import type { MeloRoomOpenEvent } from "../../src/elements/room-events.js";
import type { RoomState, RoomStatus } from "../../src/matrix/room-state.js";
import type { SessionState } from "../../src/session/session-state.js";
import { failing, fakeSession, type FakeSessionOptions } from "../../stories/support/fake-session.js";
import { GARDEN, conversation } from "../../stories/support/garden.js";

describe("melo-room", () => {
  it("shows the room: name, lock, messages, field", async () => {
    const { root, room } = await show();
    expect(root.querySelector("h2")!.textContent.trim()).to.equal("Garden");
    for (const tag of ["melo-encryption-badge", "melo-timeline", "melo-composer", "melo-typing"])
      expect(root.querySelector(tag), tag).not.to.equal(null);
    expect(room.matches(":state(encrypted)")).to.equal(true);
    expect(room.matches(":state(joined)")).to.equal(true);
  });

  it("leaves out what is not wanted", async () => {
    const { root, room } = await show();
    room.withoutHeader = room.withoutComposer = true;
    await room.updateComplete;
    expect(root.querySelector("header, melo-composer")).to.equal(null);
  });

  it("has a height of its own where its place has none, and fills its place where it has one", async () => {
    const { room } = await show();
    expect(room.offsetHeight).to.equal(576);
    const box = await fixture(html`<div style="block-size: 300px">${room}</div>`);
    expect(box.querySelector("melo-room")!.offsetHeight).to.equal(300);
  });

  describe("outside the room", () => {
    for (const [status, words, buttons, extra] of [
      [
        "invited",
        "Bob Kaya (@bob:example.org) invites you.",
        ["Join", "Decline"],
        { invitation: { inviterId: "@bob:example.org", inviterName: "Bob Kaya" } },
      ],
      ["joinable", "Join it to read and write", ["Join"], {}],
      ["joining", "Joining…", [], {}],
      ["not-found", "There is no such room", ["Try again"], { name: "" }],
      ["forbidden", "only with an invitation", ["Try again"], {}],
      ["left", "You left this room.", ["Join again"], {}],
      [
        "kicked",
        "Bob removed you from this room. Reason: too many jars",
        ["Join again"],
        { departure: { by: "Bob", reason: "too many jars" } },
      ],
      ["banned", "You are banned from this room.", [], {}],
      ["failed", "This room could not be opened", ["Try again"], { error: { code: "homeserver-unreachable", message: "" } }],
    ] as const satisfies readonly (readonly [RoomStatus, string, readonly string[], Partial<RoomState>])[]) {
      it(`says what is and what can be done: ${status}`, async () => {
        const { root } = await show({ status, ...extra });
        const gate = root.querySelector(".gate")!;
        expect(gate.textContent.replaceAll(/\s+/g, " ")).to.include(words);
        expect([...gate.querySelectorAll("button")].map(({ textContent }) => textContent)).to.deep.equal(buttons);
        expect(root.querySelector("melo-timeline, melo-composer")).to.equal(null);
      });
    }

    it("joins, and shows the messages", async () => {
      const { root, button } = await show({ status: "invited" });
      button("Join").click();
      await waitUntil(() => root.querySelector("melo-timeline"));
    });

    it("passes the focus on to the field once the visitor has joined, unless they have gone elsewhere", async () => {
      const { root, button } = await show({ status: "invited" });
      button("Join").focus();
      button("Join").click();
      await waitUntil(() => root.activeElement?.localName === "melo-composer", "the focus in the field");

      const other = await show({ status: "invited" });
      const elsewhere = await fixture<HTMLButtonElement>(html`<button>Elsewhere</button>`);
      other.button("Join").focus();
      other.button("Join").click();
      elsewhere.focus();
      await waitUntil(() => other.root.querySelector("melo-composer"));
      await other.room.updateComplete;
      expect(document.activeElement).to.equal(elsewhere);
    });

    it("does not take a focus that the visitor has let go of", async () => {
      const { root, room, session } = await show();
      const composer = root.querySelector("melo-composer")!;
      await composer.updateComplete;
      composer.focus();
      document.body.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true, composed: true }));
      composer.blur();
      await session.room(GARDEN).room.leave();
      await waitUntil(() => !root.querySelector("melo-composer"));
      await session.room(GARDEN).room.join();
      await waitUntil(() => root.querySelector("melo-composer"));
      await root.querySelector("melo-composer")!.updateComplete;
      await room.updateComplete;
      expect(document.activeElement).to.equal(document.body);
    });

    it("declines", async () => {
      const { session, button } = await show({ status: "invited" });
      button("Decline").click();
      await waitUntil(() => session.room(GARDEN).room.state.status === "left");
    });

    it("says why joining failed, and lets it be tried again", async () => {
      const { root, button } = await show({ status: "joinable" }, { answers: { join: failing("forbidden") } });
      button("Join").click();
      await waitUntil(() => root.querySelector("[role=alert]"));
      expect(root.querySelector("[role=alert]")!.textContent).to.include("You may not do this here.");
      await waitUntil(() => !button("Join").disabled);
    });
  });

  describe("says first what concerns secrecy", () => {
    it("not encrypted: offers to encrypt to who may, asks first, since it cannot be undone", async () => {
      const { root, session, button, dialog } = await show({ encryption: "unencrypted", canEncrypt: true });
      expect(root.querySelector(".banner")!.textContent).to.include("Messages here are not encrypted.");
      button("Encrypt this room").click();
      await waitUntil(() => dialog().querySelector<HTMLDialogElement>("dialog")!.open);
      dialog().querySelector<HTMLButtonElement>("button[value=cancel]")!.click();
      await waitUntil(() => !dialog().querySelector<HTMLDialogElement>("dialog")!.open);
      expect(session.actions.filter(([name]) => name === "encrypt")).to.deep.equal([]);
      button("Encrypt this room").click();
      await waitUntil(() => dialog().querySelector<HTMLDialogElement>("dialog")!.open);
      dialog().querySelector<HTMLButtonElement>("button[value=confirm]")!.click();
      await waitUntil(() => root.querySelector(".banner") === null);
      expect(session.room(GARDEN).room.state.encryption).to.equal("encrypted");
    });

    it("not encrypted, without the permission: no button, and no way to close it", async () => {
      const { root, room } = await show({ encryption: "unencrypted" }, {}, { storage: "memory", notice: "storage-lost" });
      expect(root.querySelector(".banner")!.textContent).to.include("not encrypted");
      expect(root.querySelector(".banner button")).to.equal(null);
      expect(room.matches(":state(unencrypted)")).to.equal(true);
    });

    it("tampered: one banner, with details", async () => {
      const { root } = await show({ encryptionTampered: true, replacement: { roomId: "!new:example.org" } });
      expect(root.querySelectorAll(".banner").length).to.equal(1);
      expect(root.querySelector(".banner")!.textContent).to.include("Your messages stay encrypted.");
    });
  });

  describe("upgraded", () => {
    it("follows to the new room, unless the page prevents it", async () => {
      const { room, button } = await show({ replacement: { roomId: "!new:example.org" } });
      room.addEventListener("melo-room-open", (event) => event.preventDefault(), { once: true });
      setTimeout(() => button("Go to the new room").click());
      const event = (await oneEvent(room, "melo-room-open")) as unknown as MeloRoomOpenEvent;
      expect([event.roomId, room.room]).to.deep.equal(["!new:example.org", GARDEN]);
      button("Go to the new room").click();
      expect(room.room).to.equal("!new:example.org");
    });

    it("leads nowhere where the rooms do not agree", async () => {
      const { root } = await show({ replacement: {} });
      expect(root.querySelector(".banner button")).to.equal(null);
    });
  });

  describe("with its session", () => {
    it("signs in in place, and then shows the room", async () => {
      const { root, session } = await show({}, {}, { status: "signed-out", account: undefined });
      await waitUntil(() => root.querySelector("melo-login")?.shadowRoot?.querySelector("melo-password-form"), "the form", {
        timeout: 8000,
      });
      const form = root.querySelector("melo-login")!.shadowRoot!.querySelector("melo-password-form")!;
      await waitUntil(() => form.shadowRoot?.querySelector("input"));
      form.shadowRoot!.querySelector("input")!.focus();
      await session.signIn({ type: "password", user: "alice", password: "x" });
      await waitUntil(() => root.querySelector("melo-timeline"));
      await waitUntil(() => root.activeElement?.localName === "melo-composer", "the focus in the field");
    });

    it("says that the server cannot be reached, counts down, and tries again now", async () => {
      const { root, button, session } = await show({}, {}, { status: "reconnecting", retryAt: Date.now() + 7500 });
      const line = () => root.querySelector(".status")!.textContent;
      expect(line()).to.include("Cannot reach matrix.example.org. Trying again in 8 s.");
      await waitUntil(() => line().includes("in 7 s."), "a second passes", { timeout: 3000 });
      button("Try now").click();
      await waitUntil(() => session.state.status === "ready");
    });

    it("explains a browser that keeps nothing, and a notice until it is read", async () => {
      const { root, session, button } = await show({}, {}, { storage: "memory", notice: "storage-lost" });
      expect(root.querySelector(".banner")!.textContent).to.include("This browser lost its keys.");
      button("Continue").click();
      await waitUntil(() => root.querySelector(".banner")?.textContent.includes("This browser keeps nothing here"));
      expect(session.actions.map(([name]) => name)).to.include("dismissNotice");
    });

    it("says what to write where there is none, or no room", async () => {
      const lonely = await fixture<MeloRoom>(html`<melo-room room=${GARDEN}></melo-room>`);
      expect(lonely.shadowRoot!.textContent).to.include("Put this tag inside <melo-session");
      const roomless = await fixture<MeloRoom>(html`<melo-room .session=${fakeSession()}></melo-room>`);
      expect(roomless.shadowRoot!.textContent).to.include("Say which room");
    });
  });
});

async function show(
  room: Partial<RoomState> = {},
  options: NonNullable<FakeSessionOptions["rooms"]>[string] = {},
  state?: Partial<SessionState>,
) {
  const session = fakeSession({ session: state, rooms: { [GARDEN]: { timeline: { items: conversation }, ...options, room } } });
  const element = await fixture<MeloRoom>(html`<melo-room .session=${session} room=${GARDEN}></melo-room>`);
  const root = element.shadowRoot!;
  const button = (label: string) => [...root.querySelectorAll("button")].find(({ textContent }) => textContent.trim() === label)!;
  const dialog = () => root.querySelector("melo-dialog")!.shadowRoot!;
  return { session, room: element, root, button, dialog };
}
