import { expect, waitUntil } from "@open-wc/testing";

import { watchChangedPeople } from "../../src/crypto/changed-people.js";
import type { IdentityStatus } from "../../src/internal/identity-status.js";

const [BOB, CAROL, DAN] = ["@bob:example.org", "@carol:example.org", "@dan:example.org"];

describe("watchChangedPeople", () => {
  it("finds at the start whose verification was lost, and nobody else", async () => {
    const { told } = watch({ [BOB]: "changed-since-verified", [CAROL]: "changed", [DAN]: "verified" });
    await waitUntil(() => told.length > 0);
    expect(told).to.deep.equal([[BOB]]);
  });

  it("follows every change and every decision, and tells nothing twice", async () => {
    const { told, statuses, change } = watch({ [BOB]: "verified", [CAROL]: "verified" });
    statuses[CAROL] = "changed-since-verified";
    change([CAROL]);
    await waitUntil(() => told.length === 1);
    change([CAROL, BOB]);
    statuses[BOB] = "changed-since-verified";
    change(undefined);
    await waitUntil(() => told.length === 2);
    statuses[CAROL] = "known";
    change([CAROL]);
    await waitUntil(() => told.length === 3);
    expect(told).to.deep.equal([[CAROL], [BOB, CAROL], [BOB]]);
  });

  it("forgets who is in no encrypted room any more", async () => {
    const { told, there, change } = watch({ [BOB]: "changed-since-verified" });
    await waitUntil(() => told.length === 1);
    there.delete(BOB);
    change(undefined);
    await waitUntil(() => told.length === 2);
    expect(told[1]).to.deep.equal([]);
  });

  it("goes on after an identity that could not be read, and ends with its signal", async () => {
    const { told, statuses, change, end } = watch({ [BOB]: "failing" });
    change([BOB]);
    statuses[BOB] = "changed-since-verified";
    change([BOB]);
    await waitUntil(() => told.length === 1);
    end();
    statuses[BOB] = "known";
    change([BOB]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(told).to.deep.equal([[BOB]]);
  });
});

function watch(given: Record<string, IdentityStatus | "failing">) {
  const statuses = { ...given };
  const there = new Set(Object.keys(given));
  const told: (readonly string[])[] = [];
  const life = new AbortController();
  let change: (userIds: readonly string[] | undefined) => void = () => {};
  const identities = {
    async status(userId: string): Promise<IdentityStatus> {
      const status = statuses[userId]!;
      if (status === "failing") throw new Error("as a test wants it");
      return status;
    },
    onChange: (listener: typeof change) => void (change = listener),
  };
  watchChangedPeople({ identities, others: () => there, tell: (userIds) => told.push(userIds), signal: life.signal });
  return { told, statuses, there, change: (userIds: readonly string[] | undefined) => change(userIds), end: () => life.abort() };
}
