import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-voice-presence.js";
import type { RoomCallState } from "../src/media/room-call-state.js";
import { fakeSession } from "./support/fake-session.js";
import { person } from "./support/garden.js";
import { KITCHEN, member, members } from "./support/kitchen.js";

interface Args extends Partial<RoomCallState> {
  readonly compact?: boolean;
}

const meta: Meta<Args> = {
  title: "Calls/melo-voice-presence",
  component: "melo-voice-presence",
  render: ({ compact, ...call }) =>
    html`<melo-voice-presence
      room=${KITCHEN}
      ?compact=${compact}
      .session=${fakeSession({ rooms: { [KITCHEN]: { call: { name: "Kitchen table", members, ...call } } } })}
    ></melo-voice-presence>`,
};
export default meta;

type Story = StoryObj<Args>;

const crowd = [...members, ...["Eve", "Frank", "Grace", "Heidi"].map((name, index) => member(person(name), 10 + index))];

export const Occupied: Story = { args: {} };
export const Compact: Story = { args: { compact: true } };
export const CompactCrowd: Story = { args: { compact: true, members: crowd } };
export const Empty: Story = { args: { members: [] } };
export const CompactEmpty: Story = { args: { members: [], compact: true } };
export const Unreadable: Story = { args: { members: [], unreadable: true } };
export const NotInTheRoom: Story = { args: { members: [], canJoin: "not-joined" } };
export const Loading: Story = { args: { status: "loading", members: [] } };
export const Failed: Story = { args: { status: "failed", members: [], error: { code: "homeserver-unreachable", message: "" } } };
export const SignedOut: Story = {
  render: () =>
    html`<melo-voice-presence room=${KITCHEN} .session=${fakeSession({ session: { status: "signed-out", account: undefined } })}></melo-voice-presence>`,
};
export const NoRoom: Story = { render: () => html`<melo-voice-presence .session=${fakeSession()}></melo-voice-presence>` };
export const NoSession: Story = { render: () => html`<melo-voice-presence room=${KITCHEN} session="there-is-none"></melo-voice-presence>` };
