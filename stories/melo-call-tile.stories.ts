import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-call-tile.js";
import type { CallState, Participant, ParticipantTrack } from "../src/media/calls-state.js";
import { withCamera, withScreen } from "./support/crowd.js";
import { fakeSession } from "./support/fake-session.js";
import { alice, bob } from "./support/garden.js";
import { call, participant, track } from "./support/kitchen.js";

interface Args {
  readonly who?: Participant;
  readonly screen?: string;
  readonly inCall?: Partial<CallState>;
  readonly withoutTools?: boolean;
}

const meta: Meta<Args> = {
  title: "Call/melo-call-tile",
  component: "melo-call-tile",
  render: ({ who = participant(bob), screen = "", inCall, withoutTools = false }) => html`
    <melo-call-tile
      .session=${fakeSession({ calls: { call: call({ participants: [who], ...inCall }) } })}
      participant=${who.id}
      screen=${screen}
      ?without-tools=${withoutTools}
    ></melo-call-tile>
  `,
};
export default meta;

type Story = StoryObj<Args>;

const somebody = (extra: Partial<Participant>): Story => ({ args: { who: participant(bob, extra) } });
const blocked = (...tracks: readonly ParticipantTrack[]): Story => somebody({ tracks });
const id = participant(bob).id;
const sharing = withScreen(participant(bob));
const screen = sharing.tracks.at(-1)!.id;

export const Avatar: Story = somebody({});
export const Camera: Story = { args: { who: withCamera(participant(bob)) } };
export const Speaking: Story = { args: { who: withCamera(participant(bob, { speaking: true })) } };
export const Muted: Story = somebody({ muted: true });
export const HearsNobody: Story = somebody({ muted: true, deafened: true });
export const MutedByYou: Story = somebody({ locallyMuted: true, volume: 0.4 });
export const PoorConnection: Story = { args: { who: withCamera(participant(bob, { quality: "poor" })) } };
export const ConnectionLost: Story = somebody({ quality: "lost" });
export const Connecting: Story = somebody({ presence: "waiting", tracks: [] });
export const MediaServerGone: Story = somebody({ presence: "unreachable", quality: "lost", tracks: [] });
export const HandRaised: Story = { args: { who: withCamera(participant(bob, { handRaisedAt: Date.now() })) } };
export const Reactions: Story = {
  args: {
    who: withCamera(participant(bob)),
    inCall: {
      reactions: [
        { id: "1", participantId: id, emoji: "👏", at: Date.now() + 3_600_000 },
        { id: "2", participantId: id, emoji: "🎉", at: Date.now() + 3_600_000 },
      ],
    },
  },
};
export const Own: Story = { args: { who: withCamera(participant(alice)) } };
export const NotEncrypted: Story = blocked(
  track(id, "microphone", { blocked: "not-encrypted" }),
  track(id, "camera", { blocked: "not-encrypted" }),
);
export const SoundNotEncrypted: Story = blocked(track(id, "microphone", { blocked: "not-encrypted" }), track(id, "camera"));
export const WaitingForKey: Story = blocked(track(id, "microphone", { blocked: "key-missing", blockedSince: Date.now() + 3_600_000 }));
export const KeyDidNotCome: Story = blocked(track(id, "microphone", { blocked: "key-missing", blockedSince: 0 }));
export const KeyWrong: Story = blocked(track(id, "microphone", { blocked: "key-wrong" }), track(id, "camera", { blocked: "key-wrong" }));
export const KeyRefused: Story = blocked(track(id, "microphone", { blocked: "key-refused" }));
export const MayNotSpeak: Story = blocked(track(id, "microphone", { blocked: "not-allowed" }));
export const Screen: Story = { args: { who: sharing, screen } };
export const ScreenNotEncrypted: Story = {
  args: { who: withScreen(participant(bob), "screen", { blocked: "not-encrypted" }), screen },
};
export const OwnScreen: Story = {
  args: { who: withScreen(participant(alice)), screen: withScreen(participant(alice)).tracks.at(-1)!.id },
};
export const LongName: Story = somebody({
  name: "Bartholomäus von und zu Hohenschwangau-Neuschwanstein the Third of His Name",
  muted: true,
});
export const WithoutTools: Story = { args: { withoutTools: true } };
export const NotInTheCall: Story = { args: { inCall: { participants: [] } } };
export const NoSession: Story = { render: () => html`<melo-call-tile participant=${id} session="there-is-none"></melo-call-tile>` };
