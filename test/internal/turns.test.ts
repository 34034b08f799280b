import { expect } from "@open-wc/testing";

import { Turns } from "../../src/internal/turns.js";

describe("Turns", () => {
  it("makes one piece of work of many calls, and another of those that come while it is under way", async () => {
    const turns = new Turns();
    const end = Promise.withResolvers<void>();
    let count = 0;
    const look = turns.once(async () => {
      count++;
      await end.promise;
    });
    for (let call = 0; call < 5; call++) look();
    await Promise.resolve();
    expect(count).to.equal(1);
    for (let call = 0; call < 5; call++) look();
    await new Promise((resolve) => setTimeout(resolve));
    expect(count).to.equal(1);
    end.resolve();
    await turns.take(() => {});
    expect(count).to.equal(2);
  });

  it("goes on after work that failed", async () => {
    const turns = new Turns();
    let count = 0;
    const look = turns.once(async () => {
      count++;
      throw new Error("as the test wants it");
    });
    look();
    await turns.take(() => {});
    look();
    await turns.take(() => {});
    expect(count).to.equal(2);
  });
});
