import { expect, waitUntil } from "@open-wc/testing";
import { ClientEvent } from "matrix-js-sdk/lib/client.js";
import type { MatrixEvent } from "matrix-js-sdk/lib/matrix.js";
import { TypedEventEmitter } from "matrix-js-sdk/lib/models/typed-event-emitter.js";

import type { DeviceOf } from "../../src/media/device-trust.js";
import { KeyInbox } from "../../src/media/key-inbox.js";

const ROOM = "!room:hs";
const CURVE = "curve-of-bobs-device";
const KEY = btoa("0123456789abcdef");

function content(change: Record<string, unknown> = {}): Record<string, unknown> {
  return { keys: { index: 3, key: KEY }, member: { id: "@bob:hs:BOB", claimed_device_id: "BOB" }, room_id: ROOM, sent_ts: 1, ...change };
}

const FROM_BOB = { sender: "@bob:hs", senderDevice: "BOB", senderCurve25519KeyBase64: CURVE, senderVerified: false };

function setUp() {
  const client = new TypedEventEmitter<string, Record<string, (payload: unknown) => void>>();
  const admitted = new Set(["BOB"]);
  let changed = (): void => {};
  const received: MatrixEvent[] = [];
  let unopened: (userId: string) => void = () => {};
  const inbox = new KeyInbox({
    client: client as never,
    roomId: ROOM,
    trust: {
      identityKey: async ({ userId, deviceId }: DeviceOf) => (userId === "@bob:hs" && deviceId === "BOB" ? CURVE : undefined),
      isAdmitted: async ({ deviceId }: DeviceOf) => admitted.has(deviceId),
      onChange: (listener) => (changed = listener),
    },
    onUnopened: (listener) => (unopened = listener),
    isMember: (userId) => userId === "@bob:hs",
    onRefused: () => {},
  });
  inbox.on((event) => received.push(event));
  const send = (message: object, info: object | null) =>
    client.emit(ClientEvent.ReceivedToDeviceMessage, { message, encryptionInfo: info });
  const key = (sent = content(), info: object | null = FROM_BOB, sender = "@bob:hs") =>
    send({ type: "io.element.call.encryption_keys", sender, content: sent }, info);
  const reasons = () => inbox.refused.map(({ userId, deviceId, reason }) => `${userId} ${deviceId} ${reason}`);
  return { inbox, received, key, reasons, admitted, change: () => changed(), unopened: (userId: string) => unopened(userId) };
}

describe("KeyInbox", () => {
  it("lets in a key of the device that it says it is of, with its known fields only", async () => {
    const { received, key, reasons } = setUp();
    key(content({ extra: "field" }));
    await waitUntil(() => received.length === 1);
    expect(received[0]!.getSender()).to.equal("@bob:hs");
    expect(received[0]!.getContent()).to.have.all.keys("keys", "member", "room_id", "sent_ts");
    expect(reasons()).to.deep.equal([]);
  });

  const cases: [what: string, reason: string, send: (key: ReturnType<typeof setUp>["key"]) => void][] = [
    ["in clear text", "@bob:hs BOB not-encrypted", (key) => key(content(), null)],
    ["that another user sent", "@bob:hs BOB sender-mismatch", (key) => key(content(), { ...FROM_BOB, sender: "@eve:hs" })],
    ["of another device", "@bob:hs EVIL sender-mismatch", (key) => key(content(), { ...FROM_BOB, senderDevice: "EVIL" })],
    [
      "over a session that is not the device's",
      "@bob:hs BOB sender-mismatch",
      (key) => key(content(), { ...FROM_BOB, senderCurve25519KeyBase64: "other" }),
    ],
    [
      "of a device that nobody knows",
      "@eve:hs BOB sender-mismatch",
      (key) => key(content(), { ...FROM_BOB, sender: "@eve:hs", senderDevice: undefined }, "@eve:hs"),
    ],
    ["without an index", "@bob:hs BOB malformed", (key) => key(content({ keys: { key: KEY } }))],
    ["with an index beyond 255", "@bob:hs BOB malformed", (key) => key(content({ keys: { key: KEY, index: 256 } }))],
    ["that is no base64", "@bob:hs BOB malformed", (key) => key(content({ keys: { key: "§§§", index: 1 } }))],
    ["that is too short", "@bob:hs BOB malformed", (key) => key(content({ keys: { key: btoa("short"), index: 1 } }))],
    ["without a device", "@bob:hs BOB malformed", (key) => key(content({ member: {} }))],
  ];
  for (const [what, reason, send] of cases) {
    it(`refuses a key ${what}`, async () => {
      const { received, key, reasons } = setUp();
      send(key);
      await waitUntil(() => reasons().length > 0);
      expect(reasons()).to.deep.equal([reason]);
      expect(received).to.deep.equal([]);
    });
  }

  it("does not care for keys of another room's call", async () => {
    const { received, key, reasons } = setUp();
    key(content({ room_id: "!other:hs" }), null);
    key();
    await waitUntil(() => received.length === 1);
    expect(reasons()).to.deep.equal([]);
  });

  it("keeps the newest key of a device that is not signed until it is", async () => {
    const { received, key, reasons, admitted, change } = setUp();
    admitted.clear();
    key(content({ keys: { index: 1, key: KEY } }));
    key(content({ keys: { index: 2, key: KEY } }));
    await waitUntil(() => reasons().length > 0);
    expect(reasons()).to.deep.equal(["@bob:hs BOB device-unverified"]);
    expect(received).to.deep.equal([]);
    admitted.add("BOB");
    change();
    await waitUntil(() => received.length > 0);
    expect(received.map((event) => event.getContent()["keys"])).to.deep.equal([{ index: 2, key: KEY }]);
    expect(reasons()).to.deep.equal([], "it is no refusal any more");
  });

  it("tells of messages that cannot be opened, if they are said to be of somebody in the call", () => {
    const { reasons, unopened } = setUp();
    unopened("@eve:hs");
    unopened("@bob:hs");
    expect(reasons()).to.deep.equal(["@bob:hs undefined undecryptable"]);
  });

  it("lists no more than fifty refusals, and each once", async () => {
    const { inbox, key } = setUp();
    for (let index = 0; index < 60; index++) for (let twice = 0; twice < 2; twice++) key(content(), null, `@user${index}:hs`);
    await waitUntil(() => inbox.refused.at(-1)?.userId === "@user59:hs");
    expect(inbox.refused.length).to.equal(50);
  });

  it("hears nothing after its end", async () => {
    const { inbox, key, received } = setUp();
    key();
    await waitUntil(() => received.length === 1);
    inbox[Symbol.dispose]();
    key();
    await Promise.resolve();
    expect(received.length).to.equal(1);
  });
});
