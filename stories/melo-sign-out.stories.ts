import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-sign-out.js";
import type { FakeRecoveryOptions } from "./support/fake-recovery.js";
import { fakeSession } from "./support/fake-session.js";

const meta: Meta<FakeRecoveryOptions> = {
  title: "Trust/melo-sign-out",
  component: "melo-sign-out",
  render: (recovery) => html`<melo-sign-out .session=${fakeSession({ recovery })}></melo-sign-out>`,
};
export default meta;

type Story = StoryObj<FakeRecoveryOptions>;

const open: Pick<Story, "play"> = {
  play: async ({ canvasElement }) => {
    const tag = canvasElement.querySelector("melo-sign-out")!;
    await tag.updateComplete;
    tag.shadowRoot!.querySelector("button")!.click();
  },
};

export const Button: Story = { args: {} };
export const Saved: Story = { args: {}, ...open };
export const Saving: Story = { args: { backup: { remaining: 37 } }, ...open };
export const NobodyCouldOpenIt: Story = { args: { status: "none" }, ...open };
export const NoBackup: Story = { args: { status: "none", backup: { status: "off" } }, ...open };
export const NoSession: Story = { render: () => html`<melo-sign-out session="there-is-none"></melo-sign-out>` };
