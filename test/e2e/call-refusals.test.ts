// What a client does that wants to be heard or seen in an encrypted call without being entitled to it. Each time the media are really there, and arrive; they are neither played nor shown,
// and the visitor reads why. The same client, honest, is heard at the end: nothing but the rule keeps it silent.

import assert from "node:assert/strict";
import { afterEach, before, describe, it } from "node:test";

import type { BlockReason } from "../../src/media/calls-state.js";
import type { KeyRefusal } from "../../src/media/call-keys-state.js";
import type { ForeignJoin } from "./pages/foreign-caller.ts";
import { CallPage } from "./support/call-page.ts";
import { hears, incoming, listen, openCaller, tonesIn } from "./support/caller-browser.ts";
import { environment } from "./support/environment.ts";
import { ForeignPeer } from "./support/foreign-peer.ts";
import { alterSync } from "./support/hostile-server.ts";
import { register, type Account } from "./support/homeserver.ts";
import { until } from "./support/until.ts";

const KEY = Array.from({ length: 16 }, (_, position) => position * 7 + 1);

describe("in an encrypted call, melo refuses", () => {
  let mallory: Account;
  let hers: CallPage;
  let device: ForeignPeer;
  let other: ForeignPeer;
  let room: string;
  /** Of the last key: each is a new one, so that none of before fits. */
  let index = 10;

  before(async () => {
    const { homeserver } = await environment();
    const [alice, rogue] = await Promise.all([register(homeserver, "alice"), register(homeserver, "mallory")]);
    mallory = rogue;
    const [mine, theirs] = await Promise.all([openCaller({ tone: 440, colour: "red" }), openCaller({ tone: 830, colour: "yellow" })]);
    [hers, device] = await Promise.all([CallPage.signedIn(mine, alice), ForeignPeer.open(theirs, mallory)]);
    other = await ForeignPeer.open(theirs, mallory, false);
    room = await hers.createVoiceChannel({ name: "Court", invite: [mallory.userId] });
    await device.joinRoom(room);
    await hers.show("melo-call", room);
    await hers.act("configure", { sounds: false }); // who comes is heard coming, and that is not what is listened for
    await hers.join(room);
  });

  afterEach(async () => {
    await Promise.all([device, other].map((peer) => peer.leave()));
    await hers.callIs("alone", ({ participants }) => participants.length === 1);
  });

  it("a participant that publishes in clear and says so", async () => {
    await device.join({ roomId: room, media: "clear" });
    await blocked(["not-encrypted"]);
    await hers.chat.says(/not encrypted/);
    await staysSilent();
  });

  it("a participant that publishes in clear and says that it is encrypted", async () => {
    await device.join({ roomId: room, media: "clear", declared: 1 });
    await blocked(["key-missing", "key-wrong", "not-encrypted"]);
    await staysSilent();
  });

  it("a participant that encrypts and says that it does not", async () => {
    await device.join({ roomId: room, declared: 0 });
    await blocked(["not-encrypted"]);
    await staysSilent();
  });

  it("a participant at the SFU without a membership in the room", async () => {
    await other.joinRoom(room);
    await other.join({ roomId: room, media: "clear", membership: false });
    await hers.callIs("warned of an intruder", ({ intruders }) => intruders === 1);
    await hers.chat.says(/not in this room's call/);
    await staysSilent();
    const { participants } = await hers.callIs("without them", () => true);
    assert.ok(!participants.some(({ userId }) => userId === mallory.userId));
    await other.leave();
    await hers.callIs("calm again", ({ intruders }) => intruders === 0);
  });

  it("a key that comes in clear text; the same key is taken when it comes as it should", async () => {
    await withoutKey();
    const begin = Date.now();
    await device.sendKey({ ...(await keyFor()), encrypted: false });
    await refused("not-encrypted", begin);
    await hers.chat.says(/did not come from them in a safe way/);
    await staysSilent();
    await device.sendKey(await keyFor());
    await hears(hers.page, [830]);
  });

  it("a key that another device of the same person sends", async () => {
    await withoutKey();
    const begin = Date.now();
    await other.sendKey(await keyFor());
    await refused("sender-mismatch", begin);
    await staysSilent();
    await device.sendKey(await keyFor());
    await hears(hers.page, [830]);
  });

  it("a key that another person sends, with the sender rewritten by the server", async () => {
    const { homeserver } = await environment();
    const eve = await ForeignPeer.open(device.page.context(), await register(homeserver, "eve"));
    await hers.page.evaluate(([id, guest]) => window.chatSession!.room(id).room.invite(guest), [room, eve.user.userId] as const);
    await eve.joinRoom(room);
    let rewritten = 0;
    const undo = await alterSync(hers.page.context(), (answer) => {
      for (const event of answer.to_device?.events ?? []) {
        if (event.sender !== eve.user.userId || event.type !== "m.room.encrypted") continue;
        event.sender = mallory.userId;
        rewritten++;
      }
    });
    await withoutKey(); // what is told of it comes by a request that can be altered
    await eve.sendKey(await keyFor());
    await until("the rewritten message", () => rewritten > 0);
    await staysSilent();
    await blocked(["key-missing", "key-refused"]);
    await undo();
    await device.sendKey(await keyFor());
    await hears(hers.page, [830]);
  });

  it("nobody who is honest", async () => {
    await device.join({ roomId: room });
    await hears(hers.page, [830]);
    await until("their picture", async () => (await incoming(hers.page, "video")).some(({ framesDecoded }) => framesDecoded > 20));
    await hers.participantIs(mallory.userId, "not blocked", ({ tracks }) => tracks.every(({ blocked: reason }) => !reason));
  });

  /** Joins with a key that nobody was sent, and waits until its media are there. */
  async function withoutKey(): Promise<void> {
    await device.join({ roomId: room, ownKey: { key: KEY, index: ++index } } satisfies ForeignJoin);
    await blocked(["key-missing", "key-refused"]); // an earlier refusal is remembered
  }

  /** Waits until melo has refused a key for this reason. */
  async function refused(reason: KeyRefusal, since: number): Promise<void> {
    await until(`a key refused as ${reason}`, () =>
      hers.page.evaluate(
        ([id, why, begin]) => window.chatSession!.room(id).callKeys.state.refused.some((key) => key.reason === why && key.at >= begin),
        [room, reason, since] as const,
      ),
    );
    await blocked(["key-refused"]);
  }

  async function keyFor(): Promise<Parameters<ForeignPeer["sendKey"]>[0]> {
    const { account } = await hers.chat.session();
    const { userId, deviceId } = device.user;
    return {
      roomId: room,
      to: { userId: account!.userId, deviceId: account!.deviceId },
      claim: { memberId: `${userId}:${deviceId}`, deviceId },
      key: KEY,
      index,
      encrypted: true,
    };
  }

  /** Waits until both tracks are blocked for one of these reasons. */
  async function blocked(reasons: readonly BlockReason[]): Promise<void> {
    await hers.participantIs(mallory.userId, `blocked (${reasons.join(" or ")})`, ({ tracks }) => {
      const media = tracks.filter(({ source, muted }) => (source === "microphone" || source === "camera") && !muted);
      return media.length === 2 && media.every(({ blocked: reason }) => reason && reasons.includes(reason));
    });
  }

  /** For some seconds in which the media go on coming: no tone, no noise, no picture. */
  async function staysSilent(): Promise<void> {
    const heard = await listen(hers.page, 4000);
    assert.deepEqual(tonesIn(heard), [], JSON.stringify(heard));
    assert.ok(heard.loudest < -60, `no noise either: ${JSON.stringify(heard)}`);
    const shown = await hers.page
      .locator("video")
      .evaluateAll(
        (videos) => videos.filter((video) => !(video as HTMLVideoElement).paused && (video as HTMLVideoElement).videoWidth > 0).length,
      );
    assert.equal(shown, 0, "no picture");
  }
});
