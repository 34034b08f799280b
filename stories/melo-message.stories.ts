import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-message.js";
import type { StateItem, TimelineItem } from "../src/matrix/timeline-item.js";
import { fakeSession } from "./support/fake-session.js";
import { SECURITY, UNDECRYPTABLE_REASONS, called, deleted, file, formatted, sealed, unsupported } from "./support/garden-items.js";
import { GARDEN, alice, bob, carol, changes, dan, person, says } from "./support/garden.js";

interface Args {
  readonly items: readonly TimelineItem[];
  /** Changes that are told in one row. */
  readonly together?: readonly StateItem[];
}

const meta: Meta<Args> = {
  title: "Room/melo-message",
  component: "melo-message",
  render: ({ items, together }) => {
    const session = fakeSession({ rooms: { [GARDEN]: { timeline: { items } } } });
    const { timeline } = session.room(GARDEN);
    return html`${items.map(
      (item) =>
        html`<melo-message leads .item=${item} .changes=${together} .session=${session} .timeline=${timeline} .room=${GARDEN}></melo-message>`,
    )}`;
  },
};
export default meta;

const text = "The quinces are ready. See https://jam.example.org/quinces, and bring jars.";

export const Text: StoryObj<Args> = { args: { items: [says(bob, 2, text)] } };
export const Formatted: StoryObj<Args> = { args: { items: [says(bob, 2, "Jam, the plan", { html: formatted })] } };
export const Emote: StoryObj<Args> = { args: { items: [says(dan, 3, "waves at everyone", { style: "emote" })] } };
export const Notice: StoryObj<Args> = { args: { items: [says(dan, 4, "The oven is at 180 °C.", { style: "notice" })] } };
export const Emoji: StoryObj<Args> = { args: { items: [says(carol, 5, "🍐🎉")] } };
export const Edited: StoryObj<Args> = { args: { items: [says(alice, 6, "Forty-one, not forty.", { edited: true })] } };
export const Sending: StoryObj<Args> = { args: { items: [says(alice, 7, "I’ll bring the pot.", { send: { status: "sending" } })] } };
export const NotSent: StoryObj<Args> = {
  args: {
    items: [says(alice, 8, "I’ll bring the pot.", { send: { status: "failed", error: { code: "too-large", message: "M_TOO_LARGE" } } })],
  },
};
export const Calls: StoryObj<Args> = {
  args: {
    items: [
      called(bob, 14, { outcome: "ended" }),
      called(carol, 15, { video: true, outcome: "ended" }),
      called(dan, 16, { outcome: "answered" }),
      called(bob, 17, { outcome: "declined" }),
      called(alice, 18, { outcome: "answered" }),
      called(alice, 19, { video: true }),
      called(carol, 20, { until: Date.now() + 60_000 }),
    ],
  },
};
export const Deleted: StoryObj<Args> = { args: { items: [deleted(bob, 9)] } };
export const Files: StoryObj<Args> = {
  args: {
    items: [file(bob, 10, "quinces.jpg", 1_432_000, "image"), file(carol, 11, "a very long name of a file that goes on and on.pdf")],
  },
};
export const Unsupported: StoryObj<Args> = {
  args: { items: [unsupported(carol, 12, { body: "What should we cook?" }), unsupported(dan, 13, { malformed: true })] },
};
export const AllSecurityReasons: StoryObj<Args> = {
  args: { items: SECURITY.map((security, index) => says(bob, index, "The gate was open when I came.", { security })) },
};
export const AllUndecryptableReasons: StoryObj<Args> = {
  args: { items: UNDECRYPTABLE_REASONS.map((reason, index) => sealed(bob, index, reason)) },
};
export const Changes: StoryObj<Args> = {
  args: {
    items: [
      changes(bob, 14, { type: "created" }),
      changes(bob, 14, { type: "encryption-enabled" }),
      changes(bob, 15, { type: "name", name: "Garden" }),
      changes(bob, 16, { type: "member-invited", target: carol }),
      changes(bob, 17, { type: "member-removed", target: person("Mallory"), reason: "sold our quinces" }),
      changes(carol, 18, { type: "member-renamed", from: "Carol", to: "Caro" }),
      changes(dan, 19, { type: "encryption-altered" }),
    ],
  },
};
export const ManyJoined: StoryObj<Args> = {
  args: {
    items: [changes(bob, 20, { type: "member-joined" })],
    together: [
      ...[bob, carol, dan, person("Erin"), person("Frank")].map((who) => changes(who, 20, { type: "member-joined" })),
      changes(dan, 21, { type: "member-left" }),
    ],
  },
};
export const RightToLeft: StoryObj<Args> = {
  args: { items: [says(person("محمد علي"), 22, "مرحبا بالجميع، كيف حالكم اليوم؟ https://example.org")] },
};
export const LongWords: StoryObj<Args> = {
  args: { items: [says(person("A name that goes on and on ".repeat(8).trim()), 23, "Supercalifragilistic".repeat(30))] },
};
