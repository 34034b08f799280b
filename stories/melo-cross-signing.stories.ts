import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-cross-signing.js";
import type { FakeIdentityOptions } from "./support/fake-identity.js";
import { fakeSession } from "./support/fake-session.js";

const meta: Meta<FakeIdentityOptions> = {
  title: "Trust/melo-cross-signing",
  component: "melo-cross-signing",
  render: (identity) => html`<melo-cross-signing .session=${fakeSession({ identity, recovery: { status: "none" } })}></melo-cross-signing>`,
};
export default meta;

type Story = StoryObj<FakeIdentityOptions>;

export const Ready: Story = { args: {} };
export const Signed: Story = { args: { status: "signed" } };
export const Unverified: Story = { args: { status: "unverified" } };
export const Unusable: Story = { args: { status: "unusable" } };
export const None: Story = { args: { status: "none" } };
export const Loading: Story = { args: { status: "loading" } };
export const Failed: Story = { args: { status: "failed", error: { code: "homeserver-unreachable", message: "" } } };
export const Resetting: Story = { args: { status: "unusable", resetting: true } };
export const NoSession: Story = { render: () => html`<melo-cross-signing session="there-is-none"></melo-cross-signing>` };

export const SaysWhatIsLost: Story = {
  args: { status: "unusable" },
  play: ({ canvasElement }) => click(canvasElement, "Reset and begin again"),
};

export const AsksForThePassword: Story = { args: { status: "unusable" }, play: ({ canvasElement }) => confirm(canvasElement) };

export const WrongPassword: Story = {
  args: { status: "unusable" },
  play: async ({ canvasElement }) => {
    await confirm(canvasElement);
    inner(canvasElement).querySelector<HTMLInputElement>("input[type=password]")!.value = "not it";
    await click(canvasElement, "Reset");
  },
};

export const AsksForApproval: Story = {
  args: { status: "unusable", wants: "approval" },
  play: ({ canvasElement }) => confirm(canvasElement),
};

export const CannotReset: Story = {
  args: { status: "unusable", fails: "proof-unsupported" },
  play: ({ canvasElement }) => confirm(canvasElement),
};

export const Done: Story = { args: { status: "unusable", wants: "nothing" }, play: ({ canvasElement }) => confirm(canvasElement) };

async function confirm(canvas: HTMLElement): Promise<void> {
  await click(canvas, "Reset and begin again");
  inner(canvas).querySelector<HTMLInputElement>("input[type=checkbox]")!.click();
  await drawn(canvas);
  await click(canvas, "Reset");
}

async function click(canvas: HTMLElement, label: string): Promise<void> {
  await drawn(canvas);
  [...inner(canvas).querySelectorAll("button")].find(({ textContent }) => textContent.trim() === label)!.click();
  await drawn(canvas);
}

async function drawn(canvas: HTMLElement): Promise<void> {
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  await canvas.querySelector("melo-cross-signing")!.updateComplete;
}

function inner(canvas: HTMLElement): ShadowRoot {
  return canvas.querySelector("melo-cross-signing")!.shadowRoot!;
}
