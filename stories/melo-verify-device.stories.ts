import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import type { VerificationState } from "../src/crypto/verification-state.js";
import "../src/elements/melo-verify-device.js";
import { fakeSession } from "./support/fake-session.js";
import { CODE, EMOJI } from "./support/fake-verification.js";

interface Args {
  readonly state?: Partial<VerificationState>;
  readonly crossSigning?: "ready" | "missing";
  readonly deviceId?: string;
}

const meta: Meta<Args> = {
  title: "Trust/melo-verify-device",
  component: "melo-verify-device",
  render: ({ state, crossSigning = "ready", deviceId }) => {
    const session = fakeSession({ session: { crossSigning }, verification: state });
    return html`<melo-verify-device .session=${session} .deviceId=${deviceId}></melo-verify-device>`;
  },
};
export default meta;

const device = { deviceId: "TULIP", name: "Alice's phone" };

export const ThisDevice: StoryObj<Args> = { args: { crossSigning: "missing" } };
export const AnotherDevice: StoryObj<Args> = { args: { deviceId: "TULIP" } };
export const Asking: StoryObj<Args> = { args: { state: { status: "asking" } } };
export const Asked: StoryObj<Args> = { args: { state: { status: "asked", device } } };
export const Ready: StoryObj<Args> = { args: { state: { status: "ready", device } } };
export const ShowsCode: StoryObj<Args> = { args: { state: { status: "ready", device, methods: { emoji: true, scan: true }, code: CODE } } };
export const CodeScanned: StoryObj<Args> = { args: { state: { status: "code-scanned", device } } };
export const NoWay: StoryObj<Args> = { args: { state: { status: "ready", device, methods: { emoji: false, scan: false } } } };
export const Starting: StoryObj<Args> = { args: { state: { status: "starting", device } } };
export const Emoji: StoryObj<Args> = { args: { state: { status: "emoji", device, emoji: EMOJI, decimals: [1234, 5678, 9012] } } };
export const Confirming: StoryObj<Args> = { args: { state: { status: "confirming", device } } };
export const Done: StoryObj<Args> = { args: { state: { status: "done", device } } };
export const Cancelled: StoryObj<Args> = { args: { state: { status: "cancelled", reason: "by-them" } } };
export const Mismatch: StoryObj<Args> = { args: { state: { status: "cancelled", reason: "mismatch" } } };
export const TookTooLong: StoryObj<Args> = { args: { state: { status: "cancelled", reason: "timeout" } } };
export const Failed: StoryObj<Args> = {
  args: { state: { status: "failed", error: { code: "homeserver-unreachable", message: "as a story wants it" } } },
};
