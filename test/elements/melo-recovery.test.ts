import { expect, fixture, html } from "@open-wc/testing";

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
