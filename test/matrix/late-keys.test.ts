import { expect } from "@open-wc/testing";

import { LateKeys } from "../../src/matrix/late-keys.js";
import type { TimelineItem } from "../../src/matrix/timeline-item.js";

describe("LateKeys", () => {
  let restore: () => void;
  let due: (() => void)[];

  beforeEach(() => {
    due = [];
    const { setTimeout } = globalThis;
    globalThis.setTimeout = ((work: () => void) => due.push(work)) as never;
    restore = () => void (globalThis.setTimeout = setTimeout);
  });
  afterEach(() => restore());

  /** Lets all waits of the moment end, and what follows from them happen. */
  async function pass(): Promise<void> {
    due.splice(0).forEach((work) => work());
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  }

  it("asks four times for a key that may come late, and then leaves it to the visitor", async () => {
    const { keys, asked } = setUp();
    keys.see([unreadable("$a", "key-missing"), unreadable("$b", "before-device-not-in-backup")]);
    for (let round = 0; round < 6; round++) await pass();
    expect(asked).to.deep.equal(["$a", "$b", "$a", "$b", "$a", "$b", "$a", "$b"]);
  });

  it("begins anew when identities have changed, but not with every one of many changes", async () => {
    const { keys, asked } = setUp();
    keys.see([unreadable("$a", "before-device-backup-locked")]);
    for (let round = 0; round < 6; round++) await pass();
    asked.length = 0;
    keys.renew();
    keys.renew();
    for (let round = 0; round < 6; round++) await pass();
    expect(asked).to.have.length(4);
  });

  it("does not go on with what it had begun when it begins anew", async () => {
    const { keys, asked } = setUp();
    keys.see([unreadable("$a", "key-missing")]);
    await pass();
    keys.renew();
    for (let round = 0; round < 6; round++) await pass();
    expect(asked).to.have.length(5);
  });

  it("asks no more once the message can be read", async () => {
    const { keys, asked } = setUp();
    keys.see([unreadable("$a", "key-missing")]);
    await pass();
    keys.see([]);
    await pass();
    expect(asked).to.deep.equal(["$a"]);
  });

  it("does not ask where no key can come, for old messages, or after the end", async () => {
    const { keys, asked, end } = setUp();
    keys.see([unreadable("$withheld", "withheld"), unreadable("$early", "before-joining")]);
    keys.see(Array.from({ length: 100 }, (_, index) => unreadable(`$${index}`, "key-missing")));
    expect(due).to.have.length(30);
    end.abort();
    await pass();
    expect(asked).to.be.empty;
  });
});

function setUp() {
  const asked: string[] = [];
  const end = new AbortController();
  return { asked, end, keys: new LateKeys(async (eventId) => void asked.push(eventId), end.signal) };
}

function unreadable(eventId: string, reason: Extract<TimelineItem, { kind: "undecryptable" }>["reason"]): TimelineItem {
  return { kind: "undecryptable", key: eventId, eventId, reason, sender: { userId: "@bob:example.org", name: "Bob" }, time: 0, own: false };
}
