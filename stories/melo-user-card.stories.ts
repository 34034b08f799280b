import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-user-card.js";
import type { UserState } from "../src/matrix/user-state.js";
import { fakeSession } from "./support/fake-session.js";

const BOB = "@bob:example.org";

const meta: Meta<Partial<UserState>> = {
  title: "Trust/melo-user-card",
  component: "melo-user-card",
  render: (user) => html`<melo-user-card user-id=${BOB} .session=${fakeSession({ users: { [BOB]: user } })}></melo-user-card>`,
};
export default meta;

type Story = StoryObj<Partial<UserState>>;

export const Known: Story = { args: { identity: "known" } };
export const Verified: Story = { args: { identity: "verified" } };
export const Changed: Story = { args: { identity: "changed" } };
export const ChangedSinceVerified: Story = { args: { identity: "changed-since-verified" } };
export const Unknown: Story = { args: { identity: "unknown" } };
export const Own: Story = { args: { isOwn: true } };
export const Loading: Story = { args: { status: "loading", name: "" } };
export const Failed: Story = { args: { status: "failed", error: { code: "homeserver-unreachable", message: "" } } };
export const NotAnAddress: Story = { args: { status: "failed", error: { code: "user-invalid", message: "" } } };
export const LongName: Story = {
  args: { identity: "changed-since-verified", name: "Bartholomäus von und zu Hohenschwangau-Neuschwanstein the Third of His Name" },
};
export const SignedOut: Story = {
  render: () =>
    html`<melo-user-card user-id=${BOB} .session=${fakeSession({ session: { status: "signed-out", account: undefined } })}></melo-user-card>`,
};
export const NobodyNamed: Story = { render: () => html`<melo-user-card .session=${fakeSession()}></melo-user-card>` };
export const NoSession: Story = { render: () => html`<melo-user-card user-id=${BOB} session="there-is-none"></melo-user-card>` };
