import { expect } from "@open-wc/testing";
import type { MatrixEvent } from "matrix-js-sdk/lib/models/event.js";

import type { Security } from "../../src/internal/event-security.js";
import { TimelineLog } from "../../src/matrix/timeline-log.js";
import { ALICE, BOB, editOf, event } from "./room-events.js";

describe("TimelineLog", () => {
  it("keeps the items of unchanged events, also among 10,000", async () => {
    const { log } = logOf();
    const events = Array.from({ length: 10_000 }, () => event());
    await Promise.all(events.map((one) => log.add(one, false)));
    const before = log.items;
    expect(before).to.have.length(10_000);
    await log.add(event(), false);
    await log.add(editOf(events[5_000]!, "edited"), false);
    const after = log.items;
    expect(after).to.have.length(10_001);
    const changed = before.filter((item, index) => item !== after[index]);
    expect(changed).to.deep.equal([before[5_000]]);
    expect(log.items).to.equal(after);
  });

  it("shows nothing of an event before it is judged", async () => {
    const { log, judge } = logOf({ waits: true });
    const adding = log.add(event(), false);
    expect(log.items).to.be.empty;
    judge({ level: "bad", reason: "unencrypted" });
    await adding;
    expect(log.items[0]).to.deep.include({ kind: "message", security: { level: "bad", reason: "unencrypted" } });
  });

  it("joins an own message with its local echo by the transaction id, and nobody else's", async () => {
    const { log } = logOf();
    await log.add(event({ sender: ALICE, unsigned: { transaction_id: "mine" } }), false);
    await log.add(event({ sender: BOB, unsigned: { transaction_id: "theirs" } }), false);
    await log.add(event({ sender: ALICE, unsigned: { transaction_id: "mine" } }), false); // a server that says it twice
    expect(log.items.map(({ key }) => key).filter((key) => !key.startsWith("$"))).to.deep.equal(["mine"]);
    expect(new Set(log.items.map(({ key }) => key)).size).to.equal(3);
  });

  it("shows the newest valid edit, whichever comes first", async () => {
    const message = event();
    const edits = [editOf(message, "first"), editOf(message, "second")];
    for (const order of [[message, ...edits], [...edits].reverse().concat(message), [edits[0]!, message, edits[1]!]]) {
      const { log } = logOf();
      for (const one of order) await log.add(one, false);
      expect(log.items.map((item) => item.kind === "message" && [item.body, item.edited])).to.deep.equal([["second", true]]);
    }
  });

  it("takes no edit from anyone or anything else", async () => {
    const message = event();
    const sticker = editOf(message, "other type", { type: "m.sticker" });
    const edit = editOf(message, "valid");
    const others = [
      editOf(message, "mallory", { sender: "@mallory:example.org" }),
      sticker,
      editOf(message, "state", { state_key: "" }),
      editOf(message, "elsewhere", { room_id: "!other:example.org" }),
    ];
    const { log } = logOf();
    for (const one of [message, ...others, edit, editOf(edit, "edit of an edit")]) await log.add(one, false);
    expect(log.items.filter((item) => item.kind === "message").map((item) => item.body)).to.deep.equal(["valid"]);
  });

  it("takes no clear edit of an encrypted message", async () => {
    const message = encrypted({ msgtype: "m.text", body: "secret" });
    const { log } = logOf();
    await log.add(message, false);
    await log.add(editOf(message, "what the server wants them to read"), false);
    expect(log.items[0]).to.include({ body: "secret", edited: false });
  });

  it("goes back to what was said before when the edit is redacted, and takes no malformed edit", async () => {
    const message = event({ content: { msgtype: "m.text", body: "original" } });
    const edit = editOf(message, "edited");
    const { log } = logOf();
    for (const one of [
      message,
      edit,
      editOf(message, "", { content: { "m.new_content": 5, "m.relates_to": { rel_type: "m.replace", event_id: message.getId() } } }),
    ])
      await log.add(one, false);
    expect(log.items[0]).to.include({ body: "edited" });
    edit.getUnsigned(); // as the SDK redacts it: content gone, the reason noted
    edit.event.unsigned = { redacted_because: event({ type: "m.room.redaction" }).event as never };
    edit.event.content = {};
    log.redacted(edit.getId()!);
    expect(log.items[0]).to.include({ body: "original", edited: false });
  });

  it("fills a gap between what was there and what came", async () => {
    const { log } = logOf();
    const events = Array.from({ length: 9 }, () => event());
    for (const one of events.slice(0, 3)) await log.add(one, false);
    log.beginGap();
    for (const one of events.slice(7)) await log.add(one, false);
    expect(log.hasGap).to.be.true;
    for (const one of events.slice(1, 7).reverse()) await log.add(one, true); // the last two are known
    expect(log.hasGap).to.be.false;
    expect(log.items.map(({ eventId }) => eventId)).to.deep.equal(events.map((one) => one.getId()));
  });

  it("forgets what stands before a gap that is too wide", async () => {
    const { log } = logOf();
    const events = Array.from({ length: 4 }, () => event());
    for (const one of events.slice(0, 2)) await log.add(one, false);
    log.beginGap();
    for (const one of events.slice(2)) await log.add(one, false);
    log.dropBeforeGap();
    expect(log.items.map(({ eventId }) => eventId)).to.deep.equal(events.slice(2).map((one) => one.getId()));
    expect(log.has(events[0]!.getId()!)).to.be.false;
  });

  it("has a line for a call that rang, which says what became of it, whichever event comes first", async () => {
    const call = ringing(BOB);
    const outcomes = [
      { after: [], outcome: undefined },
      { after: [membership(BOB, false)], outcome: "ended" },
      { after: [membership(ALICE, true), membership(BOB, false)], outcome: "answered" },
      { after: [membership(BOB, true), membership(BOB, false), membership(ALICE, true)], outcome: "ended" },
      { after: [declineOf(call, ALICE)], outcome: "declined" },
      { after: [declineOf(call, BOB), declineOf(ringing(BOB), ALICE)], outcome: undefined },
    ];
    for (const { after, outcome } of outcomes) {
      for (const backwards of [false, true]) {
        const { log } = logOf();
        const all = [call, ...after];
        for (const one of backwards ? all.reverse() : all) await log.add(one, backwards);
        const changes = log.items.flatMap((item) => (item.kind === "state" && item.change.type === "call" ? item.change : []));
        expect(changes.map((change) => change.outcome)).to.deep.equal([outcome]);
        expect(changes[0]).to.include({ video: true, until: 1_700_000_090_000 });
      }
    }
  });

  it("has no line for calls that do not ring, or are for others", async () => {
    const { log } = logOf();
    await log.add(ringing(BOB, { notification_type: "notification" }), false);
    await log.add(ringing(BOB, { "m.mentions": { user_ids: ["@carol:example.org"] } }), false);
    await log.add(ringing(BOB, { "m.mentions": 7 }), false);
    expect(log.items).to.be.empty;
    await log.add(ringing(ALICE), false);
    await log.add(membership("@carol:example.org", true), false);
    expect(log.items[0]).to.deep.include({
      own: true,
      change: { type: "call", video: true, until: 1_700_000_090_000, outcome: "answered" },
    });
  });

  it("judges again when trust changes", async () => {
    const { log, judge } = logOf();
    await log.add(encrypted({ msgtype: "m.text", body: "secret" }), false);
    await log.add(event(), false);
    const [first, second] = log.items;
    judge({ level: "care", reason: "unsigned-device" });
    await log.judge();
    expect(log.items[0]).to.deep.include({ security: { level: "care", reason: "unsigned-device" } });
    expect(log.items[0]).not.to.equal(first);
    expect(log.items[1]).to.equal(second);
  });
});

function logOf({ waits = false } = {}) {
  let security: Security | undefined;
  const first = Promise.withResolvers<void>();
  if (!waits) first.resolve();
  const log = new TimelineLog({
    context: { userId: ALICE, state: { getUserIdsWithDisplayName: () => [], getMember: () => null }, undecryptable: () => undefined },
    decrypt: async () => {},
    security: async () => (await first.promise, security),
    onChange: () => {},
  });
  const judge = (answer: Security) => {
    security = answer;
    first.resolve();
  };
  return { log, judge };
}

function ringing(sender: string, change: Record<string, unknown> = {}): MatrixEvent {
  const content = {
    notification_type: "ring",
    sender_ts: 1_700_000_000_000,
    lifetime: 90_000,
    "m.mentions": { room: true },
    "m.call.intent": "video",
    ...change,
  };
  return event({ type: "org.matrix.msc4075.rtc.notification", sender, content });
}

function declineOf(call: MatrixEvent, sender: string): MatrixEvent {
  const content = { "m.relates_to": { rel_type: "m.reference", event_id: call.getId() } };
  return event({ type: "org.matrix.msc4310.rtc.decline", sender, content });
}

function membership(sender: string, isIn: boolean): MatrixEvent {
  const content = isIn ? { application: "m.call", call_id: "" } : {};
  return event({ type: "org.matrix.msc3401.call.member", sender, state_key: `_${sender}_DEV`, content });
}

/** As the SDK has it after it was decrypted. */
function encrypted(content: Record<string, unknown>): MatrixEvent {
  const made = event({ type: "m.room.encrypted", content: { algorithm: "m.megolm.v1.aes-sha2", ciphertext: "…" } });
  return Object.assign(made, { clearEvent: { type: "m.room.message", content } });
}
