import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-encryption-status.js";
import type { FakeSessionOptions } from "./support/fake-session.js";
import { fakeSession } from "./support/fake-session.js";
import { GARDEN } from "./support/garden.js";

interface Args extends FakeSessionOptions {
  readonly badge?: boolean;
}

const meta: Meta<Args> = {
  title: "Trust/melo-encryption-status",
  component: "melo-encryption-status",
  render: ({ badge, ...options }) =>
    html`<melo-encryption-status ?badge=${badge} .session=${fakeSession({ rooms: { [GARDEN]: {} }, ...options })}></melo-encryption-status>`,
};
export default meta;

const unverified = { session: { crossSigning: "missing" } } as const;

export const Ok: StoryObj<Args> = { args: {} };
export const VerifyDevice: StoryObj<Args> = { args: { ...unverified, identity: { status: "unverified" } } };
export const BeginAnew: StoryObj<Args> = { args: { ...unverified, identity: { status: "unusable" } } };
export const EnterRecoveryKey: StoryObj<Args> = { args: { recovery: { status: "locked", canSetUp: false, backup: { status: "locked" } } } };
export const SetUpRecovery: StoryObj<Args> = { args: { recovery: { status: "none" } } };
export const RenewRecovery: StoryObj<Args> = { args: { recovery: { status: "out-of-sync" } } };
export const TurnOnBackup: StoryObj<Args> = { args: { recovery: { status: "none", backup: { status: "off" } } } };
export const CheckPeople: StoryObj<Args> = { args: { identity: { changedPeople: ["@bob:example.org"] } } };
export const NewDevice: StoryObj<Args> = {
  args: {
    devices: {
      state: {
        status: "ready",
        devices: [{ deviceId: "NEWONE", name: "Firefox on Linux", isCurrent: false, trust: "unverified", isInactive: false, isNew: true }],
      },
    },
  },
};
export const BadgeOk: StoryObj<Args> = { args: { badge: true } };
export const BadgeAttention: StoryObj<Args> = { args: { badge: true, recovery: { status: "none" } } };
export const NoSession: StoryObj = { render: () => html`<melo-encryption-status session="there-is-none"></melo-encryption-status>` };
