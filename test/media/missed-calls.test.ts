import { expect } from "@open-wc/testing";

import { MissedCalls, type MissedCallMemory, type MissedCallNote } from "../../src/media/missed-calls.js";

const DAY = 24 * 3_600_000;

describe("missed calls", () => {
  function memoryOf(note?: MissedCallNote) {
    const kept = { note };
    const memory: MissedCallMemory = {
      load: async () => kept.note,
      save: async (next) => void (kept.note = next),
    };
    return { memory, kept };
  }

  async function opened(memory: MissedCallMemory): Promise<MissedCalls> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const missed = new MissedCalls(memory, resolve);
    expect(missed.isDue("$early", Date.now(), Date.now()), "before it is known what was told").to.equal(false);
    await promise;
    return missed;
  }

  it("are told of once, also after a reload, and for a week", async () => {
    const now = Date.now();
    const { memory } = memoryOf({ since: now - 30 * DAY, over: [] });
    const missed = await opened(memory);
    expect(missed.isDue("$call", now - DAY, now)).to.equal(true);
    expect(missed.isDue("$old", now - 8 * DAY, now)).to.equal(false);
    await missed.settle("$call");
    expect(missed.isDue("$call", now - DAY, now)).to.equal(false);
    expect((await opened(memory)).isDue("$call", now - DAY, now)).to.equal(false);
  });

  it("of before a device was there are not told on it", async () => {
    const { memory, kept } = memoryOf();
    const missed = await opened(memory);
    expect(missed.isDue("$before", Date.now() - DAY, Date.now())).to.equal(false);
    expect(missed.isDue("$after", Date.now(), Date.now())).to.equal(true);
    expect(kept.note?.over).to.deep.equal([]);
  });

  it("that are seen to before the memory is read are so for good", async () => {
    const { memory, kept } = memoryOf({ since: 0, over: ["$one"] });
    const { promise, resolve } = Promise.withResolvers<void>();
    await new MissedCalls(memory, resolve).settle("$two");
    await promise;
    expect(kept.note?.over).to.deep.equal(["$one", "$two"]);
  });

  it("are told of where nothing can be kept", async () => {
    const broken: MissedCallMemory = {
      load: () => Promise.reject(new Error("No storage.")),
      save: () => Promise.reject(new Error("No storage.")),
    };
    expect((await opened(broken)).isDue("$call", Date.now(), Date.now())).to.equal(true);
  });
});
