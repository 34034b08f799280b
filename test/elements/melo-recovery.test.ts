import { expect, fixture, html } from "@open-wc/testing";

import "../../src/elements/melo-key-backup.js";
import type { MeloKeyBackup } from "../../src/elements/melo-key-backup.js";
import "../../src/elements/melo-recovery.js";
import type { MeloRecovery } from "../../src/elements/melo-recovery.js";
import { FAKE_KEY, type FakeRecoveryOptions } from "../../stories/support/fake-recovery.js";
import { fakeSession } from "../../stories/support/fake-session.js";

describe("melo-recovery", () => {
  it("shows a new key once: it is hidden while it is asked for, refused when wrong, and gone when confirmed", async () => {
    const { element } = await mounted({ status: "none" });
    await click(element, "Make a recovery key");
    expect(textOf(element)).to.contain(FAKE_KEY);
    await click(element, "I have saved it");
    expect(textOf(element)).not.to.contain("EsTc");
    await type(element, "nope");
    expect(textOf(element)).to.contain("This is not what the key says there.");
    const asked = Number(textOf(element).match(/Group (\d+)/)![1]);
    await type(element, FAKE_KEY.split(" ")[asked - 1]!);
    expect(textOf(element)).to.contain("Your recovery key is set up.");
    await click(element, "Replace the recovery key");
    expect(textOf(element)).not.to.contain("EsTc");
  });

  it("forgets a key that was not confirmed when it is taken off the page, not when it is moved", async () => {
    const { element } = await mounted({ status: "none" });
    const { parentElement: parent } = element;
    await click(element, "Make a recovery key");
    parent!.append(element);
    await settled(element);
    expect(textOf(element)).to.contain(FAKE_KEY);
    element.remove();
    await settled(element);
    parent!.append(element);
    await settled(element);
    expect(textOf(element)).not.to.contain("EsTc");
  });

  it("refuses a wrong key and empties the field after the right one", async () => {
    const { element, session } = await mounted({ status: "locked", canSetUp: false, backup: { status: "locked" } });
    const field = element.shadowRoot!.querySelector("input")!;
    await type(element, "  ");
    expect(session.recovery.calls).to.deep.equal([]);
    await type(element, "wrong");
    expect(textOf(element)).to.contain("This is not the right key. Nothing was changed.");
    const changes: string[] = [];
    element.addEventListener("melo-recovery-change", ({ status }) => changes.push(status));
    await type(element, FAKE_KEY);
    expect(field.value).to.equal("");
    expect(changes).to.deep.equal(["ready"]);
    expect(element.matches(":state(ready)")).to.equal(true);
  });

  it("is removed only after a question, and can be kept", async () => {
    const { element, session } = await mounted({});
    await click(element, "Remove it");
    expect(textOf(element)).to.contain("It stops working, wherever it is written down.");
    await click(element, "Keep the key");
    expect(session.recovery.calls).to.deep.equal([]);
    await click(element, "Remove it");
    await click(element, "Remove it");
    expect(session.recovery.calls).to.deep.equal([["forget"]]);
    expect(textOf(element)).to.contain("Make a recovery key");
    expect(element.matches(":state(none)")).to.equal(true);
  });
});

describe("melo-key-backup", () => {
  it("shows the key that is made in it until it is saved, though all is well from the moment when there is one", async () => {
    const session = fakeSession({ recovery: { status: "none" } });
    const backup = await fixture<MeloKeyBackup>(html`<melo-key-backup .session=${session}></melo-key-backup>`);
    const inside = () => backup.shadowRoot!.querySelector("melo-recovery");
    await click(inside()!, "Make a recovery key");
    await backup.updateComplete;
    expect(session.recovery.state.status).to.equal("ready");
    expect(textOf(inside()!)).to.contain(FAKE_KEY);
    let saved = 0;
    backup.addEventListener("melo-recovery-saved", () => saved++);
    await click(inside()!, "I have saved it");
    await type(inside()!, FAKE_KEY);
    await backup.updateComplete;
    expect(saved).to.equal(1);
    expect(inside()).to.equal(null);
    expect(backup.shadowRoot!.textContent).to.contain("Your messages are backed up.");
  });

  it("leaves the recovery key to another tag where the page has one", async () => {
    const session = fakeSession({ recovery: { status: "none" } });
    const backup = await fixture<MeloKeyBackup>(html`<melo-key-backup without-recovery .session=${session}></melo-key-backup>`);
    expect(backup.shadowRoot!.querySelector("melo-recovery")).to.equal(null);
    expect(backup.shadowRoot!.textContent).to.contain("Make a recovery key, or nobody can open the backup.");
  });
});

async function mounted(recovery: FakeRecoveryOptions) {
  const session = fakeSession({ recovery });
  const element = await fixture<MeloRecovery>(html`<melo-recovery .session=${session}></melo-recovery>`);
  return { session, element };
}

async function click(element: MeloRecovery, label: string): Promise<void> {
  [...element.shadowRoot!.querySelectorAll("button")].find(({ textContent }) => textContent.trim() === label)!.click();
  await settled(element);
}

async function type(element: MeloRecovery, text: string): Promise<void> {
  element.shadowRoot!.querySelector("input")!.value = text;
  element.shadowRoot!.querySelector("form")!.requestSubmit();
  await settled(element);
}

/** The fake server answers in a task of its own. */
async function settled(element: MeloRecovery): Promise<void> {
  for (let task = 0; task < 3; task++) await new Promise((resolve) => setTimeout(resolve));
  await element.updateComplete;
}

function textOf(element: MeloRecovery): string {
  return element.shadowRoot!.textContent.replaceAll(/\s+/g, " ");
}
