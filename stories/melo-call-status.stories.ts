import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-call-status.js";
import type { BlockReason, CallState, TrackSource } from "../src/media/calls-state.js";
import { fakeSession } from "./support/fake-session.js";
import { alice, bob, person } from "./support/garden.js";
import { call, participant, track } from "./support/kitchen.js";

const meta: Meta<Partial<CallState>> = {
  title: "Calls/melo-call-status",
  component: "melo-call-status",
  render: (change) => html`<melo-call-status .session=${fakeSession({ calls: { call: call(change) } })}></melo-call-status>`,
};
export default meta;

type Story = StoryObj<Partial<CallState>>;

const blocked = (reason: BlockReason, source: TrackSource = "microphone", blockedSince?: number) => ({
  participants: [participant(alice), participant(bob, { tracks: [track("b", source, { blocked: reason, blockedSince })] })],
});

export const AllIsWell: Story = { args: {} };
export const NotEncrypted: Story = { args: { encrypted: false } };
export const Joining: Story = { args: { status: "joining", step: "connection" } };
export const Reconnecting: Story = { args: { status: "reconnecting" } };
export const WaitingForAKey: Story = { args: blocked("key-missing", "microphone", Date.now()) };
export const KeyHasNotCome: Story = { args: blocked("key-missing", "microphone", Date.now() - 20_000) };
export const SoundInClear: Story = { args: blocked("not-encrypted") };
export const ScreenInClear: Story = { args: blocked("not-encrypted", "screen") };
export const WrongKey: Story = { args: blocked("key-wrong") };
export const RefusedKey: Story = { args: blocked("key-refused") };
export const MayNotSpeak: Story = { args: blocked("not-allowed") };
export const Intruder: Story = { args: { intruders: 1 } };
export const Intruders: Story = { args: { intruders: 3, encrypted: false } };
export const SoundWaitsForAClick: Story = { args: { audioBlocked: true } };
export const MicrophoneDenied: Story = { args: { microphone: { status: "denied" } } };
export const CameraBusy: Story = { args: { camera: { status: "busy" } } };
export const ListenOnly: Story = { args: { canSpeak: false } };
export const Failed: Story = { args: { status: "failed", error: { code: "call-encryption-failed", message: "" } } };
export const EverythingAtOnce: Story = {
  args: {
    status: "reconnecting",
    audioBlocked: true,
    intruders: 2,
    microphone: { status: "missing" },
    participants: [
      participant(alice),
      participant(person("Bartholomäus von und zu Hohenschwangau"), { tracks: [track("x", "camera", { blocked: "not-encrypted" })] }),
    ],
  },
};
export const InNoCall: Story = { render: () => html`<melo-call-status .session=${fakeSession()}></melo-call-status>` };
export const NoSession: Story = { render: () => html`<melo-call-status session="there-is-none"></melo-call-status>` };
