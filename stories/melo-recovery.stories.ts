import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-recovery.js";
import type { MeloRecovery } from "../src/elements/melo-recovery.js";
import type { FakeRecoveryOptions } from "./support/fake-recovery.js";
import { fakeSession } from "./support/fake-session.js";

const meta: Meta<FakeRecoveryOptions> = {
  title: "Trust/melo-recovery",
  component: "melo-recovery",
  render: (recovery) => html`<melo-recovery .session=${fakeSession({ recovery })}></melo-recovery>`,
};
export default meta;

type Story = StoryObj<FakeRecoveryOptions>;

export const None: Story = { args: { status: "none", backup: { status: "on" } } };
export const NoneAndNotVerified: Story = { args: { status: "none", canSetUp: false, backup: { status: "locked" } } };
export const Ready: Story = { args: {} };
export const Locked: Story = { args: { status: "locked", canSetUp: false, hasPassphrase: true, backup: { status: "locked" } } };
export const OutOfSync: Story = { args: { status: "out-of-sync" } };
export const Unconfirmed: Story = { args: { unconfirmed: true } };
export const Loading: Story = { args: { status: "loading" } };
export const Failed: Story = { args: { status: "failed", error: { code: "homeserver-unreachable", message: "" } } };
export const SignedOut: Story = {
  render: () => html`<melo-recovery .session=${fakeSession({ session: { status: "signed-out", account: undefined } })}></melo-recovery>`,
};
export const NoSession: Story = { render: () => html`<melo-recovery session="there-is-none"></melo-recovery>` };

export const ShowsTheKey: Story = { args: { status: "none" }, play: ({ canvasElement }) => click(canvasElement, "Make a recovery key") };

export const AsksForIt: Story = {
  args: { status: "none" },
  play: async ({ canvasElement }) => {
    await click(canvasElement, "Make a recovery key");
    await click(canvasElement, "I have saved it");
  },
};

export const WrongKey: Story = {
  args: Locked.args!,
  play: async ({ canvasElement }) => {
    const element = canvasElement.querySelector("melo-recovery")!;
    await element.updateComplete;
    element.shadowRoot!.querySelector("input")!.value = "not the key";
    await click(canvasElement, "Open my messages");
  },
};

export const Replace: Story = { args: {}, play: ({ canvasElement }) => click(canvasElement, "Replace the recovery key") };

export const Remove: Story = { args: {}, play: ({ canvasElement }) => click(canvasElement, "Remove it") };

async function click(canvas: HTMLElement, label: string): Promise<void> {
  const element = canvas.querySelector<MeloRecovery>("melo-recovery")!;
  await element.updateComplete;
  const button = [...element.shadowRoot!.querySelectorAll("button")].find(({ textContent }) => textContent.trim() === label);
  button!.click();
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  await element.updateComplete;
}
