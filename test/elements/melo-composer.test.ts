import { expect, fixture, html, oneEvent, waitUntil } from "@open-wc/testing";

import "../../src/elements/melo-composer.js";
import type { MeloMessageSendEvent, MeloMessageSentEvent } from "../../src/elements/composer-events.js";
import { loadMarkdown } from "../../src/elements/markdown.js";
import type { MeloComposer } from "../../src/elements/melo-composer.js";
import { MeloError } from "../../src/internal/errors.js";
import type { MessageItem } from "../../src/matrix/timeline-item.js";
import { fakeSession, type FakeSessionOptions } from "../../stories/support/fake-session.js";
import { GARDEN } from "../../stories/support/garden.js";

const KITCHEN = "#kitchen:example.org";

describe("melo-composer", () => {
  before(() => loadMarkdown());

  describe("sending", () => {
    it("sends on Enter, empties the field and keeps the focus", async () => {
      const { composer, field, sent, type, press } = await composerIn();
      field.focus();
      type("hello");
      press("Enter");
      expect(composer.value).to.equal("");
      await waitUntil(() => sent().length === 1);
      expect(sent()[0]).to.include({ body: "hello", style: "text", html: undefined });
      expect(composer.shadowRoot!.activeElement).to.equal(field);
    });

    it("begins a line on Shift+Enter; with submit-key mod-enter on Enter, and sends on Ctrl or Command with Enter", async () => {
      const { composer, sent, type, press } = await composerIn();
      type("a");
      expect(press("Enter", { shiftKey: true }).defaultPrevented).to.equal(false);
      composer.submitKey = "mod-enter";
      expect(press("Enter").defaultPrevented).to.equal(false);
      expect(sent()).to.deep.equal([]);
      press("Enter", { ctrlKey: true });
      await waitUntil(() => sent().length === 1);
      type("b");
      press("Enter", { metaKey: true });
      await waitUntil(() => sent().length === 2);
    });

    it("leaves Enter to an input method that composes, also where only the key code tells", async () => {
      const { composer, sent, type, press } = await composerIn();
      type("にほん");
      expect(press("Enter", { isComposing: true }).defaultPrevented).to.equal(false);
      expect(press("Enter", { keyCode: 229 }).defaultPrevented).to.equal(false);
      await composer.updateComplete;
      expect(composer.value).to.equal("にほん");
      expect(sent()).to.deep.equal([]);
    });

    it("reads Markdown and /me, and never lets HTML through", async () => {
      const { sent, type, press } = await composerIn();
      for (const text of ["**bold** <img src=x>", "/me waves *softly*", "a < b & c", "//not a command", "[x](javascript:alert(1))"]) {
        type(text);
        press("Enter");
      }
      await waitUntil(() => sent().length === 5);
      expect(sent().map(({ style, body, html }) => [style, body, html])).to.deep.equal([
        ["text", "**bold** <img src=x>", "<strong>bold</strong> &lt;img src=x&gt;"],
        ["emote", "waves *softly*", "waves <em>softly</em>"],
        ["text", "a < b & c", undefined],
        ["text", "/not a command", undefined],
        ["text", "[x](javascript:alert(1))", "x"],
      ]);
    });

    it("keeps the order of what is typed fast", async () => {
      const { sent, type, press } = await composerIn();
      for (let count = 0; count < 10; count++) {
        type(`message ${count}`);
        press("Enter");
      }
      await waitUntil(() => sent().length === 10);
      expect(sent().map(({ body }) => body)).to.deep.equal(Array.from({ length: 10 }, (_, count) => `message ${count}`));
    });

    it("asks first with melo-message-send, and tells afterwards with melo-message-sent", async () => {
      const { composer, sent, type, press } = await composerIn();
      composer.addEventListener("melo-message-send", (event) => event.preventDefault(), { once: true });
      type("*no*");
      setTimeout(() => press("Enter"));
      const asked = (await oneEvent(composer, "melo-message-send")) as unknown as MeloMessageSendEvent;
      expect([asked.room, asked.message.body, asked.message.html]).to.deep.equal([GARDEN, "*no*", "<em>no</em>"]);
      await waitUntil(() => composer.value === "*no*");
      expect(sent()).to.deep.equal([]);
      setTimeout(() => press("Enter"));
      const told = (await oneEvent(composer, "melo-message-sent")) as unknown as MeloMessageSentEvent;
      expect(told.transactionId).to.equal(sent()[0]!.transactionId);
    });

    it("loses no text when a message cannot be kept for sending", async () => {
      const { composer, session, type, press } = await composerIn();
      session.room(GARDEN).timeline.send = async () => {
        throw new MeloError("store-full", "no space");
      };
      type("precious");
      press("Enter");
      type("and more");
      await waitUntil(() => composer.value === "precious\nand more");
      await composer.updateComplete;
      expect(composer.shadowRoot!.querySelector("[part=error]")!.textContent).to.include("no space left");
    });

    it("does not send nothing, nor more than an event holds, and says so", async () => {
      const { composer, sent, type, press } = await composerIn();
      for (const text of ["", "  \n ", "x".repeat(70_000)]) {
        type(text);
        press("Enter");
        await composer.updateComplete;
        expect(composer.shadowRoot!.querySelector<HTMLButtonElement>("[part=send]")!.disabled).to.equal(true);
      }
      expect(composer.shadowRoot!.querySelector("[part=error]")!.textContent).to.include("too long");
      expect(sent()).to.deep.equal([]);
    });
  });

  describe("drafts", () => {
    it("come back in a new element, and are forgotten when the message is sent", async () => {
      const { session, composer, type, sent } = await composerIn();
      type("half a thought");
      composer.remove();
      const again = await fixture<MeloComposer>(html`<melo-composer .session=${session} room=${GARDEN}></melo-composer>`);
      await waitUntil(() => again.value === "half a thought");
      await again.send();
      await waitUntil(() => sent().length === 1);
      expect(await session.drafts.load(GARDEN)).to.equal("");
    });

    it("are kept when the page is hidden or left", async () => {
      const { session, type } = await composerIn();
      type("before the tab closes");
      window.dispatchEvent(new PageTransitionEvent("pagehide"));
      expect(await session.drafts.load(GARDEN)).to.equal("before the tab closes");
    });

    it("belong to their room", async () => {
      const { session, composer, type } = await composerIn({ drafts: { [KITCHEN]: "in the kitchen" } });
      type("in the garden");
      composer.room = KITCHEN;
      await waitUntil(() => composer.value === "in the kitchen");
      expect(await session.drafts.load(GARDEN)).to.equal("in the garden");
      composer.room = GARDEN;
      await waitUntil(() => composer.value === "in the garden");
    });

    it("never replace what is already written", async () => {
      const { composer, type, session } = await composerIn();
      const answer = Promise.withResolvers<string>();
      session.drafts.load = () => answer.promise;
      composer.room = KITCHEN;
      await composer.updateComplete;
      type("new");
      answer.resolve("old");
      await answer.promise;
      await composer.updateComplete;
      expect(composer.value).to.equal("new");
    });
  });

  describe("where nothing can be written", () => {
    for (const [why, room, words] of [
      ["without the permission", { canSend: false }, "You may not write here."],
      ["outside the room", { status: "left" }, "You are not in this room."],
      ["in a room that goes on elsewhere", { replacement: { roomId: "!new:example.org" } }, "This room goes on elsewhere."],
    ] as const) {
      it(`says so: ${why}`, async () => {
        const { composer, field } = await composerIn({ rooms: { [GARDEN]: { room } } });
        expect([field.disabled, field.placeholder]).to.deep.equal([true, words]);
        expect(composer.matches(":state(disabled)")).to.equal(true);
      });
    }

    it("but offline everything can be written", async () => {
      const { field, sent, type, press } = await composerIn({
        session: { status: "reconnecting", error: { code: "offline", message: "" } },
      });
      expect(field.disabled).to.equal(false);
      type("later");
      press("Enter");
      await waitUntil(() => sent().length === 1);
    });
  });

  describe("in a form", () => {
    it("is a field like any other: value, reset, disabled, Enter submits", async () => {
      const form = await fixture<HTMLFormElement>(html`
        <form @submit=${(event: Event) => event.preventDefault()}>
          <fieldset><melo-composer name="comment"></melo-composer></fieldset>
        </form>
      `);
      const composer = form.querySelector("melo-composer")!;
      const { type, press, field } = controls(composer);
      type("a comment");
      await composer.updateComplete;
      expect(new FormData(form).get("comment")).to.equal("a comment");
      setTimeout(() => press("Enter"));
      await oneEvent(form, "submit");
      form.reset();
      await composer.updateComplete;
      expect(new FormData(form).get("comment")).to.equal("");
      form.querySelector("fieldset")!.disabled = true;
      await composer.updateComplete;
      expect(field.disabled).to.equal(true);
    });
  });

  it("tells the room that the visitor types, and that they stopped", async () => {
    const { session, type, press } = await composerIn();
    const notices = () => session.actions.filter(([name]) => name === "setTyping").map(([, , isTyping]) => isTyping);
    type("h");
    expect(notices()).to.deep.equal([true]);
    press("Enter");
    expect(notices()).to.deep.equal([true, false]);
  });
});

async function composerIn(options: FakeSessionOptions = {}) {
  const session = fakeSession({ rooms: { [GARDEN]: {}, [KITCHEN]: {} }, ...options });
  const composer = await fixture<MeloComposer>(html`<melo-composer .session=${session} room=${GARDEN}></melo-composer>`);
  const sent = () =>
    session.actions.filter(([name]) => name === "send").map(([, , message]) => message as MessageItem & { transactionId: string });
  return { session, composer, sent, ...controls(composer) };
}

function controls(composer: MeloComposer) {
  const field = composer.shadowRoot!.querySelector("textarea")!;
  return {
    field,
    type(text: string): void {
      field.value = text;
      field.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
    },
    press(key: string, extra: KeyboardEventInit = {}): KeyboardEvent {
      const event = new KeyboardEvent("keydown", { key, bubbles: true, composed: true, cancelable: true, ...extra });
      field.dispatchEvent(event);
      return event;
    },
  };
}
