import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-call-ring.js";
import type { IncomingCall } from "../src/media/calls-state.js";
import type { FakeCallsOptions } from "./support/fake-calls.js";
import { fakeSession } from "./support/fake-session.js";
import { AFTERNOON, bob } from "./support/garden.js";

const meta: Meta<FakeCallsOptions> = {
  title: "Call/melo-call-ring",
  component: "melo-call-ring",
  render: (calls) => html`<melo-call-ring silent .session=${fakeSession({ calls })}></melo-call-ring>`,
};
export default meta;

type Story = StoryObj<FakeCallsOptions>;

const incoming: IncomingCall = {
  id: "$ring",
  roomId: "!bob:example.org",
  roomName: bob.name,
  callerName: bob.name,
  callerId: bob.userId,
  callerAvatar: bob.avatar,
  intent: "audio",
  status: "ringing",
  at: AFTERNOON,
};

export const Ringing: Story = { args: { incoming: [incoming] } };
export const RingingWithVideo: Story = { args: { incoming: [{ ...incoming, intent: "video" }] } };
export const FromARoom: Story = { args: { incoming: [{ ...incoming, roomName: "Garden" }] } };
export const Missed: Story = { args: { incoming: [{ ...incoming, status: "missed" }] } };
export const Several: Story = {
  args: { incoming: [incoming, { ...incoming, id: "$2", status: "missed", intent: "video", roomName: "Garden" }] },
};
export const LongNames: Story = {
  args: {
    incoming: [
      {
        ...incoming,
        callerName: "Bartholomäus von und zu Hohenschwangau".repeat(3),
        roomName: "حديقة Garden of all the neighbours ".repeat(3),
      },
    ],
  },
};
export const AcceptFails: Story = {
  args: { incoming: [incoming], failures: { accept: "call-unreachable" } },
  play: async ({ canvasElement }) => {
    const ring = canvasElement.querySelector("melo-call-ring")!;
    await ring.updateComplete;
    ring.shadowRoot!.querySelector<HTMLElement>(".filled")!.click();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await ring.updateComplete;
  },
};
export const Nobody: Story = {};
export const NoSession: Story = { render: () => html`<melo-call-ring session="there-is-none"></melo-call-ring>` };
