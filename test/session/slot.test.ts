import { expect } from "@open-wc/testing";

import { MemoryVault, SealedVault } from "../../src/matrix/vault.js";
import { Slot, type SlotNews } from "../../src/session/slot.js";

const ALICE = { userId: "@alice:example.org", deviceId: "D", accessToken: "t", homeserver: "https://example.org" };

describe("Slot", () => {
  it("is named by the homeserver as it is written, and by the profile", () => {
    const key = Slot.keyOf({ homeserver: "https://example.org" });
    expect(Slot.keyOf({ homeserver: " https://example.org/ ", profile: "default" })).to.equal(key);
    expect(Slot.keyOf({ homeserver: "https://example.org", profile: "work" })).to.not.equal(key);
    expect(Slot.keyOf({ homeserver: "https://example.org/default", profile: "" })).to.not.equal(key);
  });

  it("keeps its account and its people apart from other slots, and clears them together", async () => {
    const vault = new MemoryVault();
    const [mine, other] = [new Slot("a/b", vault), new Slot("a/c", vault)];
    await mine.accounts.save(ALICE);
    await mine.personal(ALICE.userId).save("draft/x", "half a word");
    await other.accounts.save({ ...ALICE, deviceId: "E" });
    expect(await mine.accounts.load()).to.deep.equal(ALICE);
    expect(await mine.personal("@bob:example.org").load("draft/x")).to.equal(undefined);
    await mine.clear();
    expect(await mine.accounts.load()).to.equal(undefined);
    expect(await mine.personal(ALICE.userId).names("")).to.deep.equal([]);
    expect((await other.accounts.load())?.deviceId).to.equal("E");
  });

  for (const kind of ["persistent", "memory"] as const) {
    it(`lets one at a time work on it (${kind})`, async () => {
      const vault = kind === "memory" ? new MemoryVault() : await SealedVault.open(`vault-${crypto.randomUUID()}`);
      const slot = new Slot(crypto.randomUUID(), vault);
      const order: string[] = [];
      const gate = Promise.withResolvers<void>();
      const first = slot.exclusively(async () => {
        order.push("first begins");
        await gate.promise;
        order.push("first ends");
        throw new Error("failed");
      });
      const second = slot.exclusively(async () => order.push("second"));
      gate.resolve();
      expect(await first.catch((error: Error) => error.message)).to.equal("failed");
      await second;
      expect(order).to.deep.equal(["first begins", "first ends", "second"]);
      slot.close();
    });
  }

  it("tells the other tabs, and not itself", async () => {
    const vault = await SealedVault.open(`vault-${crypto.randomUUID()}`);
    const key = crypto.randomUUID();
    const [here, there] = [new Slot(key, vault), new Slot(key, vault)];
    const heardHere: SlotNews[] = [];
    here.onNews((news) => heardHere.push(news));
    const heard = new Promise<SlotNews>((resolve) => there.onNews(resolve));
    here.tell({ type: "ended", deviceId: "D", notice: "storage-lost" });
    expect(await heard).to.deep.equal({ type: "ended", deviceId: "D", notice: "storage-lost" });
    expect(heardHere).to.deep.equal([]);
    here.close();
    there.close();
  });
});
