import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-timeline.js";
import type { FakeRoomOptions } from "./support/fake-room.js";
import { fakeSession } from "./support/fake-session.js";
import { allDoubtful, allSealed, longConversation } from "./support/garden-items.js";
import { GARDEN, bob, carol, changes, conversation, dan, person, says } from "./support/garden.js";

const meta: Meta<FakeRoomOptions> = {
  title: "Room/melo-timeline",
  component: "melo-timeline",
  render: (room) => html`<melo-timeline .session=${fakeSession({ rooms: { [GARDEN]: room } })} room=${GARDEN}></melo-timeline>`,
};
export default meta;

const unreachable = { code: "homeserver-unreachable", message: "as a story wants it" } as const;

export const Loading: StoryObj<FakeRoomOptions> = { args: { timeline: { status: "loading", start: "more" } } };
export const Empty: StoryObj<FakeRoomOptions> = { args: {} };
export const Ready: StoryObj<FakeRoomOptions> = { args: { timeline: { items: conversation } } };
export const Failed: StoryObj<FakeRoomOptions> = { args: { timeline: { status: "failed", error: unreachable } } };
export const OlderFailed: StoryObj<FakeRoomOptions> = { args: { timeline: { items: conversation, start: "failed" } } };
export const TenThousandMessages: StoryObj<FakeRoomOptions> = { args: { timeline: { items: longConversation(10_000) } } };
export const MoreAbove: StoryObj<FakeRoomOptions> = {
  args: { timeline: { items: longConversation(2000).slice(-40), start: "more" }, older: longConversation(2000).slice(0, -40) },
};
export const AllUndecryptable: StoryObj<FakeRoomOptions> = { args: { timeline: { items: allSealed } } };
export const AllDoubtful: StoryObj<FakeRoomOptions> = { args: { timeline: { items: allDoubtful } } };
export const Days: StoryObj<FakeRoomOptions> = {
  args: { timeline: { items: [-400 * 1440, -3 * 1440, -1440, 0].map((minutes) => says(bob, minutes, "Good afternoon.")) } },
};
export const PeopleComeAndGo: StoryObj<FakeRoomOptions> = {
  args: {
    timeline: {
      items: [
        ...[bob, carol, dan, person("Erin"), person("Frank"), person("Grace")].map((who, index) =>
          changes(who, index, { type: "member-joined" }),
        ),
        says(bob, 7, "Welcome, everyone."),
        changes(dan, 8, { type: "member-left" }),
      ],
    },
  },
};
export const RightToLeftAndLong: StoryObj<FakeRoomOptions> = {
  args: {
    timeline: {
      items: [
        says(person("محمد علي"), 1, "مرحبا بالجميع، كيف حالكم اليوم؟"),
        says(person("A name that goes on and on ".repeat(8).trim()), 2, "Supercalifragilistic".repeat(30)),
        says(bob, 3, "Short."),
      ],
    },
  },
};
