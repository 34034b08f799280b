import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-voice-channel-list.js";
import type { VoiceChannelsState } from "../src/matrix/voice-channels-state.js";
import type { FakeCallsOptions } from "./support/fake-calls.js";
import { fakeSession, type FakeSessionOptions } from "./support/fake-session.js";
import { KITCHEN_ID, call, member, members } from "./support/kitchen.js";
import { bob } from "./support/garden.js";

interface Args extends Partial<VoiceChannelsState> {
  readonly calls?: FakeCallsOptions;
  readonly session?: FakeSessionOptions["session"];
}

const SPACE = "#village:example.org";
const channels = [
  { roomId: KITCHEN_ID, name: "Kitchen table", isJoined: true },
  { roomId: "!bench:example.org", name: "Bench under the quince tree", isJoined: true },
  { roomId: "!attic:example.org", name: "Attic", isJoined: false },
];
const rooms: FakeSessionOptions["rooms"] = {
  [KITCHEN_ID]: { call: { roomId: KITCHEN_ID, name: "Kitchen table", members } },
  "!bench:example.org": { call: { roomId: "!bench:example.org", name: "Bench under the quince tree", members: [member(bob, 3)].slice(1) } },
  "!attic:example.org": { call: { canJoin: "not-joined" }, room: { status: "joinable", name: "Attic" } },
};

const meta: Meta<Args> = {
  title: "Calls/melo-voice-channel-list",
  component: "melo-voice-channel-list",
  render: ({ calls, session, ...state }) =>
    html`<melo-voice-channel-list
      space=${SPACE}
      .session=${fakeSession({ calls, session, rooms, voiceChannels: { [SPACE]: { name: "Village", channels, ...state } } })}
    ></melo-voice-channel-list>`,
};
export default meta;

type Story = StoryObj<Args>;

export const Ready: Story = { args: {} };
export const InOneOfThem: Story = { args: { calls: { call: call({ room: KITCHEN_ID }) } } };
export const Empty: Story = { args: { channels: [] } };
export const Loading: Story = { args: { status: "loading", channels: [] } };
export const Failed: Story = { args: { status: "failed", channels: [], error: { code: "homeserver-unreachable", message: "" } } };
export const SignedOut: Story = { args: { session: { status: "signed-out", account: undefined } } };
export const NoSpace: Story = { render: () => html`<melo-voice-channel-list .session=${fakeSession()}></melo-voice-channel-list>` };
export const NoSession: Story = {
  render: () => html`<melo-voice-channel-list space=${SPACE} session="there-is-none"></melo-voice-channel-list>`,
};
