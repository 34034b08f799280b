import { expect, fixture, html } from "@open-wc/testing";

import "../../src/elements/melo-call-bar.js";
import "../../src/elements/melo-call-shortcuts.js";
import type { CallState } from "../../src/media/calls-state.js";
import { fakeSession, type FakeSession } from "../../stories/support/fake-session.js";
import { call } from "../../stories/support/kitchen.js";

describe("keys of a call", () => {
  it("mute, deafen, camera and hand, wherever the focus is", async () => {
    const { session } = await show();
    for (const key of ["m", "D", "v", "h"]) press(document.body, key);
    expect(names(session)).to.deep.equal(["setMicrophone", "setDeafened", "setCamera", "raiseHand"]);
  });

  for (const [what, markup] of [
    ["an input", html`<input />`],
    ["a text area", html`<textarea></textarea>`],
    ["a list to choose from", html`<select></select>`],
    ["what the page lets people edit", html`<p contenteditable>text</p>`],
    ["a text field by role", html`<span role="textbox" tabindex="0"></span>`],
  ] as const) {
    it(`do nothing while somebody types in ${what}`, async () => {
      const { session } = await show();
      press(await fixture<HTMLElement>(markup), "m");
      expect(names(session)).to.deep.equal([]);
    });
  }

  for (const mode of ["open", "closed"] as const) {
    it(`do nothing while somebody types in a field inside a shadow root that is ${mode}`, async () => {
      const { session } = await show();
      const host = await fixture<HTMLElement>(document.createElement(`foreign-field-${mode}`));
      const field = host.attachShadow({ mode }).appendChild(document.createElement("input"));
      press(field, "m");
      expect(names(session)).to.deep.equal([]);
    });
  }

  it("do nothing with other modifiers, while text is composed, on repeat, or when somebody else has used the key", async () => {
    const { session } = await show();
    press(document.body, "m", { ctrlKey: true });
    press(document.body, "m", { metaKey: true });
    press(document.body, "m", { isComposing: true });
    press(document.body, "m", { repeat: true });
    const stop = (event: Event) => event.preventDefault();
    document.body.addEventListener("keydown", stop);
    press(document.body, "m");
    document.body.removeEventListener("keydown", stop);
    expect(names(session)).to.deep.equal([]);
    press(document.body, "m");
    expect(names(session), "and the key works").to.deep.equal(["setMicrophone"]);
  });

  it("do nothing in no call, or while one joins", async () => {
    const { session } = await show({ status: "joining" });
    press(document.body, "m");
    session.calls.source.merge({ call: undefined });
    expect(press(document.body, "m").defaultPrevented).to.equal(false);
    expect(names(session)).to.deep.equal([]);
  });

  it("do not unmute somebody who may not speak", async () => {
    const { session } = await show({ canSpeak: false, microphone: { status: "off" } });
    press(document.body, "m");
    expect(names(session)).to.deep.equal([]);
  });

  it("talk while Space is held, only with push-to-talk, and stop when the window loses the focus", async () => {
    const { session } = await show();
    expect(press(document.body, " ", { code: "Space" }).defaultPrevented, "Space scrolls").to.equal(false);
    session.calls.source.merge({ call: call({ pushToTalk: true }) });
    expect(press(document.body, " ", { code: "Space" }).defaultPrevented).to.equal(true);
    press(document.body, " ", { code: "Space", repeat: true });
    document.body.dispatchEvent(new KeyboardEvent("keyup", { key: " ", code: "Space", bubbles: true, composed: true }));
    press(document.body, " ", { code: "Space" });
    window.dispatchEvent(new Event("blur"));
    expect(session.calls.actions.map(([name, held]) => [name, held])).to.deep.equal([
      ["setTalking", true],
      ["setTalking", false],
      ["setTalking", true],
      ["setTalking", false],
    ]);
  });

  it("leave Space to a button that has the focus", async () => {
    const { session } = await show({ pushToTalk: true });
    expect(press(await fixture<HTMLElement>(html`<button>Save</button>`), " ", { code: "Space" }).defaultPrevented).to.equal(false);
    expect(names(session)).to.deep.equal([]);
  });

  it("are chosen by <melo-call-shortcuts>, in place of those of other elements: one key does one thing once", async () => {
    const { session } = await show();
    await fixture(html`<melo-call-shortcuts .session=${session} mute="Control+Shift+M" hand="off"></melo-call-shortcuts>`);
    await fixture(html`<melo-call-bar .session=${session}></melo-call-bar>`);
    press(document.body, "m");
    press(document.body, "h");
    press(document.body, "M", { ctrlKey: true, shiftKey: true });
    press(document.body, "d");
    expect(names(session)).to.deep.equal(["setMicrophone", "setDeafened"]);
  });

  it("can be switched off, and cancelled one by one", async () => {
    const { session, bar } = await show();
    bar.withoutShortcuts = true;
    press(document.body, "m");
    const shortcuts = await fixture<HTMLElement>(html`<melo-call-shortcuts .session=${session}></melo-call-shortcuts>`);
    shortcuts.addEventListener("melo-call-shortcut", (event) => event.shortcut === "mute" && event.preventDefault());
    press(document.body, "m");
    expect(names(session)).to.deep.equal([]);
    press(document.body, "d");
    expect(names(session)).to.deep.equal(["setDeafened"]);
  });
});

async function show(change: Partial<CallState> = {}) {
  const session = fakeSession({ calls: { call: call(change) } });
  const bar = await fixture<HTMLElementTagNameMap["melo-call-bar"]>(html`<melo-call-bar .session=${session}></melo-call-bar>`);
  return { session, bar };
}

function press(target: Element, key: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", {
    key,
    code: `Key${key.toUpperCase()}`,
    bubbles: true,
    composed: true,
    cancelable: true,
    ...more,
  });
  target.dispatchEvent(event);
  return event;
}

function names(session: FakeSession): string[] {
  return session.calls.actions.map(([name]) => name);
}
