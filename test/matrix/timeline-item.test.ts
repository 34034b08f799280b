import { expect } from "@open-wc/testing";
import fc from "fast-check";
import { MatrixEvent } from "matrix-js-sdk/lib/models/event.js";

import type { TimelineItem } from "../../src/matrix/timeline-item.js";
import { itemOf, type ItemContext } from "../../src/matrix/timeline-item-event.js";
import { malformedEvents } from "../e2e/support/malformed-events.js";
import { ALICE, BOB, event, ROOM } from "./room-events.js";

const CONTEXT: ItemContext = {
  userId: ALICE,
  state: { getUserIdsWithDisplayName: () => [], getMember: () => null },
  undecryptable: () => undefined,
};

describe("itemOf", () => {
  it("reads messages of all styles", () => {
    expect(itemFor({ msgtype: "m.text", body: "hi", format: "org.matrix.custom.html", formatted_body: "<b>hi</b>" })).to.include({
      kind: "message",
      style: "text",
      body: "hi",
      html: "<b>hi</b>",
    });
    expect(itemFor({ msgtype: "m.emote", body: "waves" })).to.include({ style: "emote" });
    expect(itemFor({ msgtype: "m.notice", body: "beep", format: "other", formatted_body: "x" })).to.include({
      style: "notice",
      html: undefined,
    });
    expect(itemFor({ msgtype: "m.image", body: "alt", filename: "cat.png", info: { size: 12 } })).to.include({
      kind: "file",
      style: "image",
      name: "cat.png",
      size: 12,
    });
    expect(itemFor({ msgtype: "org.example.new", body: "fallback" })).to.include({
      kind: "unsupported",
      malformed: false,
      body: "fallback",
    });
  });

  it("takes the repeated words out of an old reply, and only out of one", () => {
    const reply = {
      msgtype: "m.text",
      body: "> <@bob:example.org> one\n> two\n\nthree",
      "m.relates_to": { "m.in_reply_to": { event_id: "$x" } },
    };
    expect(itemFor(reply)).to.include({ body: "three" });
    expect(itemFor({ ...reply, "m.relates_to": undefined })).to.include({ body: reply.body });
  });

  it("says what happened to people", () => {
    const member = (content: object, before?: object, sender = BOB, target = BOB) =>
      change({ type: "m.room.member", sender, state_key: target, content, unsigned: { prev_content: before } });
    expect(member({ membership: "join" })).to.deep.equal({ type: "member-joined" });
    expect(member({ membership: "join", displayname: "Rob" }, { membership: "join", displayname: "Bob" })).to.deep.equal({
      type: "member-renamed",
      from: "Bob",
      to: "Rob",
    });
    expect(member({ membership: "leave" }, { membership: "join" })).to.deep.equal({ type: "member-left" });
    expect(member({ membership: "leave" }, { membership: "invite" })).to.deep.equal({ type: "invitation-declined" });
    expect(member({ membership: "leave", reason: "spam" }, { membership: "join" }, ALICE)).to.deep.include({
      type: "member-removed",
      reason: "spam",
    });
    expect(member({ membership: "leave" }, { membership: "invite" }, ALICE)).to.include({ type: "invitation-withdrawn" });
    expect(member({ membership: "leave" }, { membership: "ban" }, ALICE)).to.include({ type: "member-unbanned" });
    expect(member({ membership: "ban" }, { membership: "join" }, ALICE)).to.include({ type: "member-banned" });
  });

  it("tells encryption that is switched on from encryption that is taken back", () => {
    const encryption = (content: object, before?: object) =>
      change({ type: "m.room.encryption", state_key: "", content, unsigned: { prev_content: before } })?.type;
    const megolm = { algorithm: "m.megolm.v1.aes-sha2" };
    expect(encryption(megolm)).to.equal("encryption-enabled");
    expect(encryption(megolm, megolm)).to.equal("encryption-enabled");
    expect(encryption({}, megolm)).to.equal("encryption-altered");
    expect(encryption({ algorithm: "rot13" })).to.equal("encryption-altered");
    expect(encryption({ ...megolm, rotation_period_msgs: 1e9 }, megolm)).to.equal("encryption-altered");
  });

  it("gives no line to what belongs to other events", () => {
    for (const type of ["m.reaction", "m.room.redaction", "m.call.invite", "m.key.verification.start"])
      expect(itemOf(source({ type }), CONTEXT), type).to.be.undefined;
  });

  it("makes plain data of 1,000 malformed events, and throws for none", () => {
    const { timeline, state } = malformedEvents(1_000, 7);
    let malformed = 0;
    for (const raw of [...timeline, ...state]) {
      const item = itemOf({ event: new MatrixEvent({ ...raw, room_id: ROOM }), key: "key" }, CONTEXT);
      assertPlain(item);
      if (item?.kind === "unsupported" && item.malformed) malformed++;
    }
    expect(malformed).to.be.greaterThan(100);
  });

  it("makes plain data of anything at all", () => {
    const anything = fc.oneof(
      fc.anything({ withNullPrototype: true }),
      fc.jsonValue(),
      fc.constantFrom("m.room.message", "m.room.member", "", "__proto__"),
    );
    const raw = fc.record(
      {
        type: anything,
        content: anything,
        sender: anything,
        state_key: anything,
        event_id: anything,
        origin_server_ts: anything,
        unsigned: anything,
        redacts: anything,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(raw, (fields) => {
        let made: MatrixEvent;
        try {
          made = new MatrixEvent(fields as object);
        } catch {
          return; // not even the SDK makes an event of it
        }
        assertPlain(itemOf({ event: made, key: "key" }, CONTEXT));
      }),
      { numRuns: 1_000 },
    );
    expect(Object.prototype).not.to.have.property("polluted");
  });
});

function assertPlain(item: TimelineItem | undefined): void {
  if (!item) return;
  expect(structuredClone(item)).to.deep.equal(item);
  expect(item.sender.userId).to.be.a("string");
  expect(item.sender.name).to.be.a("string");
  expect(item.time).to.be.within(0, 8.64e15);
}

function source(fields: Record<string, unknown>) {
  return { event: event(fields), key: "key" };
}

function itemFor(content: object): TimelineItem | undefined {
  return itemOf(source({ content }), CONTEXT);
}

function change(fields: Record<string, unknown>) {
  const item = itemOf(source(fields), CONTEXT);
  return item?.kind === "state" ? item.change : undefined;
}
