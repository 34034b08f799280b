import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-call.js";
import "../src/elements/melo-room.js";
import type { CallState } from "../src/media/calls-state.js";
import type { RoomCallState } from "../src/media/room-call-state.js";
import type { RoomState } from "../src/matrix/room-state.js";
import type { SessionState } from "../src/session/session-state.js";
import { crowd, withScreen } from "./support/crowd.js";
import { fakeSession } from "./support/fake-session.js";
import { bob, conversation } from "./support/garden.js";
import { KITCHEN, KITCHEN_ID, call, members, participant, track } from "./support/kitchen.js";

interface Args {
  readonly inCall?: Partial<CallState>;
  readonly inside?: Partial<RoomCallState>;
  readonly inRoom?: Partial<RoomState>;
  readonly inSession?: Partial<SessionState>;
  readonly height?: string;
}

const session = ({ inCall, inside, inRoom, inSession }: Args) =>
  fakeSession({
    session: inSession,
    rooms: {
      [KITCHEN]: {
        room: { name: "Kitchen table", roomId: KITCHEN_ID, ...inRoom },
        timeline: { items: conversation },
        call: { roomId: KITCHEN_ID, name: "Kitchen table", members, ...inside },
      },
    },
    calls: inCall && { call: call({ participants: crowd(4), camera: { status: "on" }, ...inCall }) },
  });

const meta: Meta<Args> = {
  title: "Call/melo-call",
  component: "melo-call",
  render: (args) => html`<melo-call style="block-size: ${args.height ?? "34rem"}" room=${KITCHEN} .session=${session(args)}></melo-call>`,
};
export default meta;

type Story = StoryObj<Args>;

const inCall = (state: Partial<CallState> = {}, args: Args = {}): Story => ({ args: { inCall: state, ...args } });
const [alice, guest, ...others] = crowd(5) as [ReturnType<typeof participant>, ReturnType<typeof participant>];
const { id } = participant(bob);

export const Connected = inCall();
export const Lobby: Story = {};
export const Joining = inCall({ status: "joining", step: "connection", participants: [] });
export const Alone = inCall({ participants: crowd(1) });
export const TwoPeople = inCall({ participants: crowd(2) });
export const Sixteen = inCall({ participants: crowd(16) });
export const ScreenShared = inCall({ participants: [alice, withScreen(guest), ...others] });
export const Reconnecting = inCall({ status: "reconnecting" });
export const Leaving = inCall({ status: "leaving" });
export const Failed = inCall({ status: "failed", participants: [], error: { code: "call-unreachable", message: "" } });
export const FailedForGood = inCall({ status: "failed", participants: [], error: { code: "call-encryption-failed", message: "" } });
export const MicrophoneDenied = inCall({ microphone: { status: "denied" }, camera: { status: "off" } });
export const SoundBlocked = inCall({ audioBlocked: true });
export const Intruder = inCall({ intruders: 1 });
export const NotEncrypted = inCall({ encrypted: false });
export const ClearMedia = inCall({
  participants: [
    ...crowd(2),
    participant(bob, {
      id: `${id}2`,
      name: "Eve",
      tracks: [track(id, "microphone", { blocked: "not-encrypted" }), track(id, "camera", { blocked: "not-encrypted" })],
    }),
  ],
});
export const Small = inCall({}, { height: "14rem" });
export const NoService: Story = { args: { inside: { canJoin: "no-service", members: [] } } };
export const NotInTheRoom: Story = { args: { inRoom: { status: "joinable" } } };
export const Loading: Story = { args: { inRoom: { status: "loading" } } };
export const Starting: Story = { args: { inSession: { status: "starting", step: "encryption" }, inRoom: { status: "loading" } } };
export const SignedOut: Story = { args: { inSession: { status: "signed-out", account: undefined } } };
export const WithChat: Story = {
  args: { inCall: {} },
  render: (args) => {
    const shared = session(args);
    return html`
      <div style="display: grid; grid-template-columns: repeat(auto-fit, minmax(min(280px, 100%), 1fr)); gap: 12px; block-size: 36rem">
        <melo-call room=${KITCHEN} .session=${shared}></melo-call>
        <melo-room room=${KITCHEN} .session=${shared}></melo-room>
      </div>
    `;
  },
};
export const NoRoom: Story = { render: () => html`<melo-call style="block-size: 16rem" .session=${fakeSession()}></melo-call>` };
export const NoSession: Story = {
  render: () => html`<melo-call style="block-size: 16rem" room=${KITCHEN} session="there-is-none"></melo-call>`,
};
