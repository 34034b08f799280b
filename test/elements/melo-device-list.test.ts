import { expect, fixture, html, oneEvent, waitUntil } from "@open-wc/testing";

import "../../src/elements/melo-device-list.js";
import type { MeloDevicesChangeEvent } from "../../src/elements/device-events.js";
import type { MeloDeviceList } from "../../src/elements/melo-device-list.js";
import type { MeloDeviceRow } from "../../src/elements/melo-device-row.js";
import { MeloError } from "../../src/internal/errors.js";
import { all, current, fresh, phone, type FakeDevicesOptions } from "../../stories/support/fake-devices.js";
import { fakeSession } from "../../stories/support/fake-session.js";

describe("<melo-device-list>", () => {
  it("renames in place: Enter saves, Escape keeps the old name, and the focus comes back", async () => {
    const { list, session, row } = await show();
    const phones = row(phone.deviceId);
    await edit(phones, "Never saved", "Escape");
    expect(calls(session, "renameDevice")).to.deep.equal([]);
    const changed = oneEvent<MeloDevicesChangeEvent>(list, "melo-devices-change");
    await edit(phones, " Garden phone ", "Enter");
    const { change, deviceIds } = await changed;
    expect([change, deviceIds]).to.deep.equal(["renamed", [phone.deviceId]]);
    expect(calls(session, "renameDevice")).to.deep.equal([[phone.deviceId, "Garden phone"]]);
    await waitUntil(() => phones.shadowRoot!.activeElement?.classList.contains("rename"));
    expect(phones.shadowRoot!.querySelector("strong")!.textContent).to.equal("Garden phone");
  });

  it("says why a name could not be saved, and keeps it in the field", async () => {
    const { row } = await show({ failure: new MeloError("homeserver-unreachable", "") });
    const phones = row(phone.deviceId);
    await edit(phones, "Garden phone", "Enter");
    await waitUntil(() => phones.shadowRoot!.querySelector("[role=alert] .notice"));
    expect(phones.shadowRoot!.querySelector<HTMLInputElement>(".edit input")!.value).to.equal("Garden phone");
  });

  it("asks before it signs out, and does nothing on no", async () => {
    const { list, session, row, dialog } = await show();
    button(row(phone.deviceId), "Sign out").click();
    await waitUntil(() => dialog().open);
    dialog().close("cancel");
    await waitUntil(() => !list.matches("[busy]") && !dialog().open);
    expect(calls(session, "signOutDevices")).to.deep.equal([]);
  });

  it("asks for the password only when the server wants it, again when it was wrong, and empties the field", async () => {
    const { list, session, row, dialog, field } = await show({ password: "secret" });
    button(row(phone.deviceId), "Sign out").click();
    await waitUntil(() => dialog().open);
    expect(field() === null, "not yet").to.equal(true);
    const changed = oneEvent<MeloDevicesChangeEvent>(list, "melo-devices-change");
    dialog().close("confirm");
    for (const password of ["", "wrong", "secret"]) {
      await waitUntil(() => dialog().open && field());
      expect(field()!.value).to.equal("");
      field()!.value = password;
      field()!.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
      await waitUntil(() => !dialog().open);
    }
    expect((await changed).change).to.equal("signed-out");
    const ids = [phone.deviceId];
    expect(calls(session, "signOutDevices")).to.deep.equal([
      [ids, undefined],
      [ids, "wrong"],
      [ids, "secret"],
    ]);
    expect(field() === null, "the field is gone").to.equal(true);
    expect(list.shadowRoot!.querySelector("[role=status]")!.textContent).to.match(/signed out/);
  });

  it("selects all others and signs them out together, never the current one", async () => {
    const { list, session, dialog } = await show();
    list.shadowRoot!.querySelector<HTMLInputElement>(".selection input")!.click();
    await list.updateComplete;
    list.shadowRoot!.querySelector<HTMLButtonElement>(".selection button")!.click();
    await waitUntil(() => dialog().open);
    dialog().close("confirm");
    await waitUntil(() => session.devices.state.devices.length === 1);
    expect(session.devices.state.devices[0]!.deviceId).to.equal(current.deviceId);
    await waitUntil(() => list.shadowRoot!.textContent.includes("Only this device"));
  });

  it("says why devices could not be signed out", async () => {
    const { list, row, dialog } = await show({ failure: new MeloError("proof-unsupported", "") });
    button(row(phone.deviceId), "Sign out").click();
    await waitUntil(() => dialog().open);
    dialog().close("confirm");
    await waitUntil(() => list.shadowRoot!.querySelector("[role=alert]"));
    expect(list.shadowRoot!.querySelector("[role=alert]")!.textContent).to.match(/account page/);
  });

  it("marks a new device until the visitor knows it", async () => {
    const { list, row } = await show();
    expect(list.matches(":state(unverified)")).to.equal(true);
    const [known] = row(fresh.deviceId).shadowRoot!.querySelectorAll<HTMLElement>(".notice .link");
    known!.click();
    await waitUntil(() => !list.matches(":state(unverified)"));
    await waitUntil(() => !row(fresh.deviceId).shadowRoot!.querySelector(".notice"));
  });

  it("tries again when the list could not be loaded", async () => {
    const failed = { status: "failed", error: { code: "homeserver-unreachable", message: "" }, devices: [] } as const;
    const { list, session } = await show({ state: failed });
    expect(list.matches(":state(failed)")).to.equal(true);
    list.shadowRoot!.querySelector<HTMLElement>(".notice .link")!.click();
    await waitUntil(() => !list.matches(":state(failed)"));
    expect(calls(session, "refreshDevices")).to.have.length(1);
  });
});

async function show(options: FakeDevicesOptions = {}) {
  const session = fakeSession({ devices: { state: { status: "ready", devices: all }, ...options } });
  const list = await fixture<MeloDeviceList>(html`<melo-device-list .session=${session}></melo-device-list>`);
  const signOut = () => list.shadowRoot!.querySelector("melo-device-sign-out")!.shadowRoot!;
  const row = (id: string) => list.shadowRoot!.querySelector<MeloDeviceRow>(`melo-device-row[data-id="${id}"]`)!;
  const dialog = () => signOut().querySelector("melo-dialog")!.shadowRoot!.querySelector("dialog")!;
  const field = () => signOut().querySelector("input");
  return { session, list, row, dialog, field };
}

async function edit(row: MeloDeviceRow, name: string, key: "Enter" | "Escape"): Promise<void> {
  row.shadowRoot!.querySelector<HTMLElement>(".rename")!.click();
  await waitUntil(() => row.shadowRoot!.activeElement?.matches(".edit input"));
  const field = row.shadowRoot!.activeElement as HTMLInputElement;
  field.value = name;
  if (key === "Enter") field.form!.requestSubmit();
  else field.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  if (key === "Escape") await waitUntil(() => row.shadowRoot!.activeElement?.classList.contains("rename"));
}

function button(row: MeloDeviceRow, title: string): HTMLElement {
  return row.shadowRoot!.querySelector<HTMLElement>(`button[title="${title}"]`)!;
}

function calls(session: ReturnType<typeof fakeSession>, name: string): unknown[][] {
  return session.actions.filter(([called]) => called === name).map(([, ...args]) => args);
}
