import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-avatar.js";
import { failing, fakeSession, pending, type FakeSessionOptions } from "./support/fake-session.js";

interface Args extends FakeSessionOptions {
  readonly name?: string;
  readonly src?: string;
  readonly square?: boolean;
}

const meta: Meta<Args> = {
  title: "People/melo-avatar",
  component: "melo-avatar",
  render: ({ name = "Bob Kaya", src, square = false, ...options }) => html`
    <melo-avatar .session=${fakeSession(options)} name=${name} src=${src ?? ""} ?square=${square}></melo-avatar> ${name}
  `,
};
export default meta;

const PICTURE = "mxc://example.org/hills";

export const Initials: StoryObj<Args> = { args: {} };
export const OneWord: StoryObj<Args> = { args: { name: "Carol" } };
export const UserId: StoryObj<Args> = { args: { name: "@dan:example.org" } };
export const Emoji: StoryObj<Args> = { args: { name: "👩‍🌾 Eve" } };
export const Nameless: StoryObj<Args> = { args: { name: "" } };
export const Picture: StoryObj<Args> = { args: { src: PICTURE } };
export const Room: StoryObj<Args> = { args: { name: "Garden", src: PICTURE, square: true } };
export const Loading: StoryObj<Args> = { args: { src: PICTURE, answers: { loadMedia: pending } } };
export const Failed: StoryObj<Args> = { args: { src: PICTURE, answers: { loadMedia: failing("homeserver-unreachable") } } };
export const ManyPeople: StoryObj<Args> = {
  render: () => html`
    <div style="display: flex; flex-wrap: wrap; gap: 8px">
      ${Array.from({ length: 24 }, (_, index) => `@person${index}:example.org`).map(
        (id) => html`<melo-avatar .session=${fakeSession()} name=${id} color-key=${id}></melo-avatar>`,
      )}
    </div>
  `,
};
