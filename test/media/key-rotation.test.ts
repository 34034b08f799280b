import { expect, waitUntil } from "@open-wc/testing";
import { ClientEvent } from "matrix-js-sdk/lib/client.js";
import { logger } from "matrix-js-sdk/lib/logger.js";
import { MatrixEvent } from "matrix-js-sdk/lib/models/event.js";
import { RoomStateEvent } from "matrix-js-sdk/lib/models/room-state.js";
import { RoomStickyEventsEvent } from "matrix-js-sdk/lib/models/room-sticky-events.js";
import { TypedEventEmitter } from "matrix-js-sdk/lib/models/typed-event-emitter.js";

import { CALL_MEMBER, RTC_MEMBER } from "../../src/internal/call-events.js";
import { ActiveCall, type ActiveCallOptions } from "../../src/media/active-call.js";
import { identityOf } from "../../src/media/membership.js";

const ROOM = "!kitchen:hs";
const SERVICE = "https://rtc.hs/jwt";
const ANNA = { userId: "@anna:hs", deviceId: "ANNA" };
const BERT = { userId: "@bert:hs", deviceId: "BERT" };
const CARL = { userId: "@carl:hs", deviceId: "CARL" };
const DATA = { muted: false, deafened: false, camera: false, sharing: false };
/** The SDK keeps a key so long, in ms, whoever comes; after that everybody who comes is a reason for a new one. */
const GRACE = 10_000;

type Device = typeof ANNA;
type Content = Record<string, unknown>;

/** Anna's media key in a call: the real session of the SDK, in a room that the test writes. */
describe("the own media key of a call", () => {
  const now = Date.now;
  let skipped = 0;
  const sdk = logger as unknown as { methodFactory: () => () => void; rebuild(): void };
  before(() => {
    sdk.methodFactory = () => () => {};
    sdk.rebuild();
  });
  beforeEach(() => {
    skipped = 0;
    Date.now = () => now() + skipped;
  });
  afterEach(() => {
    Date.now = now;
  });
  const skip = (milliseconds: number): void => void (skipped += milliseconds);

  it("stays the same when the homeserver is slow to tell of this device's own membership", async () => {
    const room = new FakeRoom();
    room.set(BERT, membership(BERT));
    const anna = await join(room);
    await waitUntil(() => anna.indices.join() === "0" && anna.sent.length === 1);
    skip(GRACE + 1_000);
    room.set(ANNA, anna.published[0]!);
    await settled(anna.call);
    expect(anna.indices).to.deep.equal([0]);
    anna.call.abandon();
  });

  it("stays the same at both sides when somebody else's change comes before the own membership does", async () => {
    const room = new FakeRoom();
    room.set(BERT, membership(BERT));
    const anna = await join(room);
    // The SDK misses its own membership then, and publishes it again.
    room.set(BERT, membership(BERT, { "io.melo.call": { muted: true } }));
    await waitUntil(() => anna.published.length === 2, "published again", { timeout: 5_000 });
    expect(anna.published[1]!["created_ts"], "begun when it was first published").to.equal(room.time(anna.published[0]!));
    anna.call.abandon();
  });

  it("stays the same while others mute and renew their memberships", async () => {
    const { room, anna } = await callOfTwo();
    const createdAt = room.event(BERT)!.getTs();
    skip(GRACE + 1_000);
    for (const muted of [true, false])
      room.set(BERT, membership(BERT, { created_ts: createdAt, expires: 8 * 3_600_000, "io.melo.call": { muted } }));
    await settled(anna.call);
    expect(anna.indices).to.deep.equal([0]);
    anna.call.abandon();
  });

  it("stays the same while others say something new by sticky events", async () => {
    const { room, anna } = await callOfTwo();
    room.stick(CARL, sticky(CARL, "one"));
    await waitUntil(() => anna.sent.at(-1) === "CARL 0");
    skip(GRACE + 1_000);
    room.stick(CARL, sticky(CARL, "one", { muted: true }));
    await settled(anna.call);
    expect(anna.indices).to.deep.equal([0]);
    room.stick(CARL, sticky(CARL, "another")); // the same device, come anew
    await waitUntil(() => anna.sent.at(-1) === "CARL 1", "a new key", { timeout: 5_000 });
    anna.call.abandon();
  });

  it("is another one as soon as somebody left, and those who stay get it", async () => {
    const { room, anna } = await callOfTwo();
    room.set(CARL, membership(CARL));
    await waitUntil(() => anna.sent.at(-1)?.startsWith("CARL"));
    const before = anna.sent.length;
    room.set(BERT, {});
    await waitUntil(() => anna.indices.at(-1) === 1, "a new key", { timeout: 5_000 });
    expect(anna.sent.slice(before)).to.deep.equal(["CARL 1"]);
    expect(new Set(anna.keys.map(String)).size).to.equal(2);
    anna.call.abandon();
  });

  it("is another one when somebody comes later, who is not to open what was said before", async () => {
    const { room, anna } = await callOfTwo();
    skip(GRACE + 1_000);
    room.set(CARL, membership(CARL));
    await waitUntil(() => anna.indices.at(-1) === 1, "a new key", { timeout: 5_000 });
    expect(anna.sent.slice(-2).sort()).to.deep.equal(["BERT 1", "CARL 1"]);
    anna.call.abandon();
  });

  it("goes out anew, once, when the homeserver ended this device's membership and has it again", async () => {
    const { room, anna } = await callOfTwo();
    skip(GRACE + 1_000);
    const before = anna.published.length;
    room.set(ANNA, {});
    await waitUntil(() => anna.published.length > before, "published again", { timeout: 5_000 });
    room.set(ANNA, anna.published.at(-1)!);
    await waitUntil(() => anna.sent.at(-1) === "BERT 1", "the new key", { timeout: 5_000 });
    await settled(anna.call);
    expect(anna.indices.at(-1)).to.equal(1);
    anna.call.abandon();
  });

  it("is the one that the others get when all were lost at once and came back, as after a restart of the homeserver", async () => {
    const { room, anna } = await callOfTwo();
    const before = anna.published.length;
    room.set(ANNA, {});
    room.set(BERT, {});
    await waitUntil(() => anna.published.length > before, "published again", { timeout: 5_000 });
    room.set(BERT, membership(BERT, { "io.melo.call": { attempt: 1 } }));
    room.set(ANNA, anna.published.at(-1)!);
    await settled(anna.call);
    const index = anna.indices.at(-1);
    expect(index).to.equal(1); // somebody had left
    expect(anna.sent.at(-1)).to.equal(`BERT ${index}`);
    anna.call.abandon();
  });

  it("of somebody else is that of the membership it says, which may come after it, and not of the one before", async () => {
    const { room, anna } = await callOfTwo();
    room.stick(CARL, sticky(CARL, "one"));
    await waitUntil(() => anna.sent.at(-1) === "CARL 0");
    const identity = (id: string) => identityOf({ ...CARL, id });
    const known = () => anna.call.state.keys.keys.filter(({ isOwn }) => !isOwn).map((key) => `${key.identity} ${key.index}`);
    anna.receive(CARL, "one", 4);
    const [first, second] = [await identity("one"), await identity("two")];
    await waitUntil(() => known().join() === `${first} 4`);
    anna.receive(CARL, "two", 0);
    await waitUntil(() => known().join() === [`${first} 4`, `${second} 0`].join());
    room.stick(CARL, sticky(CARL, "two"));
    await settled(anna.call);
    expect(known()).to.deep.equal([`${second} 0`]);
    anna.call.abandon();
  });

  async function callOfTwo() {
    const room = new FakeRoom();
    room.set(BERT, membership(BERT));
    const anna = await join(room);
    room.set(ANNA, anna.published[0]!);
    await settled(anna.call);
    await waitUntil(() => anna.sent.join() === "BERT 0");
    return { room, anna };
  }
});

function membership({ userId, deviceId }: Device, change: Content = {}): Content {
  return {
    application: "m.call",
    call_id: "",
    scope: "m.room",
    device_id: deviceId,
    membershipID: `${userId}:${deviceId}`,
    expires: 4 * 3_600_000,
    "m.call.intent": "audio",
    focus_active: { type: "livekit", focus_selection: "multi_sfu" },
    foci_preferred: [{ type: "livekit", livekit_alias: ROOM, livekit_service_url: SERVICE }],
    ...change,
  };
}

function sticky({ userId, deviceId }: Device, id: string, said: Content = {}): Content {
  return {
    slot_id: "m.call#ROOM",
    application: { type: "m.call", "m.call.intent": "audio", "io.melo.call": said },
    member: { user_id: userId, device_id: deviceId, id },
    transports: { published: [{ type: "livekit", livekit_service_url: SERVICE }], can_subscribe: ["livekit"] },
    versions: [],
    msc4354_sticky_key: id,
  };
}

/** A room with everybody in it, as the SDK's session sees it. */
class FakeRoom extends TypedEventEmitter<string, Record<string, (...all: never[]) => void>> {
  readonly roomId = ROOM;
  readonly #events = new Map<string, MatrixEvent>();
  readonly #times = new Map<string, number>();

  readonly #sticky = new Map<string, MatrixEvent>();

  /** The server has this now, and tells it. */
  set(device: Device, content: Content): void {
    const event = this.#made(device, content, { type: CALL_MEMBER, state_key: `_${device.userId}` });
    this.#events.set(device.userId, event);
    this.emit(RoomStateEvent.Events, event as never);
  }

  /** The same as a sticky event. */
  stick(device: Device, content: Content): void {
    const event = this.#made(device, content, { type: RTC_MEMBER });
    this.#sticky.set(`${device.userId} ${String(content["msc4354_sticky_key"])}`, event); // one that died has not left
    this.emit(RoomStickyEventsEvent.Update, ...([[event], [], []] as never[]));
  }

  #made({ userId }: Device, content: Content, kind: { type: string; state_key?: string }): MatrixEvent {
    const event_id = `$${crypto.randomUUID()}`;
    return new MatrixEvent({ ...kind, sender: userId, event_id, room_id: ROOM, origin_server_ts: this.time(content), content });
  }

  /** When the server took it. */
  time(content: Content): number {
    const key = JSON.stringify(content);
    if (!this.#times.has(key)) this.#times.set(key, Date.now());
    return this.#times.get(key)!;
  }

  event({ userId }: Device): MatrixEvent | undefined {
    return this.#events.get(userId);
  }

  getVersion = () => "10";
  hasMembershipState = () => true;
  _unstable_getStickyEvents = () => this.#sticky.values();
  readonly currentState = {
    getStateEvents: (type: string, key?: string) =>
      type === CALL_MEMBER && key === undefined ? [...this.#events.values()] : key === undefined ? [] : null,
  };
  getLiveTimeline = () => ({ getState: () => this.currentState });
}

/** Anna joins; what her client sends is kept. */
async function join(room: FakeRoom) {
  const published: Content[] = [];
  const sent: string[] = [];
  const ids = new Map<string, Content>();
  const client = Object.assign(new TypedEventEmitter<string, Record<string, (...all: never[]) => void>>(), {
    getSafeUserId: () => ANNA.userId,
    getUserId: () => ANNA.userId,
    getDeviceId: () => ANNA.deviceId,
    sendStateEvent: async (_room: string, _type: string, content: Content) => {
      published.push(content);
      room.time(content);
      const event_id = `$own-${published.length}`;
      ids.set(event_id, content);
      return { event_id };
    },
    fetchRoomEvent: async (_room: string, id: string) => ({ origin_server_ts: room.time(ids.get(id)!) }),
    encryptAndSendToDevice: async (_type: string, devices: Device[], { keys }: { keys: { index: number } }) => {
      sent.push(...devices.map(({ deviceId }) => `${deviceId} ${keys.index}`));
    },
    _unstable_sendDelayedStateEvent: async () => ({ delay_id: crypto.randomUUID() }),
    _unstable_sendStickyDelayedEvent: async () => ({}),
    _unstable_updateDelayedEvent: async () => ({}),
    _unstable_cancelScheduledDelayedEvent: async () => ({}),
    _unstable_restartScheduledDelayedEvent: async () => ({}),
    _unstable_sendScheduledDelayedEvent: async () => ({}),
    cancelPendingEvent: () => {},
    decryptEventIfNeeded: async () => {},
  });
  const call = new ActiveCall(
    {
      client,
      room,
      trust: { isAdmitted: async () => true, meet: async () => {}, identityKey: async () => "curve", onChange: () => {} },
      onUnopened: () => {},
      memory: { load: async () => undefined, save: async () => {} },
      toError: (error: unknown) => error,
      send: async () => "$event",
      encrypted: true,
      sticky: false,
      memberId: `${ANNA.userId}:${ANNA.deviceId}`,
      service: SERVICE,
    } as unknown as ActiveCallOptions,
    { intent: "audio", data: DATA },
  );
  const receive = ({ userId, deviceId }: Device, id: string, index: number) => {
    const member = { id, claimed_device_id: deviceId };
    const session = { call_id: "", application: "m.call", scope: "m.room" };
    const content = { keys: { index, key: btoa("0123456789abcdef") }, member, room_id: ROOM, session, sent_ts: Date.now() };
    const message = { type: "io.element.call.encryption_keys", sender: userId, content };
    const encryptionInfo = { sender: userId, senderDevice: deviceId, senderCurve25519KeyBase64: "curve" };
    client.emit(ClientEvent.ReceivedToDeviceMessage, { message, encryptionInfo } as never);
  };
  const own = () => call.state.keys.keys.filter(({ isOwn }) => isOwn);
  await call.joined();
  return {
    call,
    receive,
    published,
    sent,
    get indices() {
      return own().map(({ index }) => index);
    },
    get keys() {
      return own().map(({ key }) => key);
    },
  };
}

/** What there is to be done about a change of the members is done by then: a new key is in use a second after it went out. */
async function settled(call: ActiveCall): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1_800));
  expect(call.state.own).to.equal("joined");
}
