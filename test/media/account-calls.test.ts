import { expect } from "@open-wc/testing";
import { ClientEvent } from "matrix-js-sdk/lib/client.js";
import { MatrixEvent } from "matrix-js-sdk/lib/models/event.js";
import { RoomEvent } from "matrix-js-sdk/lib/models/room.js";
import { TypedEventEmitter } from "matrix-js-sdk/lib/models/typed-event-emitter.js";
import { SyncState } from "matrix-js-sdk/lib/sync.js";

import { CALL_MEMBER } from "../../src/internal/call-events.js";
import { LiveAccountCalls } from "../../src/media/account-calls.js";
import type { MissedCallNote } from "../../src/media/missed-calls.js";

const ROOM = "!direct:hs";
const ANNA = "@anna:hs";
const ME = "@me:hs";
const HOUR = 3_600_000;

type Content = Record<string, unknown>;

describe("the calls of an account", () => {
  it("ring when the homeserver has told how things stand, and not by what was kept of them", async () => {
    const world = new World([ringing(1_000), membership(ANNA, true, 1_000)]);
    await world.told();
    expect(world.shown(), "it may be over").to.deep.equal([]);
    world.sync();
    await world.told();
    expect(world.shown()).to.deep.equal(["ringing"]);
    world.add(membership(ANNA, false, 0));
    await world.told();
    expect(world.shown()).to.deep.equal(["missed"]);
  });

  it("are told as missed when they rang while nobody looked", async () => {
    const world = new World([ringing(2 * HOUR), membership(ANNA, false, 2 * HOUR)]);
    world.sync();
    await world.told();
    expect(world.shown()).to.deep.equal(["missed"]);
    const { id } = world.calls.state.incoming[0]!;
    await world.calls.dismiss(id);
    expect(world.shown()).to.deep.equal([]);
    expect(world.note.over).to.deep.equal([id]);
  });

  it("are told once, and neither if they were answered, declined or called back on another device, nor if another client has shown them", async () => {
    const call = ringing(2 * HOUR);
    const after: MatrixEvent[][] = [
      [membership(ME, true, HOUR), membership(ANNA, false, HOUR)],
      [decline(call, ME)],
      [membership(ANNA, false, HOUR), membership(ME, true, HOUR)],
    ];
    for (const events of after) {
      const world = new World([call, ...events]);
      world.sync();
      await world.told();
      expect(world.shown()).to.deep.equal([]);
    }
    const read = new World([call], undefined, { isRead: true });
    read.sync();
    await read.told();
    expect(read.shown()).to.deep.equal([]);
    const known = new World([call], { since: 0, over: [call.getId()!] });
    known.sync();
    await known.told();
    expect(known.shown()).to.deep.equal([]);
  });

  it("are not told of before this device was there", async () => {
    const world = new World([ringing(2 * HOUR)], { since: Date.now() - HOUR, over: [] });
    world.sync();
    await world.told();
    expect(world.shown()).to.deep.equal([]);
  });
});

let count = 0;

function event(type: string, sender: string, content: Content, ago: number, stateKey?: string): MatrixEvent {
  const fields = { type, sender, content, event_id: `$${++count}`, room_id: ROOM, origin_server_ts: Date.now() - ago };
  return new MatrixEvent(stateKey === undefined ? fields : { ...fields, state_key: stateKey });
}

function ringing(ago: number): MatrixEvent {
  const content = { notification_type: "ring", lifetime: 60_000, "m.mentions": { room: true }, "m.call.intent": "audio" };
  return event("org.matrix.msc4075.rtc.notification", ANNA, content, ago);
}

function decline(call: MatrixEvent, sender: string): MatrixEvent {
  const content = { "m.relates_to": { rel_type: "m.reference", event_id: call.getId() } };
  return event("org.matrix.msc4310.rtc.decline", sender, content, HOUR);
}

function membership(userId: string, isIn: boolean, ago: number): MatrixEvent {
  const foci = { focus_active: { type: "livekit", focus_selection: "multi_sfu" }, foci_preferred: [] };
  const content = isIn ? { application: "m.call", call_id: "", scope: "m.room", device_id: "DEV", expires: 60_000, ...foci } : {};
  return event(CALL_MEMBER, userId, content, ago, `_${userId}_DEV_m.call`);
}

/** An account in one direct chat, whose client has these events of it. */
class World {
  readonly calls: LiveAccountCalls;
  note: MissedCallNote;
  readonly #events: MatrixEvent[];
  readonly #room;
  #state: SyncState = SyncState.Prepared;
  readonly #client = Object.assign(new TypedEventEmitter<string, Record<string, (...all: never[]) => void>>(), {
    getRooms: () => [this.#room],
    getRoom: () => this.#room,
    getSafeUserId: () => ME,
    getSyncState: () => this.#state,
    decryptEventIfNeeded: async () => {},
  });

  constructor(events: readonly MatrixEvent[], note: MissedCallNote = { since: 0, over: [] }, { isRead = false } = {}) {
    this.#events = [...events];
    this.note = note;
    const state = (type: string): MatrixEvent[] => [
      ...new Map(
        this.#events.flatMap((each) => (each.getType() === type && each.isState() ? [[each.getStateKey(), each] as const] : [])),
      ).values(),
    ];
    this.#room = {
      roomId: ROOM,
      name: "Anna",
      getLiveTimeline: () => ({ getEvents: () => this.#events }),
      getType: () => undefined,
      getMyMembership: () => "join",
      hasMembershipState: () => true,
      hasUserReadEvent: () => isRead,
      _unstable_getStickyEvents: () => [],
      currentState: { getStateEvents: (type: string, key?: string) => (key === undefined ? state(type) : null) },
    };
    const active = { state: {}, subscribe: () => () => {} };
    this.calls = new LiveAccountCalls({
      client: this.#client,
      active,
      missed: { load: async () => this.note, save: async (next: MissedCallNote) => void (this.note = next) },
      isDirect: () => true,
      person: (_room: unknown, userId: string) => ({ name: userId }),
      cleanName: String,
    } as never);
  }

  sync(): void {
    this.#state = SyncState.Syncing;
    this.#client.emit(ClientEvent.Sync, SyncState.Syncing as never);
  }

  add(added: MatrixEvent): void {
    this.#events.push(added);
    this.#client.emit(RoomEvent.Timeline, ...([added, this.#room, false] as never[]));
    this.#client.emit(ClientEvent.Sync, SyncState.Syncing as never);
  }

  async told(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }

  shown(): string[] {
    return this.calls.state.incoming.map(({ status }) => status);
  }
}
