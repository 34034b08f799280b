import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-call-bar.js";
import type { CallState } from "../src/media/calls-state.js";
import { fakeSession } from "./support/fake-session.js";
import { alice } from "./support/garden.js";
import { call, participant } from "./support/kitchen.js";

const meta: Meta<Partial<CallState>> = {
  title: "Calls/melo-call-bar",
  component: "melo-call-bar",
  render: (change) => html`<melo-call-bar .session=${fakeSession({ calls: { call: call(change) }, latency: 200 })}></melo-call-bar>`,
};
export default meta;

type Story = StoryObj<Partial<CallState>>;

export const SomebodySpeaks: Story = { args: {} };
export const Alone: Story = { args: { participants: [participant(alice)] } };
export const Deafened: Story = { args: { deafened: true, microphone: { status: "off" } } };
export const PushToTalk: Story = { args: { pushToTalk: true, microphone: { status: "off" } } };
export const Joining: Story = { args: { status: "joining", step: "access", participants: [] } };
export const Reconnecting: Story = { args: { status: "reconnecting" } };
export const SoundWaitsForAClick: Story = { args: { audioBlocked: true } };
export const Failed: Story = { args: { status: "failed", error: { code: "call-unreachable", message: "" } } };
export const WentOnElsewhere: Story = { args: { status: "failed", error: { code: "call-replaced", message: "" } } };
export const LongName: Story = { args: { name: "The very long table in the kitchen of the house at the end of the lane" } };
export const InNoCall: Story = { render: () => html`<melo-call-bar .session=${fakeSession()}></melo-call-bar>` };
export const NoSession: Story = { render: () => html`<melo-call-bar session="there-is-none"></melo-call-bar>` };
