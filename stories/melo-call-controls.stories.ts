import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-call-controls.js";
import type { FakeCallsOptions } from "./support/fake-calls.js";
import { fakeSession } from "./support/fake-session.js";
import { call, microphones, cameras, speakers } from "./support/kitchen.js";
import { INITIAL_CALLS } from "../src/media/calls-state.js";

const devices = { ...INITIAL_CALLS.devices, microphones, cameras, speakers };

const meta: Meta<FakeCallsOptions> = {
  title: "Calls/melo-call-controls",
  component: "melo-call-controls",
  render: (calls) =>
    html`<melo-call-controls .session=${fakeSession({ calls: { devices, ...calls }, latency: 100 })}></melo-call-controls>`,
};
export default meta;

type Story = StoryObj<FakeCallsOptions>;

const open =
  (tag: string) =>
  async ({ canvasElement }: { canvasElement: HTMLElement }) => {
    const controls = canvasElement.querySelector("melo-call-controls")!;
    await controls.updateComplete;
    const inner = controls.shadowRoot!.querySelector<HTMLElement & { updateComplete: Promise<unknown> }>(tag)!;
    await inner.updateComplete;
    inner.shadowRoot!.querySelector("button")!.click();
    await inner.updateComplete;
  };

export const InACall: Story = { args: { call: call() } };
export const PushToTalk: Story = { args: { call: call({ pushToTalk: true, microphone: { status: "off" } }) } };
export const Sharing: Story = {
  args: {
    call: call({
      camera: { status: "on" },
      screens: [
        { id: "one", hint: "text", audio: true },
        { id: "two", hint: "motion", audio: false },
      ],
    }),
  },
};
export const Reactions: Story = { args: { call: call() }, play: open("melo-reaction-menu") };
export const ShareOptions: Story = { args: Sharing.args, play: open("melo-screen-share-menu") };
export const Settings: Story = { args: { call: call() }, play: open("melo-call-settings") };
export const InNoCall: Story = { args: {} };
export const MayNotSpeak: Story = { args: { call: call({ canSpeak: false, microphone: { status: "off" } }) } };
/** As on the stage of a call, which is dark in both schemes. */
export const OnADarkStage: Story = {
  args: { call: call({ microphone: { status: "off" } }) },
  render: (calls) =>
    html`<div style="color-scheme: dark; background: oklch(0.155 0.012 268); padding: 12px">
      <melo-call-controls .session=${fakeSession({ calls: { devices, ...calls } })}></melo-call-controls>
    </div>`,
};
export const NoSession: Story = { render: () => html`<melo-call-controls session="there-is-none"></melo-call-controls>` };
