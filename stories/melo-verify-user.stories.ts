import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import type { VerificationState } from "../src/crypto/verification-state.js";
import "../src/elements/melo-verify-user.js";
import { fakeSession } from "./support/fake-session.js";
import { CODE, EMOJI } from "./support/fake-verification.js";

interface Args {
  readonly state?: Partial<VerificationState>;
  readonly userId?: string;
}

const meta: Meta<Args> = {
  title: "Trust/melo-verify-user",
  component: "melo-verify-user",
  render: ({ state, userId }) =>
    html`<melo-verify-user .session=${fakeSession({ verification: state })} .userId=${userId}></melo-verify-user>`,
};
export default meta;

const user = { userId: "@bob:example.org", name: "Bob Kaya" };

export const Begin: StoryObj<Args> = { args: { userId: user.userId } };
export const Asking: StoryObj<Args> = { args: { state: { status: "asking", user } } };
export const Asked: StoryObj<Args> = { args: { state: { status: "asked", user } } };
export const Ready: StoryObj<Args> = { args: { state: { status: "ready", user, methods: { emoji: true, scan: false } } } };
export const ShowsCode: StoryObj<Args> = { args: { state: { status: "ready", user, methods: { emoji: true, scan: true }, code: CODE } } };
export const CodeScanned: StoryObj<Args> = { args: { state: { status: "code-scanned", user } } };
export const Emoji: StoryObj<Args> = { args: { state: { status: "emoji", user, emoji: EMOJI, decimals: [1234, 5678, 9012] } } };
export const Confirming: StoryObj<Args> = { args: { state: { status: "confirming", user } } };
export const Done: StoryObj<Args> = { args: { state: { status: "done", user } } };
export const Stopped: StoryObj<Args> = { args: { state: { status: "cancelled", user, reason: "by-them" } } };
export const Mismatch: StoryObj<Args> = { args: { state: { status: "cancelled", user, reason: "mismatch" } } };
export const AcceptedElsewhere: StoryObj<Args> = { args: { state: { status: "cancelled", user, reason: "accepted-elsewhere" } } };
export const NoIdentity: StoryObj<Args> = {
  args: { state: { status: "failed", user, error: { code: "identity-unknown", message: "as a story wants it" } } },
};
export const NoSession: StoryObj<Args> = { render: () => html`<melo-verify-user session="there-is-none"></melo-verify-user>` };
