import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-call-leave.js";
import "../src/elements/melo-camera-toggle.js";
import "../src/elements/melo-deafen-toggle.js";
import "../src/elements/melo-hand-toggle.js";
import "../src/elements/melo-mic-toggle.js";
import "../src/elements/melo-screen-share-toggle.js";
import type { FakeCallsOptions } from "./support/fake-calls.js";
import { fakeSession } from "./support/fake-session.js";
import { alice } from "./support/garden.js";
import { call, participant } from "./support/kitchen.js";

interface Args extends FakeCallsOptions {
  readonly labelled?: boolean;
}

const meta: Meta<Args> = {
  title: "Calls/toggles",
  component: "melo-mic-toggle",
  render: ({ labelled, ...calls }) => {
    const session = fakeSession({ calls, latency: 200 });
    return html`
      <melo-mic-toggle ?labelled=${labelled} .session=${session}></melo-mic-toggle>
      <melo-camera-toggle ?labelled=${labelled} .session=${session}></melo-camera-toggle>
      <melo-screen-share-toggle ?labelled=${labelled} .session=${session}></melo-screen-share-toggle>
      <melo-deafen-toggle ?labelled=${labelled} .session=${session}></melo-deafen-toggle>
      <melo-hand-toggle ?labelled=${labelled} .session=${session}></melo-hand-toggle>
      <melo-call-leave ?labelled=${labelled} .session=${session}></melo-call-leave>
    `;
  },
};
export default meta;

type Story = StoryObj<Args>;

const off = call({
  microphone: { status: "off" },
  deafened: true,
  camera: { status: "on" },
  screens: [{ id: "one", hint: "text", audio: true }],
  participants: [participant(alice, { muted: true, handRaisedAt: 1 })],
});

export const InACall: Story = { args: { call: call() } };
export const SwitchedTheOtherWay: Story = { args: { call: off } };
export const Labelled: Story = { args: { call: call(), labelled: true } };
export const LabelledTheOtherWay: Story = { args: { call: off, labelled: true } };
export const InNoCall: Story = { args: {} };
export const MayNotSpeak: Story = { args: { call: call({ canSpeak: false, microphone: { status: "off" } }) } };
/** The note beside the button says what is wrong, and what to do. */
export const MicrophoneDenied: Story = {
  args: { call: call({ microphone: { status: "denied" } }), failures: { setMicrophone: "microphone-denied" } },
  play: async ({ canvasElement }) => {
    const toggle = canvasElement.querySelector("melo-mic-toggle")!;
    await toggle.updateComplete;
    toggle.shadowRoot!.querySelector("button")!.click();
    await new Promise((resolve) => toggle.shadowRoot!.querySelector("[popover]")!.addEventListener("toggle", resolve, { once: true }));
  },
};
export const NoSession: Story = { render: () => html`<melo-mic-toggle session="there-is-none"></melo-mic-toggle>` };
