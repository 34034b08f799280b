import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-call-test.js";
import { CALL_TEST_STEPS, type CallTestFinding, type CallTestState, type CallTestStep } from "../src/media/call-test-state.js";
import { AFTERNOON } from "./support/garden.js";
import { fakeSession } from "./support/fake-session.js";

type Replaced = Partial<Record<CallTestStep, Omit<CallTestFinding, "step">>>;

const FIGURES: Partial<Record<CallTestStep, CallTestFinding["figures"]>> = {
  devices: { microphones: 2, cameras: 1, speakers: 1 },
  level: { level: 0.62 },
  echo: { echo: 2 },
  sfu: { connected: 84 },
  udp: { connected: 310, loss: 0, roundTrip: 18, jitter: 2 },
  tcp: { connected: 420, loss: 0, roundTrip: 19, jitter: 3 },
  turn: { connected: 610, loss: 0.004, roundTrip: 31, jitter: 4, relay: "tls" },
  loss: { way: "udp", connected: 310, loss: 0, roundTrip: 18, jitter: 2 },
};

/** What was found up to a step, all well but for what is replaced. */
function findings(replaced: Replaced = {}, until: CallTestStep = "loss"): CallTestFinding[] {
  return CALL_TEST_STEPS.slice(0, CALL_TEST_STEPS.indexOf(until) + 1).map((step) => ({
    step,
    ...(replaced[step] ?? { verdict: "well", reason: "well", figures: FIGURES[step] }),
  }));
}

const meta: Meta<Partial<CallTestState>> = {
  title: "Calls/melo-call-test",
  component: "melo-call-test",
  render: (test) => html`<melo-call-test .session=${fakeSession({ calls: { test: { startedAt: AFTERNOON, ...test } } })}></melo-call-test>`,
};
export default meta;

type Story = StoryObj<Partial<CallTestState>>;

const done = (replaced: Replaced = {}): Story => ({ args: { status: "done", findings: findings(replaced) } });
const running = (step: CallTestStep, level?: number): Story => ({
  args: { status: "running", step, level, findings: findings({}, CALL_TEST_STEPS[CALL_TEST_STEPS.indexOf(step) - 1]) },
});
const blocked = { verdict: "attention", reason: "blocked" } as const;
const wrong = (reason: CallTestFinding["reason"], error?: CallTestFinding["error"]) => ({ verdict: "wrong", reason, error }) as const;
const skipped = (reason: CallTestFinding["reason"]) => ({ verdict: "impossible", reason }) as const;
const without = (reason: CallTestFinding["reason"], ...steps: CallTestStep[]): Replaced =>
  Object.fromEntries(steps.map((step) => [step, skipped(reason)]));

export const NotBegun: Story = { args: {} };
export const Permission = running("permission");
export const Listening = running("level", 0.55);
export const SendingThereAndBack = running("tcp");
export const Well = done();
export const NoTurn = done({ turn: skipped("not-offered") });
export const UdpBlocked = done({ udp: blocked, loss: { verdict: "well", reason: "well", figures: { ...FIGURES.tcp, way: "tcp" } } });
export const NothingGetsThrough = done({
  udp: blocked,
  tcp: wrong("blocked"),
  turn: skipped("not-offered"),
  loss: wrong("no-way"),
});
export const Lossy = done({ loss: { verdict: "attention", reason: "lossy", figures: { ...FIGURES.udp, loss: 0.06, way: "udp" } } });
export const MicrophoneDenied = done({
  permission: wrong("microphone-denied"),
  level: skipped("needs-other"),
  echo: skipped("needs-other"),
});
export const Echo = done({ level: { verdict: "attention", reason: "quiet" }, echo: { verdict: "attention", reason: "echo" } });
export const NotSecure = done({
  ...without("needs-other", ...CALL_TEST_STEPS.filter((step) => step !== "service")),
  browser: wrong("not-secure"),
});
export const NoService = done({
  service: wrong("refused", "call-service-missing"),
  ...without("needs-other", "sfu", "udp", "tcp", "turn", "loss"),
});
export const ServiceWithoutTests = done({
  service: skipped("no-tests"),
  ...without("needs-other", "sfu", "udp", "tcp", "turn", "loss"),
});
export const NoRoom = done({ service: skipped("no-room"), ...without("needs-other", "sfu", "udp", "tcp", "turn", "loss") });
export const SfuUnreachable = done({
  sfu: wrong("unreachable", "call-unreachable"),
  ...without("needs-other", "udp", "tcp", "turn", "loss"),
});
export const InACall = done(without("in-call", "permission", "level", "echo", "udp", "tcp", "turn", "loss"));
export const Stopped: Story = { args: { status: "stopped", findings: findings({}, "service") } };
export const StoppedByACall: Story = { args: { status: "stopped", stoppedByCall: true, findings: findings({}, "udp") } };
export const CodeUnreachable: Story = { args: { status: "failed", error: { code: "code-unreachable", message: "" } } };
export const ReportOpen: Story = {
  ...done(),
  play: async ({ canvasElement }) => {
    const tag = canvasElement.querySelector("melo-call-test")!;
    await tag.updateComplete;
    tag.shadowRoot!.querySelector("details")!.open = true;
  },
};
export const SignedOut: Story = {
  render: () => html`<melo-call-test .session=${fakeSession({ session: { status: "signed-out", account: undefined } })}></melo-call-test>`,
};
export const NoSession: Story = { render: () => html`<melo-call-test session="there-is-none"></melo-call-test>` };
