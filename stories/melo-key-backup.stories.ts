import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-key-backup.js";
import type { FakeRecoveryOptions } from "./support/fake-recovery.js";
import { fakeSession } from "./support/fake-session.js";

const meta: Meta<FakeRecoveryOptions> = {
  title: "Trust/melo-key-backup",
  component: "melo-key-backup",
  render: (recovery) => html`<melo-key-backup .session=${fakeSession({ recovery })}></melo-key-backup>`,
};
export default meta;

type Story = StoryObj<FakeRecoveryOptions>;

export const On: Story = { args: {} };
export const Saving: Story = { args: { backup: { remaining: 37 } } };
export const OnWithoutRecoveryKey: Story = { args: { status: "none" } };
export const Off: Story = { args: { status: "none", backup: { status: "off" } } };
export const TurnedOff: Story = { args: { backup: { status: "off", turnedOff: true } } };
export const DeletedElsewhere: Story = { args: { backup: { status: "off", takenAway: "deleted" } } };
export const ReplacedElsewhere: Story = { args: { status: "locked", backup: { status: "locked", takenAway: "replaced" } } };
export const LockedWithoutRecoveryKey: Story = { args: { status: "none", backup: { status: "locked" } } };
export const AskedToTurnOff: Story = { args: {}, play: ({ canvasElement }) => press(canvasElement, "Turn the backup off") };
export const AskedToReplace: Story = {
  args: { status: "none", backup: { status: "locked" } },
  play: ({ canvasElement }) => press(canvasElement, "Begin a new backup"),
};
export const Locked: Story = { args: { status: "locked", canSetUp: false, backup: { status: "locked" } } };
export const Restoring: Story = { args: { backup: { restoring: { done: 1200, total: 5000 } } } };
export const RestoreBegins: Story = { args: { backup: { restoring: { done: 0, total: 0 } } } };
export const RestoreCancelled: Story = { args: { backup: { restoreStopped: true } } };
export const RestoreFailed: Story = { args: { backup: { restoreError: { code: "homeserver-unreachable", message: "" } } } };
export const Loading: Story = { args: { status: "loading", backup: { status: "unknown" } } };
export const Failed: Story = {
  args: { status: "failed", backup: { status: "unknown" }, error: { code: "homeserver-unreachable", message: "" } },
};
export const NoSession: Story = { render: () => html`<melo-key-backup session="there-is-none"></melo-key-backup>` };

async function press(canvas: HTMLElement, label: string): Promise<void> {
  const element = canvas.querySelector("melo-key-backup")!;
  await element.updateComplete;
  [...element.shadowRoot!.querySelectorAll("button")].find((button) => button.textContent.trim() === label)!.click();
  await element.updateComplete;
}
