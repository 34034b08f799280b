import { expect, fixture, html } from "@open-wc/testing";

import "../../src/elements/melo-encryption-badge.js";
import type { MeloEncryptionBadge } from "../../src/elements/melo-encryption-badge.js";
import { fakeSession, type FakeSession } from "../../stories/support/fake-session.js";
import { GARDEN } from "../../stories/support/garden.js";

const draw = (session: FakeSession): Promise<MeloEncryptionBadge> =>
  fixture(html`<melo-encryption-badge .session=${session} room=${GARDEN}></melo-encryption-badge>`);
const text = (badge: MeloEncryptionBadge): string => badge.shadowRoot!.textContent.trim();

describe("<melo-encryption-badge>", () => {
  it("is a quiet lock with a sentence for screen readers when all is well", async () => {
    const badge = await draw(fakeSession({ rooms: { [GARDEN]: {} } }));
    expect(badge.shadowRoot!.querySelector("button")!.getAttribute("aria-label")).to.contain("end-to-end encrypted");
    expect(badge.matches(":state(encrypted)")).to.be.true;
    await expect(badge).to.be.accessible();
  });

  it("shows that sentence on focus and on a tap, until Escape or until it is left", async () => {
    const badge = await draw(fakeSession({ rooms: { [GARDEN]: {} } }));
    const lock = badge.shadowRoot!.querySelector("button")!;
    const tip = badge.shadowRoot!.querySelector<HTMLElement>(".tip")!;
    const open = (): boolean => tip.matches(":popover-open");
    lock.focus();
    expect(open()).to.be.true;
    const box = tip.getBoundingClientRect();
    expect(box.left).to.be.at.least(0);
    expect(box.right).to.be.at.most(window.innerWidth);
    lock.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    expect(open()).to.be.false;
    lock.click();
    expect(open()).to.be.true;
    lock.blur();
    expect(open()).to.be.false;
  });

  it("says in plain sight when the room is not encrypted, and follows it", async () => {
    const session = fakeSession({ rooms: { [GARDEN]: { room: { encryption: "unencrypted" } } } });
    const badge = await draw(session);
    expect(text(badge)).to.equal("Not encrypted");
    expect(badge.matches(":state(encrypted)")).to.be.false;
    session.room(GARDEN).source.room.merge({ encryption: "encrypted" });
    await badge.updateComplete;
    expect(badge.shadowRoot!.querySelector("button")).to.exist;
    session.room(GARDEN).source.room.merge({ encryptionTampered: true });
    await badge.updateComplete;
    expect(text(badge)).to.equal("Someone tried to switch off encryption");
    expect(badge.matches(":state(encrypted)")).to.be.true;
  });

  it("says nothing while nothing is known", async () => {
    const badge = await draw(fakeSession({ rooms: { [GARDEN]: { room: { encryption: "unknown" } } } }));
    expect(text(badge)).to.equal("");
  });
});
