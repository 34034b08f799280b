import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-identity-notice.js";
import type { ChangedIdentity } from "../src/matrix/room-identities-state.js";
import { fakeSession } from "./support/fake-session.js";

const GARDEN = "#garden:example.org";
const BOB: ChangedIdentity = { userId: "@bob:example.org", name: "Bob", wasVerified: false };
const CAROL: ChangedIdentity = { userId: "@carol:example.org", name: "Carol", wasVerified: true };

const meta: Meta<{ changed: readonly ChangedIdentity[] }> = {
  title: "Trust/melo-identity-notice",
  component: "melo-identity-notice",
  render: ({ changed }) =>
    html`<melo-identity-notice room=${GARDEN} .session=${fakeSession({ rooms: { [GARDEN]: { identities: { changed } } } })}></melo-identity-notice>`,
};
export default meta;

type Story = StoryObj<{ changed: readonly ChangedIdentity[] }>;

export const Changed: Story = { args: { changed: [BOB] } };
export const ChangedSinceVerified: Story = { args: { changed: [CAROL] } };
export const Several: Story = { args: { changed: [CAROL, BOB] } };
export const Nobody: Story = { args: { changed: [] } };
export const NoSession: Story = {
  render: () => html`<melo-identity-notice room=${GARDEN} session="there-is-none"></melo-identity-notice>`,
};
