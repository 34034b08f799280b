import { expect, fixture, html, waitUntil } from "@open-wc/testing";

import "../../src/elements/melo-composer.js";
import "../../src/elements/melo-identity-notice.js";
import "../../src/elements/melo-message.js";
import "../../src/elements/melo-user-card.js";
import type { MeloComposer } from "../../src/elements/melo-composer.js";
import type { MeloIdentityNotice } from "../../src/elements/melo-identity-notice.js";
import type { MeloMessage } from "../../src/elements/melo-message.js";
import type { MeloUserCard } from "../../src/elements/melo-user-card.js";
import type { MeloUserOpenEvent } from "../../src/elements/user-events.js";
import { MeloError } from "../../src/internal/errors.js";
import type { ChangedIdentity } from "../../src/matrix/room-identities-state.js";
import { fakeSession } from "../../stories/support/fake-session.js";
import { GARDEN, bob, says } from "../../stories/support/garden.js";

const BOB: ChangedIdentity = { userId: "@bob:example.org", name: "Bob", wasVerified: false };
const CAROL: ChangedIdentity = { userId: "@carol:example.org", name: "Carol", wasVerified: true };

describe("a person's card", () => {
  it("asks for a verification at once when the visitor wants one", async () => {
    const session = fakeSession();
    const card = await fixture<MeloUserCard>(html`<melo-user-card user-id=${BOB.userId} .session=${session}></melo-user-card>`);
    button(card, "Verify").click();
    await waitUntil(() => session.verification.state.status === "asking");
    expect(session.verification.state.user?.userId).to.equal(BOB.userId);
  });
});

describe("people whose identity changed", () => {
  it("are named one at a time, and the next one after a decision", async () => {
    const session = withChanged(CAROL, BOB);
    const notice = await fixture<MeloIdentityNotice>(
      html`<melo-identity-notice room=${GARDEN} .session=${session}></melo-identity-notice>`,
    );
    const text = () => notice.shadowRoot!.textContent;
    expect(text()).to.contain("Carol is no longer verified").and.not.contain("Bob");
    button(notice, "Send anyway").click();
    await waitUntil(() => text().includes("Bob’s security details changed"));
    button(notice, "OK").click();
    await waitUntil(() => !notice.matches(":state(changed)"));
    expect(session.actions).to.deep.equal([
      ["withdraw", GARDEN, CAROL.userId],
      ["approve", GARDEN, BOB.userId],
    ]);
  });

  it("keep what is written in the field until the visitor decides, if they were verified", async () => {
    const session = withChanged(CAROL);
    const composer = await fixture<MeloComposer>(html`<melo-composer room=${GARDEN} .session=${session}></melo-composer>`);
    composer.value = "is this still you?";
    await composer.updateComplete;
    const send = composer.shadowRoot!.querySelector<HTMLButtonElement>(".send")!;
    expect(send.disabled).to.be.true;
    await composer.send();
    expect(composer.value).to.equal("is this still you?");
    expect(session.actions.filter(([name]) => name === "send")).to.be.empty;
    await session.room(GARDEN).identities.withdraw(CAROL.userId);
    await waitUntil(() => !send.disabled);
    await composer.send();
    expect(session.actions.filter(([name]) => name === "send")).to.have.length(1);
  });

  it("do not keep back what is written to somebody who was not verified", async () => {
    const session = withChanged(BOB);
    const composer = await fixture<MeloComposer>(html`<melo-composer room=${GARDEN} .session=${session}></melo-composer>`);
    composer.value = "hello";
    await composer.send();
    expect(session.actions.filter(([name]) => name === "send")).to.have.length(1);
  });
});

describe("melo-user-card", () => {
  it("says what went wrong with a decision, and lets the visitor try again", async () => {
    const session = fakeSession({ users: { [BOB.userId]: { identity: "changed" } } });
    const card = await fixture<MeloUserCard>(html`<melo-user-card user-id=${BOB.userId} .session=${session}></melo-user-card>`);
    const approve = session.user(BOB.userId).approve;
    session.user(BOB.userId).approve = () => Promise.reject(new MeloError("homeserver-unreachable", "as the test wants it"));
    button(card, "OK").click();
    await waitUntil(() => card.shadowRoot!.querySelector("[role=alert]"));
    session.user(BOB.userId).approve = approve;
    button(card, "OK").click();
    await waitUntil(() => card.shadowRoot!.textContent.includes("You have not verified Bob"));
    expect(card.shadowRoot!.querySelector("[role=alert]")).to.equal(null);
  });

  it("keeps the focus when a decision takes its button away", async () => {
    const session = fakeSession({ users: { [BOB.userId]: { identity: "changed-since-verified" } } });
    const card = await fixture<MeloUserCard>(html`<melo-user-card user-id=${BOB.userId} .session=${session}></melo-user-card>`);
    const withdraw = button(card, "Send anyway");
    withdraw.focus();
    withdraw.click();
    await waitUntil(() => card.shadowRoot!.textContent.includes("You have not verified Bob"));
    await waitUntil(() => card.shadowRoot!.activeElement?.matches("[part=name]"));
  });

  it("opens in a dialog from the name of who wrote a message, and gives the focus back", async () => {
    const message = await written();
    const name = button(message, bob.name);
    name.focus();
    name.click();
    await waitUntil(() => document.querySelector("melo-user-card"));
    const dialog = document.querySelector("melo-dialog")!;
    expect(document.querySelector("melo-user-card")!.userId).to.equal(bob.userId);
    dialog.shadowRoot!.querySelector("dialog")!.dispatchEvent(new Event("cancel"));
    dialog.close();
    await waitUntil(() => !document.querySelector("melo-dialog"));
    expect(message.shadowRoot!.activeElement).to.equal(name);
  });

  it("does not open where the page shows people in its own way", async () => {
    const message = await written();
    const asked: string[] = [];
    const listen = (event: Event) => {
      event.preventDefault();
      asked.push((event as MeloUserOpenEvent).userId);
    };
    document.addEventListener("melo-user-open", listen);
    button(message, bob.name).click();
    await waitUntil(() => asked.length === 1);
    document.removeEventListener("melo-user-open", listen);
    expect(asked).to.deep.equal([bob.userId]);
    expect(document.querySelector("melo-user-card")).to.equal(null);
  });
});

function withChanged(...changed: ChangedIdentity[]) {
  return fakeSession({ rooms: { [GARDEN]: { identities: { changed } } } });
}

async function written(): Promise<MeloMessage> {
  return fixture<MeloMessage>(html`<melo-message leads .item=${says(bob, 1, "hello")} .session=${fakeSession()}></melo-message>`);
}

function button(element: Element, label: string): HTMLButtonElement {
  const all = [...element.shadowRoot!.querySelectorAll("button")];
  return all.find(({ textContent }) => textContent.trim() === label)!;
}
