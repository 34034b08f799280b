import { expect } from "@open-wc/testing";

import { late } from "../../src/internal/late.js";
import { Source, type Readable } from "../../src/internal/readable.js";

interface CounterState {
  readonly status: "loading" | "ready" | "failed";
  readonly count: number;
  readonly error?: { readonly code: "code-unreachable"; readonly message: string };
}

class Counter implements Readable<CounterState> {
  readonly #source = new Source<CounterState>({ status: "ready", count: 0 });
  disposed = false;

  get state(): CounterState {
    return this.#source.state;
  }

  subscribe: Readable<CounterState>["subscribe"] = (listener, options) => this.#source.subscribe(listener, options);

  async add(step: number): Promise<number> {
    this.#source.merge({ count: this.state.count + step });
    return this.state.count;
  }

  [Symbol.dispose](): void {
    this.disposed = true;
  }
}

const LOADING: CounterState = { status: "loading", count: 0 };

describe("late", () => {
  it("loads nothing before somebody subscribes or acts", async () => {
    let loads = 0;
    const counter = late<CounterState, Counter>(LOADING, async () => (loads++, new Counter()));
    expect(counter.state).to.deep.equal(LOADING);
    expect(loads).to.equal(0);
    expect(await counter.add(2)).to.equal(2);
    expect(await counter.add(3)).to.equal(5);
    expect(counter.state).to.include({ status: "ready", count: 5 });
    expect(loads).to.equal(1);
  });

  it("tells its subscribers when it is there, and of every change", async () => {
    const counter = late<CounterState, Counter>(LOADING, async () => new Counter());
    const seen: string[] = [];
    counter.subscribe(() => seen.push(`${counter.state.status} ${counter.state.count}`));
    await counter.add(1);
    expect(seen).to.deep.equal(["ready 0", "ready 1"]);
  });

  it("says that its code cannot be had, and tries again", async () => {
    let isOffline = true;
    const counter = late<CounterState, Counter>(LOADING, async () => {
      if (isOffline) throw new TypeError("Failed to fetch dynamically imported module");
      return new Counter();
    });
    expect(await counter.add(1).catch((error: unknown) => error)).to.have.property("code", "code-unreachable");
    expect(counter.state.status).to.equal("failed");
    expect(counter.state.error?.code).to.equal("code-unreachable");
    isOffline = false;
    expect(await counter.add(1)).to.equal(1);
    expect(counter.state.error).to.be.undefined;
  });

  it("disposes what it has loaded, also what comes too late", async () => {
    const first = new Counter();
    const early = late<CounterState, Counter>(LOADING, async () => first);
    await early.add(1);
    early[Symbol.dispose]();
    expect(first.disposed).to.be.true;

    const second = new Counter();
    const arriving = Promise.withResolvers<Counter>();
    const tooLate = late<CounterState, Counter>(LOADING, () => arriving.promise);
    const adding = tooLate.add(1).catch((error: unknown) => error);
    tooLate[Symbol.dispose]();
    arriving.resolve(second);
    expect(await adding).to.have.property("code", "interrupted");
    expect(second.disposed).to.be.true;
  });
});
