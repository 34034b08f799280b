import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-composer.js";
import { fakeSession, type FakeSessionOptions } from "./support/fake-session.js";
import { GARDEN } from "./support/garden.js";

interface Args extends FakeSessionOptions {
  readonly placeholder?: string;
  readonly disabled?: boolean;
  readonly value?: string;
}

const meta: Meta<Args> = {
  title: "Room/melo-composer",
  component: "melo-composer",
  render: ({ placeholder = "", disabled = false, value = "", ...options }) => {
    const session = fakeSession({ rooms: { [GARDEN]: {} }, ...options });
    return html`<melo-composer .session=${session} room=${GARDEN} placeholder=${placeholder} ?disabled=${disabled} .value=${value}></melo-composer>`;
  },
};
export default meta;

export const Empty: StoryObj<Args> = { args: {} };
export const Draft: StoryObj<Args> = { args: { drafts: { [GARDEN]: "I’ll bring the pot, and" } } };
export const ManyLines: StoryObj<Args> = { args: { value: "quinces\nsugar\nlemons\n".repeat(12) } };
export const OwnPlaceholder: StoryObj<Args> = { args: { placeholder: "Ask the gardeners" } };
export const Loading: StoryObj<Args> = { args: { rooms: { [GARDEN]: { room: { status: "loading", name: "" } } } } };
export const Offline: StoryObj<Args> = {
  args: { session: { status: "reconnecting", error: { code: "offline", message: "as a story wants it" } }, value: "Waits until I am back" },
};
export const ReadOnly: StoryObj<Args> = { args: { rooms: { [GARDEN]: { room: { canSend: false } } } } };
export const NotJoined: StoryObj<Args> = { args: { rooms: { [GARDEN]: { room: { status: "left" } } } } };
export const Disabled: StoryObj<Args> = { args: { disabled: true } };
export const TooLong: StoryObj<Args> = { args: { value: "Supercalifragilistic ".repeat(1500) } };
export const LongRoomName: StoryObj<Args> = {
  args: { rooms: { [GARDEN]: { room: { name: "Garden of all the neighbours ".repeat(6) } } } },
};
