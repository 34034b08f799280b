import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-login.js";
import "../src/elements/melo-session.js";
import { failing, fakeSession, pending, type FakeSessionOptions } from "./support/fake-session.js";

const meta: Meta<FakeSessionOptions> = {
  title: "Session/melo-login",
  component: "melo-login",
  render: (options) => html`
    <melo-session .session=${fakeSession({ latency: 600, ...options, session: { ...SIGNED_OUT, ...options.session } })}>
      <melo-login></melo-login>
    </melo-session>
  `,
};
export default meta;

type Story = StoryObj<FakeSessionOptions>;

const SIGNED_OUT = { status: "signed-out" } as const;
const providers = [{ id: "google", name: "Google" }, { id: "github", name: "GitHub" }, { name: undefined }];

export const AskingTheServer: Story = { args: { answers: { loginFlows: pending } } };
export const Password: Story = { args: {} };
export const PasswordAndProviders: Story = { args: { flows: { sso: providers } } };
export const ProvidersOnly: Story = { args: { flows: { password: false, sso: providers.slice(0, 2) } } };
export const SignedInByTheSite: Story = { args: { flows: { password: false, jwt: true } } };
export const NoWayKnown: Story = { args: { flows: { password: false } } };
export const WrongPassword: Story = { args: { answers: { signIn: failing("login-rejected") } } };
export const TooManyAttempts: Story = { args: { answers: { signIn: failing("rate-limited", 30_000) } } };
export const ServerUnreachable: Story = { args: { answers: { loginFlows: failing("homeserver-unreachable") } } };
export const Offline: Story = { args: { answers: { loginFlows: failing("offline") } } };
export const SignedOutElsewhere: Story = { args: { session: { notice: "signed-out-elsewhere" } } };
export const StorageLost: Story = { args: { session: { notice: "storage-lost" } } };
export const Opening: Story = { args: { session: { status: "starting", step: "encryption" } } };
export const FirstSync: Story = { args: { session: { status: "syncing", step: "server" } } };
export const Locked: Story = { args: { session: { status: "locked" } } };
export const SigningOut: Story = { args: { session: { status: "signing-out" } } };
export const SignedIn: Story = { args: { session: { status: "ready" } } };
export const ThisPageOnly: Story = { args: { session: { status: "ready", storage: "memory" } } };
export const OwnersMistake: Story = { args: { session: { status: "failed", error: { code: "wasm-blocked", message: "CompileError" } } } };
export const StoreClosed: Story = { args: { session: { status: "failed", error: { code: "store-closed", message: "" } } } };
export const LongName: Story = {
  args: {
    session: {
      status: "ready",
      account: { userId: `@${"very-".repeat(30)}long:${"sub.".repeat(12)}example.org`, deviceId: "D", homeserver: "https://example.org" },
    },
  },
};
export const NoSession: Story = { render: () => html`<melo-login session="there-is-none"></melo-login>` };
