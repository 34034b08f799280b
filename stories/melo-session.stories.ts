import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-login.js";
import "../src/elements/melo-session.js";
import type { SessionApi } from "../src/session/session-api.js";
import { fakeSession } from "./support/fake-session.js";

interface Args {
  readonly session?: SessionApi;
  readonly homeserver?: string;
  readonly profile?: string;
}

const meta: Meta<Args> = {
  title: "Session/melo-session",
  component: "melo-session",
  render: ({ session, homeserver = "", profile = "default" }) => html`
    <melo-session homeserver=${homeserver} profile=${profile} .session=${session}><melo-login></melo-login></melo-session>
  `,
};
export default meta;

export const SignedOut: StoryObj<Args> = { args: { session: fakeSession({ session: { status: "signed-out", account: undefined } }) } };
export const Ready: StoryObj<Args> = { args: { session: fakeSession() } };
export const NoAddress: StoryObj<Args> = { args: {} };
export const NotAnAddress: StoryObj<Args> = { args: { homeserver: "matrix example org" } };
export const NotAProfile: StoryObj<Args> = { args: { homeserver: "example.org", profile: "second account" } };
/** One property of the host re-colours everything. */
export const InTheHostsColours: StoryObj<Args> = {
  render: () => html`
    <div style="--melo-accent: oklch(0.5 0.12 150); --melo-corner: 3px; font-family: Georgia, serif">
      <melo-session .session=${fakeSession({ session: { status: "signed-out", account: undefined } })}><melo-login></melo-login></melo-session>
    </div>
  `,
};
