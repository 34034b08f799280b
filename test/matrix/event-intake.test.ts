import { expect } from "@open-wc/testing";
import type { MatrixClient, MatrixEvent } from "matrix-js-sdk/lib/matrix.js";
import { EventType } from "matrix-js-sdk/lib/@types/event.js";
import { MatrixEvent as NewEvent } from "matrix-js-sdk/lib/models/event.js";
import { Room } from "matrix-js-sdk/lib/models/room.js";

import { admitRoomAnswer, admitSync, guardAnswers, MALFORMED } from "../../src/matrix/event-intake.js";
import { malformedEvents } from "../e2e/support/malformed-events.js";
import { ALICE, BOB, ROOM } from "./room-events.js";

describe("admitSync", () => {
  it("leaves a good answer as it is", () => {
    const good = answerWith([message("hello")]);
    const copy = structuredClone(good);
    admitSync(good);
    expect(good).to.deep.equal(copy);
  });

  it("keeps the place of a malformed event, and nothing else of it", () => {
    const bad = [
      { type: "m.room.message", sender: 5, event_id: "$a", content: { msgtype: "m.text", body: "evil" }, origin_server_ts: 1 },
      null,
      "x",
      {},
      { ...message("deep"), content: nested(1_000) },
    ];
    const answer = answerWith([message("one"), ...bad, message("two")]);
    admitSync(answer);
    const { events } = answer.rooms.join[ROOM]!.timeline;
    expect(events.map(({ type }) => type)).to.deep.equal(["m.room.message", ...bad.map(() => MALFORMED), "m.room.message"]);
    expect(JSON.stringify(events)).not.to.contain("evil");
  });

  it("leaves malformed state out", () => {
    const answer = answerWith([]);
    answer.rooms.join[ROOM]!.state.events.push(
      { type: "m.room.name", state_key: 5, content: { name: "x" } },
      { ...message("x"), type: "m.room.member", state_key: "__proto__", content: { membership: "join" } },
    );
    admitSync(answer);
    expect(answer.rooms.join[ROOM]!.state.events).to.be.empty;
  });

  it("outlives any shape of the answer", () => {
    for (const answer of [
      null,
      [],
      "x",
      5,
      {},
      { rooms: 5 },
      { rooms: { join: [] } },
      { rooms: { join: { [ROOM]: null, __proto__x: {}, "!b": { timeline: 5, state: { events: 5 } } } } },
      { to_device: { events: [null] }, account_data: [] },
    ]) {
      admitSync(answer);
      admitRoomAnswer(answer);
    }
  });

  it("makes 1,000 malformed events safe for the SDK, and the good ones between them arrive", async () => {
    const { timeline, state } = malformedEvents(1_000, 11);
    const events = timeline.flatMap((bad, index) => [bad, message(`good ${index}`)]);
    const answer = structuredClone(answerWith(events as object[]));
    answer.rooms.join[ROOM]!.state.events.push(...(structuredClone(state) as object[] as Answer[]));
    admitSync(answer);
    const room = sdkRoom();
    const { timeline: admitted, state: admittedState } = answer.rooms.join[ROOM]!;
    room.getLiveTimeline().initialiseState(admittedState.events.map(toEvent));
    room.recalculate();
    await room.addLiveEvents(admitted.events.map(toEvent), { addToState: true });
    room.recalculate();
    const bodies = room
      .getLiveTimeline()
      .getEvents()
      .map((event) => event.getContent()["body"] as unknown);
    expect(bodies.filter((body) => typeof body === "string" && body.startsWith("good "))).to.have.length(timeline.length);
  });
});

describe("guardAnswers", () => {
  it("stands between the server and the SDK for syncs and rooms", async () => {
    const http = { authedRequest: async (_method: string, path: string) => (path === "/sync" ? answerWith([{}]) : { chunk: [{}] }) };
    guardAnswers({ http } as unknown as Pick<MatrixClient, "http">);
    const sync = (await http.authedRequest("GET", "/sync")) as ReturnType<typeof answerWith>;
    expect(sync.rooms.join[ROOM]!.timeline.events[0]!.type).to.equal(MALFORMED);
    const messages = (await http.authedRequest("GET", "/rooms/x/messages")) as { chunk: Answer[] };
    expect(messages.chunk[0]!.type).to.equal(MALFORMED);
  });
});

type Answer = { type: string } & Record<string, unknown>;

function answerWith(events: unknown[]) {
  return {
    next_batch: "s1",
    rooms: {
      join: { [ROOM]: { timeline: { events: events as Answer[], limited: false }, state: { events: [] as Answer[] } } } as Record<
        string,
        { timeline: { events: Answer[] }; state: { events: Answer[] } }
      >,
    },
  };
}

let count = 0;

function message(body: string) {
  return {
    type: EventType.RoomMessage,
    sender: BOB,
    event_id: `$m${++count}`,
    origin_server_ts: 1_700_000_000_000,
    content: { msgtype: "m.text", body },
  };
}

function toEvent(raw: Answer): MatrixEvent {
  return new NewEvent({ ...raw, room_id: ROOM });
}

/** The SDK's room, with as much of a client as it asks for. */
function sdkRoom(): Room {
  const client = {
    getUserId: () => ALICE,
    getSafeUserId: () => ALICE,
    supportsThreads: () => false,
    isGuest: () => false,
    fetchRoomEvent: () => Promise.reject(new Error("404")),
    getAccountData: () => undefined,
    getEventMapper: () => toEvent,
    decryptEventIfNeeded: async () => {},
    store: { getPendingEvents: async () => [] },
    isInitialSyncComplete: () => true,
  };
  return new Room(ROOM, client as unknown as MatrixClient, ALICE);
}

function nested(depth: number): object {
  let value: object = {};
  for (let level = 0; level < depth; level++) value = { body: value };
  return value;
}
