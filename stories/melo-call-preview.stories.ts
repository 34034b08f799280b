import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-call-preview.js";
import type { MeloCallPreview } from "../src/elements/melo-call-preview.js";
import type { CallsState, LocalSource } from "../src/media/calls-state.js";
import type { RoomCallState } from "../src/media/room-call-state.js";
import { fakeSession } from "./support/fake-session.js";
import { KITCHEN, KITCHEN_ID, cameras, member, members, microphones, speakers } from "./support/kitchen.js";
import { person } from "./support/garden.js";
import { INITIAL_CALLS } from "../src/media/calls-state.js";

interface Args {
  readonly inside?: Partial<RoomCallState>;
  readonly calls?: Partial<CallsState>;
}

const session = ({ inside, calls }: Args) =>
  fakeSession({
    rooms: { [KITCHEN]: { room: { name: "Kitchen table" }, call: { roomId: KITCHEN_ID, name: "Kitchen table", members, ...inside } } },
    calls: { devices: { ...INITIAL_CALLS.devices, microphones, cameras, speakers }, ...calls },
  });

const meta: Meta<Args> = {
  title: "Call/melo-call-preview",
  component: "melo-call-preview",
  render: (args) => html`<melo-call-preview room=${KITCHEN} .session=${session(args)}></melo-call-preview>`,
};
export default meta;

type Story = StoryObj<Args>;

/** Camera and microphone are tried out. */
const trying = (camera: LocalSource["status"], microphone: LocalSource["status"] = "on"): Story => ({
  args: {
    calls: {
      preview: { camera: { status: camera }, microphone: { status: microphone }, cameraTrack: camera === "on" ? "preview" : undefined },
    },
  },
  play: async ({ canvasElement }) => {
    const preview = canvasElement.querySelector<MeloCallPreview>("melo-call-preview")!;
    await preview.updateComplete;
    preview.shadowRoot!.querySelector<HTMLElement>(".actions .outlined")!.click();
    await preview.updateComplete;
  },
});
const inside = (state: Partial<RoomCallState>): Story => ({ args: { inside: state } });

export const Ready: Story = {};
export const Trying = trying("on");
export const CameraDenied = trying("denied");
export const NoDevices = trying("missing", "missing");
export const Busy = trying("busy");
export const NobodyInside = inside({ members: [] });
export const ManyInside = inside({ members: Array.from({ length: 9 }, (_, index) => member(person(`Guest${index} Somebody`), index)) });
export const Unreadable = inside({ members: [], unreadable: true });
export const ListenOnly = inside({ canSpeak: false });
export const MayNotJoin = inside({ canJoin: "no-permission" });
export const NoService = inside({ canJoin: "no-service", members: [] });
export const NotInTheRoom = inside({ canJoin: "not-joined", members: [] });
export const Loading = inside({ status: "loading" });
export const Failed = inside({ status: "failed", error: { code: "homeserver-unreachable", message: "" } });
export const InAnotherTab: Story = { args: { calls: { elsewhere: { roomId: KITCHEN_ID } } } };
export const NoRoom: Story = { render: () => html`<melo-call-preview .session=${fakeSession()}></melo-call-preview>` };
export const NoSession: Story = { render: () => html`<melo-call-preview room=${KITCHEN} session="there-is-none"></melo-call-preview>` };
