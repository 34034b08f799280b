import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-call-grid.js";
import type { CallLayout } from "../src/elements/stage-order.js";
import type { Participant } from "../src/media/calls-state.js";
import { crowd, withScreen } from "./support/crowd.js";
import { fakeSession } from "./support/fake-session.js";
import { call } from "./support/kitchen.js";

interface Args {
  readonly participants?: readonly Participant[];
  readonly layout?: CallLayout;
  readonly height?: string;
}

const meta: Meta<Args> = {
  title: "Call/melo-call-grid",
  component: "melo-call-grid",
  render: ({ participants = crowd(4), layout = "auto", height = "30rem" }) => html`
    <melo-call-grid style="block-size: ${height}" layout=${layout} .session=${fakeSession({ calls: { call: call({ participants }) } })}></melo-call-grid>
  `,
};
export default meta;

type Story = StoryObj<Args>;

const [alice, bob, ...others] = crowd(5) as [Participant, Participant, ...Participant[]];

export const Four: Story = {};
export const Alone: Story = { args: { participants: crowd(1) } };
export const Pair: Story = { args: { participants: crowd(2) } };
export const Three: Story = { args: { participants: crowd(3) } };
export const Sixteen: Story = { args: { participants: crowd(16), height: "36rem" } };
export const Pages: Story = { args: { participants: crowd(40), height: "36rem" } };
export const Speaker: Story = { args: { participants: crowd(7), layout: "speaker" } };
export const ScreenShared: Story = { args: { participants: [alice, withScreen(bob), ...others] } };
export const TwoScreensOfOne: Story = { args: { participants: [alice, withScreen(withScreen(bob), "screen-2"), ...others] } };
export const OwnScreen: Story = { args: { participants: [withScreen(alice), bob, ...others] } };
export const Strip: Story = { args: { participants: crowd(9), height: "7rem" } };
export const InNoCall: Story = {
  render: () => html`<melo-call-grid style="block-size: 12rem" .session=${fakeSession()}></melo-call-grid>`,
};
export const NoSession: Story = { render: () => html`<melo-call-grid style="block-size: 12rem" session="there-is-none"></melo-call-grid>` };
