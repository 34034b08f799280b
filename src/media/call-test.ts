import { MeloError } from "../internal/errors.js";
import { Source } from "../internal/readable.js";
import {
  CALL_TEST_STEPS,
  INITIAL_CALL_TEST,
  type CallTest,
  type CallTestFinding,
  type CallTestOptions,
  type CallTestState,
  type CallTestStep,
} from "./call-test-state.js";
import type { Calls } from "./calls-state.js";
import type { SfuAccess } from "./room-call-state.js";

/** What the test needs of the page's calls, and of where the client runs. */
export interface CallTestContext {
  readonly calls: Pick<Calls, "state" | "subscribe" | "refreshDevices">;
  /** Access to a room of the SFU that is for tests, under two names that are not the device's. */
  readonly access: (room?: string) => Promise<readonly [SfuAccess, SfuAccess]>;
}

/** One run, as its steps see it. */
export interface CallTestRun extends CallTestContext {
  readonly options: CallTestOptions;
  readonly signal: AbortSignal;
  readonly findings: readonly CallTestFinding[];
  /** A call is under way, in this tab or another one of the site. */
  readonly isInCall: boolean;
  readonly showLevel: (level: number | undefined) => void;
}

/** Each looks at one thing. Rejects `interrupted` once the run is stopped. */
export type Steps = Readonly<Record<CallTestStep, (run: CallTestRun) => Promise<Omit<CallTestFinding, "step">>>> & {
  /** Lets go of everything. */
  readonly end: () => void;
};

/** {@link CallTest} of a page. The steps' code, and LiveKit with it, is loaded with the first run. */
export class LiveCallTest implements CallTest, Disposable {
  readonly #context: CallTestContext;
  readonly #load: () => Promise<Steps>;
  readonly #source = new Source<CallTestState>(INITIAL_CALL_TEST);
  #run?: AbortController;

  constructor(context: CallTestContext, load: () => Promise<Steps> = loadSteps) {
    this.#context = context;
    this.#load = load;
  }

  get state(): CallTestState {
    return this.#source.state;
  }

  subscribe: CallTest["subscribe"] = (listener, options) => this.#source.subscribe(listener, options);

  async start(options: CallTestOptions = {}): Promise<void> {
    if (this.#run) return;
    const run = (this.#run = new AbortController());
    this.#source.merge({ ...RESET, status: "running", step: CALL_TEST_STEPS[0], startedAt: Date.now() });
    const { calls } = this.#context;
    const wasInCall = isInCall(calls.state);
    const stopWatching = calls.subscribe(() => {
      if (!wasInCall && isInCall(calls.state)) this.#stop({ stoppedByCall: true });
    });
    try {
      await this.#goThrough(options, run.signal, wasInCall);
      if (!run.signal.aborted) this.#source.merge({ status: "done", step: undefined, level: undefined });
    } catch (error) {
      if (!run.signal.aborted)
        this.#source.merge({ status: "failed", step: undefined, level: undefined, error: MeloError.from(error).toInfo() });
    } finally {
      stopWatching();
      if (this.#run === run) this.#run = undefined;
    }
  }

  async stop(): Promise<void> {
    this.#stop({});
  }

  [Symbol.dispose](): void {
    this.#stop({});
  }

  #stop(why: Partial<CallTestState>): void {
    if (!this.#run) return;
    this.#run.abort();
    this.#run = undefined;
    this.#source.merge({ ...why, status: "stopped", step: undefined, level: undefined });
  }

  async #goThrough(options: CallTestOptions, signal: AbortSignal, inCall: boolean): Promise<void> {
    const steps = await this.#load();
    const findings: CallTestFinding[] = [];
    const showLevel = (level: number | undefined): void => void (signal.aborted || this.#source.merge({ level }));
    try {
      for (const step of CALL_TEST_STEPS) {
        if (signal.aborted) return;
        this.#source.merge({ step });
        const run = { ...this.#context, options, signal, findings, isInCall: inCall, showLevel };
        const finding = await steps[step](run).catch((error: unknown) => unexpected(error));
        if (signal.aborted) return;
        findings.push(Object.freeze({ step, ...finding }));
        this.#source.merge({ findings: Object.freeze([...findings]) });
      }
    } finally {
      steps.end();
    }
  }
}

const RESET: CallTestState = {
  ...INITIAL_CALL_TEST,
  step: undefined,
  level: undefined,
  startedAt: undefined,
  stoppedByCall: undefined,
  error: undefined,
};

function isInCall({ call, elsewhere }: CallTestContext["calls"]["state"]): boolean {
  return elsewhere !== undefined || (call !== undefined && call.status !== "failed");
}

function unexpected(error: unknown): Omit<CallTestFinding, "step"> {
  return { verdict: "wrong", reason: "failed", error: MeloError.from(error).code };
}

async function loadSteps(): Promise<Steps> {
  const { createSteps } = await import("./call-test-steps.js").catch((cause: unknown) => {
    throw new MeloError("code-unreachable", "melo's code for testing calls could not be loaded.", { cause });
  });
  return createSteps();
}
