import { expect } from "@open-wc/testing";

import { MeloError } from "../../src/internal/errors.js";
import { Source, type Readable } from "../../src/internal/readable.js";
import type { Backing, Kinds } from "../../src/session/sharing/backing.js";
import { connect } from "../../src/session/sharing/connect.js";
import { Host } from "../../src/session/sharing/host.js";
import { serve } from "../../src/session/sharing/serve.js";
import { SharedObjects } from "../../src/session/sharing/shared-objects.js";

interface CounterState {
  readonly status: "loading" | "ready";
  readonly count: number;
  readonly steps: readonly { readonly by: number }[];
}

interface Counter extends Readable<CounterState> {
  add(by: number): Promise<number>;
  fail(): Promise<void>;
  hang(): Promise<void>;
  hangOnce(id: string): Promise<string>;
}

type Objects = { counter: Counter };
const INITIAL: CounterState = { status: "loading", count: 0, steps: [] };
const KINDS: Kinds<Objects> = { counter: { initial: INITIAL, repeatable: ["hangOnce"], isLoading: ({ status }) => status === "loading" } };

class LiveCounter implements Counter, Disposable {
  readonly #source = new Source<CounterState>({ ...INITIAL });
  disposed = false;
  hangs = true;
  calls: string[] = [];
  subscribe: Counter["subscribe"] = (listener, options) => this.#source.subscribe(listener, options);
  get state(): CounterState {
    return this.#source.state;
  }
  async add(by: number): Promise<number> {
    this.#source.merge({ status: "ready", count: this.state.count + by, steps: [...this.state.steps, { by }] });
    return this.state.count;
  }
  async fail(): Promise<void> {
    throw new MeloError("rate-limited", "Too fast.", { retryAfter: 3000 });
  }
  hang(): Promise<void> {
    return new Promise(() => {});
  }
  async hangOnce(id: string): Promise<string> {
    this.calls.push(id);
    return this.hangs ? new Promise(() => {}) : id;
  }
  [Symbol.dispose](): void {
    this.disposed = true;
  }
}

function hostOf(counter = new LiveCounter()) {
  return { counter, host: new Host<Objects>({ counter: () => counter }) };
}

let channels = 0;

/** The two ways to the same object: straight to the host, and through the channel from another tab's end. */
const WAYS: Record<string, (host: Host<Objects>, signal: AbortSignal) => Promise<Backing>> = {
  directly: async (host) => host,
  "through the channel": (host, signal) => {
    const name = `melo-test-${crypto.randomUUID()}-${channels++}`;
    return new Promise((resolve) => {
      connect(name, resolve, signal);
      serve(host, name, signal);
    });
  },
};

for (const [way, reach] of Object.entries(WAYS)) {
  describe(`SharedObjects, ${way}`, () => {
    let ended: AbortController;
    beforeEach(() => (ended = new AbortController()));
    afterEach(() => ended.abort());

    async function shared(counter = new LiveCounter()) {
      const { host } = hostOf(counter);
      const objects = new SharedObjects<Objects>(KINDS);
      objects.attach(await reach(host, ended.signal));
      return { objects, host, counter, face: objects.open("counter", "a") };
    }

    it("shows the initial snapshot, then each change, with unchanged entries of arrays kept", async () => {
      const { face } = await shared();
      expect(face.state).to.deep.equal(INITIAL);
      face.subscribe(() => {});
      await face.add(1);
      await changed(face, ({ count }) => count === 1);
      const [first] = face.state.steps;
      await face.add(2);
      await changed(face, ({ count }) => count === 3);
      expect(face.state.steps).to.deep.equal([{ by: 1 }, { by: 2 }]);
      expect(face.state.steps[0]).to.equal(first);
      expect(Object.isFrozen(face.state)).to.equal(true);
    });

    it("can be given to a template as a value: it is neither a directive nor a promise", async () => {
      const { face } = await shared();
      const asked = face as unknown as Record<string, unknown>;
      for (const name of ["then", "toJSON", "_$litDirective$", "_$litType$", "$$typeof"]) expect(asked[name], name).to.equal(undefined);
    });

    it("gives the same object for the same kind and key", async () => {
      const { objects, face } = await shared();
      expect(objects.open("counter", "a")).to.equal(face);
      expect(objects.open("counter", "b")).to.not.equal(face);
    });

    it("carries results and errors with their code and figures", async () => {
      const { face } = await shared();
      expect(await face.add(5)).to.equal(5);
      const error = await rejection(face.fail());
      expect(error).to.be.instanceOf(MeloError);
      expect([error.code, error.message, error.retryAfter]).to.deep.equal(["rate-limited", "Too fast.", 3000]);
    });

    it("calls nothing that is not an action", async () => {
      const { face } = await shared();
      for (const name of ["constructor", "hasOwnProperty", "disposed", "nothing"]) {
        const error = await rejection((face as unknown as Record<string, () => Promise<void>>)[name]!());
        expect(error.code).to.equal("unsupported");
      }
    });

    it("cuts a running action short when the owner goes, and repeats only those that may be", async () => {
      const { objects, host, counter, face } = await shared();
      face.subscribe(() => {});
      const hanging = rejection(face.hang());
      const repeated = face.hangOnce("x");
      await until(() => counter.calls.length === 1);
      const next = new LiveCounter();
      next.hangs = false;
      ended.abort();
      host.dispose();
      ended = new AbortController();
      objects.attach(await reach(hostOf(next).host, ended.signal));
      expect((await hanging).code).to.equal("interrupted");
      expect(await repeated).to.equal("x");
      expect(next.calls).to.deep.equal(["x"]);
    });

    it("keeps the last snapshot through a hand-over until the next owner has more than a loading one", async () => {
      const { objects, host, face } = await shared();
      face.subscribe(() => {});
      await face.add(7);
      await changed(face, ({ count }) => count === 7);
      const seen: CounterState[] = [];
      face.subscribe(() => seen.push(face.state));
      objects.attach(undefined);
      ended.abort();
      host.dispose();
      ended = new AbortController();
      objects.attach(await reach(hostOf().host, ended.signal));
      expect(face.state.count).to.equal(7);
      await face.add(9);
      await changed(face, ({ count }) => count === 9);
      expect(seen.map(({ status }) => status)).to.not.include("loading");
    });

    it("lets actions wait for an owner, and refuses them when none is to come", async () => {
      const { host } = hostOf();
      const objects = new SharedObjects<Objects>(KINDS);
      const face = objects.open("counter", "a");
      const waiting = face.add(1);
      objects.attach(await reach(host, ended.signal));
      expect(await waiting).to.equal(1);
      objects.refuse(new MeloError("not-signed-in", "Nobody is signed in."));
      expect((await rejection(face.add(1))).code).to.equal("not-signed-in");
      expect(face.state).to.deep.equal(INITIAL);
    });
  });
}

describe("Host", () => {
  it("disposes everything it made when it ends", async () => {
    const { host, counter } = hostOf();
    host.watch("counter", "a", () => {});
    host.dispose();
    expect(counter.disposed).to.equal(true);
    expect((await rejection(host.call("counter", "a", "add", [1]))).code).to.equal("interrupted");
  });
});

async function rejection(promise: Promise<unknown>): Promise<MeloError> {
  try {
    await promise;
  } catch (error) {
    return error as MeloError;
  }
  throw new Error("It was expected to reject.");
}

function changed<S>(readable: Readable<S>, test: (state: S) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (test(readable.state)) resolve();
    };
    readable.subscribe(check);
    check();
  });
}

async function until(test: () => boolean): Promise<void> {
  while (!test()) await new Promise((resolve) => requestAnimationFrame(resolve));
}
