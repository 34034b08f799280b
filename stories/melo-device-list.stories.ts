import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-device-list.js";
import type { SessionApi } from "../src/session/session-api.js";
import { all, current, device, phone } from "./support/fake-devices.js";
import { fakeSession } from "./support/fake-session.js";

interface Args {
  readonly session: SessionApi;
}

const meta: Meta<Args> = {
  title: "Trust/melo-device-list",
  component: "melo-device-list",
  render: ({ session }) => html`<melo-device-list .session=${session}></melo-device-list>`,
};
export default meta;

const offline = { code: "offline", message: "" } as const;

export const Ready: StoryObj<Args> = { args: { session: fakeSession({ devices: { state: { status: "ready", devices: all } } }) } };
/** The server asks for the password, which is "secret". */
export const AsksForThePassword: StoryObj<Args> = {
  args: { session: fakeSession({ devices: { state: { status: "ready", devices: all }, password: "secret" }, latency: 600 }) },
};
export const OnlyThisDevice: StoryObj<Args> = {
  args: { session: fakeSession({ devices: { state: { status: "ready", devices: [current] } } }) },
};
export const Loading: StoryObj<Args> = { args: { session: fakeSession() } };
export const Failed: StoryObj<Args> = {
  args: { session: fakeSession({ devices: { state: { status: "failed", error: { code: "homeserver-unreachable", message: "" } } } }) },
};
export const FailedOffline: StoryObj<Args> = {
  args: { session: fakeSession({ devices: { state: { status: "failed", error: offline } } }) },
};
export const Offline: StoryObj<Args> = {
  args: {
    session: fakeSession({
      session: { status: "reconnecting", error: offline },
      devices: { state: { status: "ready", devices: [current, phone], error: offline } },
    }),
  },
};
export const SignedOut: StoryObj<Args> = {
  args: { session: fakeSession({ session: { status: "signed-out", account: undefined } }) },
};
export const LongNames: StoryObj<Args> = {
  args: {
    session: fakeSession({
      devices: {
        state: { status: "ready", devices: [current, device("LONG", "Browser".repeat(14)), device("RTL", "حاسوب أليس في الحديقة")] },
      },
    }),
  },
};
export const Renaming: StoryObj<Args> = {
  args: { session: fakeSession({ devices: { state: { status: "ready", devices: [current, phone] } } }) },
  play: async ({ canvasElement }) => {
    const list = canvasElement.querySelector("melo-device-list")!;
    await list.updateComplete;
    const row = list.shadowRoot!.querySelectorAll("melo-device-row")[1]!;
    await row.updateComplete;
    row.shadowRoot!.querySelector<HTMLElement>(".rename")!.click();
    await row.updateComplete;
  },
};
export const Selected: StoryObj<Args> = {
  args: { session: fakeSession({ devices: { state: { status: "ready", devices: all } } }) },
  play: async ({ canvasElement }) => {
    const list = canvasElement.querySelector("melo-device-list")!;
    await list.updateComplete;
    list.shadowRoot!.querySelector<HTMLElement>(".selection input")!.click();
    await list.updateComplete;
  },
};
