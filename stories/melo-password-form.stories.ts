import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-password-form.js";
import type { ErrorInfo } from "../src/internal/errors.js";

interface Args {
  readonly user?: string;
  readonly busy?: boolean;
  readonly error?: ErrorInfo;
  /** In ms from now. */
  readonly wait?: number;
}

const meta: Meta<Args> = {
  title: "Session/melo-password-form",
  component: "melo-password-form",
  render: ({ user = "", busy = false, error, wait }) => html`
    <melo-password-form user=${user} ?busy=${busy} .error=${error} .waitUntil=${wait ? Date.now() + wait : 0}></melo-password-form>
  `,
};
export default meta;

export const Empty: StoryObj<Args> = { args: {} };
export const KnownUser: StoryObj<Args> = { args: { user: "@alice:example.org" } };
export const Busy: StoryObj<Args> = { args: { busy: true } };
export const Wrong: StoryObj<Args> = { args: { error: { code: "login-rejected", message: "" } } };
export const Wait: StoryObj<Args> = { args: { error: { code: "rate-limited", message: "" }, wait: 30_000 } };
