import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-voice-channel.js";
import type { RoomState } from "../src/matrix/room-state.js";
import type { RoomCallState } from "../src/media/room-call-state.js";
import type { FakeCallsOptions } from "./support/fake-calls.js";
import { fakeSession, type FakeSessionOptions } from "./support/fake-session.js";
import { alice, bob, carol, person } from "./support/garden.js";
import { KITCHEN, KITCHEN_ID, call, guests, member, members, participant, track } from "./support/kitchen.js";

interface Args {
  readonly inside?: Partial<RoomCallState>;
  readonly room?: Partial<RoomState>;
  readonly calls?: FakeCallsOptions;
  readonly session?: FakeSessionOptions["session"];
}

const meta: Meta<Args> = {
  title: "Calls/melo-voice-channel",
  component: "melo-voice-channel",
  render: ({ inside, room, calls, session }) => {
    const kitchen = { room, call: { roomId: KITCHEN_ID, name: "Kitchen table", isVoiceChannel: true, members, ...inside } };
    return html`<melo-voice-channel
      room=${KITCHEN}
      .session=${fakeSession({ rooms: { [KITCHEN]: kitchen }, calls, session, latency: 300 })}
    ></melo-voice-channel>`;
  },
};
export default meta;

type Story = StoryObj<Args>;

const broken = (code: "call-unreachable" | "call-replaced" | "microphone-denied") =>
  ({ call: call({ status: "failed", participants: [], error: { code, message: "" } }) }) as const;

export const Occupied: Story = { args: {} };
export const Empty: Story = { args: { inside: { members: [] } } };
export const Inside: Story = { args: { calls: { call: call() } } };
export const InsideMutedAndDeafened: Story = {
  args: {
    calls: {
      call: call({
        deafened: true,
        microphone: { status: "off" },
        participants: [participant(alice, { muted: true, deafened: true }), ...guests],
      }),
    },
  },
};
export const EverybodyDoesSomething: Story = {
  args: {
    calls: {
      call: call({
        participants: [
          participant(alice, { handRaisedAt: 1, tracks: [track("a", "microphone"), track("a", "camera")] }),
          participant(bob, { speaking: true, locallyMuted: true }),
          participant(carol, { presence: "waiting" }),
          participant(person("Eve"), { maySpeak: false }),
        ],
      }),
    },
  },
};
export const Joining: Story = { args: { calls: { call: call({ status: "joining", step: "keys", participants: [] }) } } };
export const Reconnecting: Story = { args: { calls: { call: call({ status: "reconnecting" }) } } };
export const ListenOnly: Story = {
  args: {
    calls: {
      call: call({ canSpeak: false, microphone: { status: "off" }, participants: [participant(alice, { maySpeak: false }), ...guests] }),
    },
  },
};
export const FailedToJoin: Story = { args: { calls: broken("call-unreachable") } };
export const WentOnElsewhere: Story = { args: { calls: broken("call-replaced") } };
export const InAnotherTab: Story = {
  args: { inside: { members: [member(alice, 0), ...members] }, calls: { elsewhere: { roomId: KITCHEN_ID } } },
};
export const OnAnotherDevice: Story = { args: { inside: { members: [member(alice, 0), ...members] } } };
export const NoPermission: Story = { args: { inside: { canJoin: "no-permission" } } };
export const NoService: Story = { args: { inside: { canJoin: "no-service", members: [] } } };
export const KeysMissing: Story = { args: { inside: { unreadable: true, members: [] } } };
export const NotEncrypted: Story = { args: { inside: { encrypted: false } } };
export const NotInTheRoom: Story = {
  args: { inside: { canJoin: "not-joined", members: [], name: "" }, room: { status: "joinable", name: "Kitchen table" } },
};
export const Banned: Story = {
  args: { inside: { canJoin: "not-joined", members: [], name: "" }, room: { status: "banned", name: "Kitchen table" } },
};
export const Loading: Story = { args: { inside: { status: "loading", name: "", members: [] } } };
export const Failed: Story = {
  args: { inside: { status: "failed", members: [], error: { code: "homeserver-unreachable", message: "" } } },
};
export const LongNames: Story = {
  args: {
    inside: {
      name: "The very long table in the kitchen of the house at the end of the lane",
      members: [
        member(person("Bartholomäus von und zu Hohenschwangau-Neuschwanstein"), 0, { muted: true, sharing: true, camera: true }),
        member(person("مريم في الحديقة"), 1),
      ],
    },
  },
};
/** The menu of somebody, as a moderator has it. */
export const Menu: Story = {
  args: { inside: { canRemove: true }, calls: { call: call({ canRemove: true }) } },
  play: async ({ canvasElement }) => {
    const channel = canvasElement.querySelector("melo-voice-channel")!;
    await channel.updateComplete;
    const list = channel.shadowRoot!.querySelector("melo-participant-list")!;
    await list.updateComplete;
    list.shadowRoot!.querySelectorAll<HTMLElement>(".person")[1]!.click();
    await list.updateComplete;
  },
};
export const SignedOut: Story = { args: { session: { status: "signed-out", account: undefined } } };
export const NoRoom: Story = { render: () => html`<melo-voice-channel .session=${fakeSession()}></melo-voice-channel>` };
export const NoSession: Story = { render: () => html`<melo-voice-channel room=${KITCHEN} session="there-is-none"></melo-voice-channel>` };
