import { expect } from "@open-wc/testing";

import { notificationOf, referenceIn } from "../../src/internal/call-notification.js";

const NOW = 1_700_000_000_000;

function read(change: Record<string, unknown> = {}, sentAt = NOW) {
  const content = {
    notification_type: "ring",
    sender_ts: NOW,
    lifetime: 30_000,
    "m.mentions": { room: true, user_ids: [] },
    "m.call.intent": "audio",
  };
  return notificationOf({ ...content, ...change }, sentAt, NOW);
}

describe("notificationOf", () => {
  it("reads what Element Call sends", () => {
    const notification = read()!;
    expect(notification).to.include({ rings: true, intent: "audio", expiresAt: NOW + 30_000 });
    expect(notification.isFor("@me:hs")).to.equal(true);
  });

  it("rings for nobody who is not named", () => {
    const named = read({ "m.mentions": { user_ids: ["@me:hs"] } })!;
    expect([named.isFor("@me:hs"), named.isFor("@you:hs")]).to.deep.equal([true, false]);
    expect(read({ "m.mentions": { room: "yes", user_ids: "@me:hs" } })!.isFor("@me:hs")).to.equal(false);
    expect(read({ "m.mentions": undefined })!.isFor("@me:hs")).to.equal(false);
  });

  it("lets nothing ring for longer than two minutes", () => {
    expect(read({ lifetime: 3_600_000 })!.expiresAt).to.equal(NOW + 120_000);
    expect(read({ lifetime: "long" })!.expiresAt).to.equal(NOW + 60_000);
  });

  it("does not believe a sender's clock that is far ahead", () => {
    expect(read({ sender_ts: NOW + 600_000 })!.expiresAt).to.equal(NOW + 30_000);
    expect(read({ sender_ts: -5 })!.expiresAt).to.equal(NOW + 30_000);
  });

  it("takes a withdrawn one for none", () => {
    expect(notificationOf({ msc4354_sticky_key: "m.call#ROOM" }, NOW, NOW)).to.equal(undefined);
    expect(notificationOf("ring", NOW, NOW)).to.equal(undefined);
  });
});

describe("referenceIn", () => {
  it("gives the event that is referred to, and nothing for other relations", () => {
    expect(referenceIn({ "m.relates_to": { rel_type: "m.reference", event_id: "$a" } })).to.equal("$a");
    expect(referenceIn({ "m.relates_to": { rel_type: "m.thread", event_id: "$a" } })).to.equal(undefined);
    expect(referenceIn({ "m.relates_to": { rel_type: "m.reference", event_id: 1 } })).to.equal(undefined);
    expect(referenceIn(undefined)).to.equal(undefined);
  });
});
