import { expect } from "@open-wc/testing";

import { soundEvents, soundFetch, soundSync } from "../../src/matrix/sound-answers.js";

const MESSAGE = { type: "m.room.message", sender: "@bob:a", event_id: "$1", origin_server_ts: 1, content: { msgtype: "m.text", body: "Hello" } };
const MEMBER = { type: "m.room.member", sender: "@bob:a", state_key: "@bob:a", event_id: "$2", origin_server_ts: 2, content: { membership: "join" } };

describe("soundSync", () => {
  it("leaves a sound answer as it is", () => {
    const answer = {
      next_batch: "s1",
      rooms: {
        join: {
          "!a:a": {
            timeline: { events: [MESSAGE, { ...MEMBER, unsigned: { age: 5, prev_content: { membership: "invite" } } }], limited: true },
            state: { events: [MEMBER] },
            account_data: { events: [{ type: "m.tag", content: { tags: { "m.favourite": { order: 0.1 } } } }] },
            ephemeral: { events: [{ type: "m.typing", content: { user_ids: ["@bob:a"] } }] },
            summary: { "m.heroes": ["@bob:a"], "m.joined_member_count": 2 },
          },
        },
        invite: { "!b:a": { invite_state: { events: [{ type: "m.room.name", sender: "@bob:a", state_key: "", content: { name: "B" } }] } } },
      },
      account_data: { events: [{ type: "m.direct", content: { "@bob:a": ["!a:a"] } }] },
      to_device: { events: [{ type: "m.room.encrypted", sender: "@bob:a", content: { algorithm: "m.olm.v1.curve25519-aes-sha2" } }] },
    };
    expect(soundSync(structuredClone(answer))).to.deep.equal(answer);
  });

  it("drops an event that does not say what, by whom or where it is, and keeps its neighbours", () => {
    const broken = [null, 7, "x", [], {}, { ...MESSAGE, type: 5 }, { ...MESSAGE, sender: null }, { ...MESSAGE, event_id: {} }, { ...MEMBER, state_key: [] }];
    expect(timelineOf([MESSAGE, ...broken, MEMBER])).to.deep.equal([MESSAGE, MEMBER]);
  });

  it("takes only the wrong parts out of an event that can still be told of", () => {
    const [content] = timelineOf([{ ...MESSAGE, content: "x" }]);
    expect(content).to.deep.equal({ ...MESSAGE, content: {} });
    const [parts] = timelineOf([{ ...MESSAGE, origin_server_ts: "now", unsigned: { age: {}, redacted_because: 1, transaction_id: "t" }, redacts: [] }]);
    expect(parts).to.deep.equal({ ...MESSAGE, origin_server_ts: 0, unsigned: { transaction_id: "t" } });
    const [relation] = timelineOf([{ ...MESSAGE, content: { body: {}, "m.relates_to": { rel_type: 1, event_id: "$0" } } }]);
    expect(relation?.content).to.deep.equal({ "m.relates_to": { event_id: "$0" } });
  });

  it("drops a membership without its meaning, and names that are none", () => {
    const names = timelineOf([{ ...MEMBER, content: { membership: "join", displayname: {}, avatar_url: [] } }, { ...MEMBER, content: { membership: 1 } }]);
    expect(names).to.deep.equal([MEMBER]);
  });

  it("does without a room, a list or a kind of data that is none", () => {
    const answer = { rooms: { join: { "!a:a": null, "!b:a": { timeline: [], state: { events: {} } } }, leave: 7 }, account_data: "x", presence: {} };
    expect(soundSync(answer)).to.deep.equal({ rooms: { join: { "!b:a": {} } } });
    const accountData = ["x", { type: "m.push_rules", content: { global: 1 } }, { type: "m.direct", content: { "@a:a": "!", "@b:a": ["!b"] } }];
    expect(soundSync({ account_data: { events: accountData } })).to.deep.equal({
      account_data: { events: [{ type: "m.direct", content: { "@b:a": ["!b"] } }] },
    });
  });
});

describe("soundEvents", () => {
  it("cleans the lists of paginated answers", () => {
    expect(soundEvents({ start: "t1", chunk: [MESSAGE, null], state: "x" })).to.deep.equal({ start: "t1", chunk: [MESSAGE], state: [] });
    expect(soundEvents([MEMBER, 1])).to.deep.equal([MEMBER]);
  });
});

describe("soundFetch", () => {
  it("cleans the answers that hold events, and no others", async () => {
    const fetch = soundFetch(async () => Response.json({ chunk: [MESSAGE, null] }));
    const read = async (path: string) => (await fetch(`https://a/_matrix/client/v3/${path}`)).json();
    expect(await read("rooms/!a/messages?dir=b")).to.deep.equal({ chunk: [MESSAGE] });
    expect(await read("rooms/!a/members")).to.deep.equal({ chunk: [MESSAGE] });
    expect(await read("publicRooms")).to.deep.equal({ chunk: [MESSAGE, null] });
  });
});

function timelineOf(events: readonly unknown[]): (typeof MESSAGE)[] {
  const answer = { rooms: { join: { "!a:a": { timeline: { events: structuredClone(events) } } } } };
  soundSync(answer);
  return answer.rooms.join["!a:a"].timeline.events as (typeof MESSAGE)[];
}
