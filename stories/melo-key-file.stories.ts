import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-key-file.js";
import { fakeSession } from "./support/fake-session.js";

const meta: Meta = {
  title: "Trust/melo-key-file",
  component: "melo-key-file",
  render: () => html`<melo-key-file .session=${fakeSession()}></melo-key-file>`,
};
export default meta;

export const Home: StoryObj = {};
export const Save: StoryObj = {
  play: async ({ canvasElement }) => {
    const tag = canvasElement.querySelector("melo-key-file")!;
    await tag.updateComplete;
    tag.shadowRoot!.querySelector<HTMLElement>(".buttons button")!.click();
    await tag.updateComplete;
  },
};
export const TooShort: StoryObj = {
  play: async (context) => {
    await (Save.play as (context: unknown) => Promise<void>)(context);
    const tag = context.canvasElement.querySelector("melo-key-file")!;
    tag.shadowRoot!.querySelector("input")!.value = "short";
    tag.shadowRoot!.querySelector("form")!.requestSubmit();
    await tag.updateComplete;
  },
};
export const SignedOut: StoryObj = {
  render: () => html`<melo-key-file .session=${fakeSession({ session: { status: "signed-out", account: undefined } })}></melo-key-file>`,
};
export const NoSession: StoryObj = { render: () => html`<melo-key-file session="there-is-none"></melo-key-file>` };
