import { expect } from "@open-wc/testing";

import { MeloError } from "../../src/internal/errors.js";
import { Source } from "../../src/internal/readable.js";
import { LiveCallTest, type CallTestRun, type Steps } from "../../src/media/call-test.js";
import { CALL_TEST_STEPS, type CallTestStep } from "../../src/media/call-test-state.js";
import { INITIAL_CALLS, type CallsState } from "../../src/media/calls-state.js";
import { call } from "../../stories/support/kitchen.js";

interface Play {
  readonly test: LiveCallTest;
  readonly calls: Source<CallsState>;
  /** The steps that were begun, and `end`. */
  readonly begun: string[];
}

/** A test whose steps are all well, but for what is replaced. */
function play(
  replaced: Partial<Record<CallTestStep, (run: CallTestRun) => ReturnType<Steps["browser"]>>> = {},
  load?: () => Promise<Steps>,
): Play {
  const calls = new Source<CallsState>(INITIAL_CALLS);
  const begun: string[] = [];
  const steps = Object.fromEntries(
    CALL_TEST_STEPS.map((step) => [
      step,
      async (run: CallTestRun) => {
        begun.push(step);
        return replaced[step]?.(run) ?? { verdict: "well", reason: "well" };
      },
    ]),
  );
  const all = { ...steps, end: () => void begun.push("end") } as unknown as Steps;
  const watched = {
    get state() {
      return calls.state;
    },
    subscribe: (...rest: Parameters<typeof calls.subscribe>) => calls.subscribe(...rest),
    refreshDevices: async () => {},
  };
  const access = async (): Promise<never> => {
    throw new MeloError("unknown", "nobody asks");
  };
  return { test: new LiveCallTest({ calls: watched, access }, load ?? (async () => all)), calls, begun };
}

const never = (): Promise<never> => new Promise(() => {});

describe("the test of calls", () => {
  it("goes through all steps in their order, tells which one it is at, and lets go at the end", async () => {
    const { test, begun } = play();
    const told: (string | undefined)[] = [];
    test.subscribe(() => told.at(-1) !== test.state.step && told.push(test.state.step));
    await test.start();
    expect(begun).to.deep.equal([...CALL_TEST_STEPS, "end"]);
    expect(told).to.deep.equal([...CALL_TEST_STEPS, undefined]);
    expect(test.state.status).to.equal("done");
    expect(test.state.findings.map(({ step }) => step)).to.deep.equal([...CALL_TEST_STEPS]);
  });

  it("goes on after what is wrong, and after what nobody thought of", async () => {
    const { test } = play({
      sfu: async () => ({ verdict: "wrong", reason: "unreachable", error: "call-unreachable" }),
      echo: async () => {
        throw new MeloError("rate-limited", "a detail that is nobody's business");
      },
    });
    await test.start();
    expect(test.state.findings).to.have.length(CALL_TEST_STEPS.length);
    expect(test.state.findings.find(({ step }) => step === "echo")).to.deep.equal({
      step: "echo",
      verdict: "wrong",
      reason: "failed",
      error: "rate-limited",
    });
    expect(JSON.stringify(test.state)).not.to.contain("business");
  });

  it("hands on what was found, and begins anew each time", async () => {
    const seen: number[] = [];
    const { test } = play({
      loss: async ({ findings }) => {
        seen.push(findings.length);
        return { verdict: "well", reason: "well" };
      },
    });
    await test.start();
    await test.start();
    expect(seen).to.deep.equal([CALL_TEST_STEPS.length - 1, CALL_TEST_STEPS.length - 1]);
  });

  it("runs once at a time", async () => {
    const { test, begun } = play({ browser: never });
    void test.start();
    await test.start();
    expect(begun).to.deep.equal(["browser"]);
    await test.stop();
  });

  it("stops where it is told to, and keeps what it has seen", async () => {
    let wasStopped = false;
    const { test, begun } = play({
      echo: ({ signal }) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener("abort", () => {
            wasStopped = true;
            reject(new MeloError("interrupted", ""));
          }),
        ),
    });
    const running = test.start();
    await new Promise((resolve) => setTimeout(resolve));
    await test.stop();
    await running;
    expect(wasStopped).to.equal(true);
    expect(begun.slice(-2)).to.deep.equal(["echo", "end"]);
    expect(test.state).to.deep.include({ status: "stopped", step: undefined, level: undefined });
    expect(test.state.findings.map(({ step }) => step)).to.deep.equal(["browser", "devices", "permission", "level"]);
  });

  it("gives way to a call that begins", async () => {
    const { test, calls } = play({ udp: never });
    void test.start();
    await new Promise((resolve) => setTimeout(resolve));
    calls.merge({ call: call({ status: "joining" }) });
    expect(test.state).to.deep.include({ status: "stopped", stoppedByCall: true });
  });

  for (const [where, state] of [
    ["here", { call: call() }],
    ["in another tab", { elsewhere: { roomId: "!kitchen:example.org" } }],
  ] as const) {
    it(`tells its steps of a call ${where}, and is not stopped by it`, async () => {
      const told: boolean[] = [];
      const { test, calls } = play({
        udp: async ({ isInCall }) => {
          told.push(isInCall);
          calls.merge({ incoming: [] });
          return { verdict: "impossible", reason: "in-call" };
        },
      });
      calls.merge(state);
      await test.start();
      expect(told).to.deep.equal([true]);
      expect(test.state.status).to.equal("done");
    });
  }

  it("says that its code cannot be had, and tries again", async () => {
    let isThere = false;
    const { test } = play({}, async () => {
      if (!isThere) throw new MeloError("code-unreachable", "away");
      return Object.fromEntries([
        ...CALL_TEST_STEPS.map((step) => [step, async () => ({ verdict: "well", reason: "well" })]),
        ["end", () => {}],
      ]) as never;
    });
    await test.start();
    expect(test.state).to.deep.include({ status: "failed" });
    expect(test.state.error?.code).to.equal("code-unreachable");
    isThere = true;
    await test.start();
    expect(test.state).to.deep.include({ status: "done", error: undefined });
  });
});
