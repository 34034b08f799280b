import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-device-picker.js";
import { INITIAL_CALLS, type CallsState, type DeviceKind } from "../src/media/calls-state.js";
import type { FakeCallsOptions } from "./support/fake-calls.js";
import { fakeSession } from "./support/fake-session.js";
import { call, cameras, microphones, speakers } from "./support/kitchen.js";

interface Args {
  readonly kind?: DeviceKind;
  readonly devices?: Partial<CallsState["devices"]>;
  readonly settings?: Partial<CallsState["settings"]>;
  readonly calls?: FakeCallsOptions;
}

const meta: Meta<Args> = {
  title: "Calls/melo-device-picker",
  component: "melo-device-picker",
  render: ({ kind = "microphone", devices, settings, calls }) =>
    html`<melo-device-picker
      kind=${kind}
      .session=${fakeSession({
        calls: {
          devices: { ...INITIAL_CALLS.devices, microphones, cameras, speakers, ...devices },
          settings: { ...INITIAL_CALLS.settings, ...settings },
          ...calls,
        },
      })}
    ></melo-device-picker>`,
};
export default meta;

type Story = StoryObj<Args>;

export const Microphone: Story = { args: {} };
export const MicrophoneInACall: Story = { args: { calls: { call: call() } } };
export const FilterIsLoading: Story = {
  args: { settings: { noiseFilter: true }, calls: { call: { ...call(), microphone: { status: "on", noiseFilter: "starting" } } } },
};
export const FilterFailed: Story = {
  args: { settings: { noiseFilter: true }, calls: { call: { ...call(), microphone: { status: "on", noiseFilter: "failed" } } } },
};
export const PushToTalk: Story = { args: { settings: { pushToTalk: true } } };
export const Camera: Story = { args: { kind: "camera" } };
export const Speaker: Story = { args: { kind: "speaker" } };
export const SpeakerThatCannotBeChosen: Story = { args: { kind: "speaker", devices: { speakers: [] } } };
export const NotAllowedYet: Story = { args: { devices: { microphones: [{ id: "", label: "" }] } } };
export const NoDevices: Story = { args: { devices: { microphones: [] } } };
export const Denied: Story = {
  args: { devices: { microphones: [{ id: "", label: "" }] }, calls: { failures: { refreshDevices: "microphone-denied" } } },
};
export const ChosenOneIsUnplugged: Story = { args: { devices: { microphone: "gone" } } };
export const NoSession: Story = { render: () => html`<melo-device-picker session="there-is-none"></melo-device-picker>` };
