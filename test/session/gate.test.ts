import { expect } from "@open-wc/testing";

import { Gate } from "../../src/session/gate.js";
import type { Backing } from "../../src/session/sharing/backing.js";

describe("Gate", () => {
  it("makes watches and actions wait, but not those of kinds that are always open", async () => {
    const { gate, open, asked } = gated();
    const states: object[] = [];
    gate.watch("account", "", (state) => states.push(state));
    gate.watch("room", "!a", (state) => states.push(state));
    const called = gate.call("room", "!a", "join", []);
    expect(asked).to.deep.equal(["account"]);
    open.resolve();
    expect(await called).to.equal("room.join");
    expect(asked).to.deep.equal(["account", "room", "room.join"]);
    expect(states).to.deep.equal([{ kind: "account" }, { kind: "room" }]);
  });

  it("forgets a watch that ends before it opens, and ends one that was opened", async () => {
    const { gate, open, asked, ended } = gated();
    gate.watch("room", "!a", () => {})();
    const unwatch = gate.watch("timeline", "!a", () => {});
    open.resolve();
    await open.promise;
    unwatch();
    expect(asked).to.deep.equal(["timeline"]);
    expect(ended).to.deep.equal(["timeline"]);
  });

  it("rejects the waiting actions when it never opens", async () => {
    const { gate, open } = gated();
    const called = gate.call("room", "!a", "join", []).catch((reason: unknown) => reason);
    open.reject(new Error("stopped"));
    expect(await called).to.have.property("message", "stopped");
  });
});

function gated() {
  const open = Promise.withResolvers<void>();
  const asked: string[] = [];
  const ended: string[] = [];
  const inner: Backing = {
    watch(kind, _key, onState) {
      asked.push(kind);
      onState({ kind });
      return () => void ended.push(kind);
    },
    async call(kind, _key, method) {
      asked.push(`${kind}.${method}`);
      return `${kind}.${method}`;
    },
  };
  return { gate: new Gate(inner, open.promise, ["account"]), open, asked, ended };
}
