import { expect, fixture, html, waitUntil } from "@open-wc/testing";

import "../../src/elements/melo-encryption-status.js";
import type { MeloEncryptionStatus } from "../../src/elements/melo-encryption-status.js";
import "../../src/elements/melo-identity-notice.js";
import type { MeloIdentityNotice } from "../../src/elements/melo-identity-notice.js";
import "../../src/elements/melo-room.js";
import type { MeloRoom } from "../../src/elements/melo-room.js";
import { fakeSession } from "../../stories/support/fake-session.js";
import { GARDEN } from "../../stories/support/garden.js";

const VERIFY = "This device is not verified";

describe("melo-encryption-status", () => {
  it("asks for the verification alone, also after it was put off: a room on the same page does not ask as well", async () => {
    const session = fakeSession({ rooms: { [GARDEN]: {} }, session: { crossSigning: "missing" }, identity: { status: "unverified" } });
    const page = await fixture(html`<div>
      <melo-encryption-status .session=${session}></melo-encryption-status><melo-room room=${GARDEN} .session=${session}></melo-room>
    </div>`);
    const [status, room] = [page.querySelector("melo-encryption-status")!, page.querySelector("melo-room")!];
    expect(await textOf(status)).to.contain(VERIFY);
    expect(await textOf(room)).not.to.contain(VERIFY);
    await click(status, "Later");
    expect(await textOf(status)).not.to.contain(VERIFY);
    expect(await textOf(room)).not.to.contain(VERIFY);
    status.remove();
    expect(await textOf(room)).to.contain(VERIFY);
    page.append(status);
    expect(await textOf(room)).not.to.contain(VERIFY);
    status.badge = true;
    await status.updateComplete;
    expect(await textOf(room), "an icon does not say it").to.contain(VERIFY);
  });

  it("tells of a new device that nobody has verified until the visitor says that it was them", async () => {
    const device = (deviceId: string, trust: "unverified" | "none") =>
      ({ deviceId, isCurrent: false, trust, isInactive: false, isNew: true }) as const;
    const devices = { state: { status: "ready", devices: [device("NEW", "unverified"), device("KEYLESS", "none")] } } as const;
    const session = fakeSession({ devices });
    const status = await fixture<MeloEncryptionStatus>(html`<melo-encryption-status .session=${session}></melo-encryption-status>`);
    expect(await textOf(status)).to.contain("Was this you?");
    await click(status, "This was me");
    expect(session.actions).to.deep.include(["acknowledgeDevices", ["NEW"]]);
    expect(await textOf(status)).not.to.contain("Was this you?");
    expect(status.matches(":state(ok)")).to.equal(true);
  });

  it("closes what it opened to verify this device once the visitor has seen that it is done, and not before", async () => {
    const session = fakeSession({ session: { crossSigning: "missing" }, identity: { status: "unverified" } });
    const status = await fixture<MeloEncryptionStatus>(html`<melo-encryption-status .session=${session}></melo-encryption-status>`);
    await click(status, "Verify this device");
    const dialog = () => document.querySelector("melo-dialog:has(> melo-verify-device)");
    await waitUntil(dialog, "its code comes", { timeout: 20_000 });
    await session.verification.request();
    await session.verification.cancel();
    await session.verification.dismiss();
    await settled(status);
    expect(dialog(), "another attempt begins there").to.exist;
    await session.verification.request();
    session.verification.source.merge({ status: "done" });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(dialog(), "still says that it is done").to.exist;
    await session.verification.dismiss();
    await waitUntil(() => !dialog());
  });

  it('T8: tells of somebody who is no longer verified, but not where the room does, and after "Later" only of the next one', async () => {
    const [bob, carol] = ["@bob:example.org", "@carol:example.org"];
    const WAITS = "your messages to them wait";
    const session = fakeSession({
      rooms: { [GARDEN]: { identities: { status: "ready", changed: [{ userId: bob, name: "Bob", wasVerified: true }] } } },
      identity: { changedPeople: [bob] },
    });
    const page = await fixture(html`<div>
      <melo-encryption-status .session=${session}></melo-encryption-status>
      <melo-identity-notice room=${GARDEN} .session=${session}></melo-identity-notice>
    </div>`);
    const [status, notice] = [page.querySelector("melo-encryption-status")!, page.querySelector("melo-identity-notice")!];
    await settled(notice);
    expect(await textOf(notice)).to.contain("Bob is no longer verified");
    expect(await textOf(status)).not.to.contain(WAITS);
    notice.remove();
    expect(await textOf(status)).to.contain(WAITS);
    await click(status, "Later");
    expect(await textOf(status)).not.to.contain(WAITS);
    session.identity.source.merge({ changedPeople: [bob, carol] });
    expect(await textOf(status)).to.contain(WAITS);
    session.identity.source.merge({ changedPeople: [] });
    expect(await textOf(status)).not.to.contain(WAITS);
    expect(status.matches(":state(ok)")).to.equal(true);
  });
});

async function click(status: MeloEncryptionStatus, label: string): Promise<void> {
  [...status.shadowRoot!.querySelectorAll("button")].find(({ textContent }) => textContent.trim() === label)!.click();
  await settled(status);
}

async function textOf(element: MeloEncryptionStatus | MeloIdentityNotice | MeloRoom): Promise<string> {
  await settled(element);
  return element.shadowRoot!.textContent.replaceAll(/\s+/g, " ");
}

async function settled(element: MeloEncryptionStatus | MeloIdentityNotice | MeloRoom): Promise<void> {
  for (let task = 0; task < 3; task++) await new Promise((resolve) => setTimeout(resolve));
  await element.updateComplete;
}
