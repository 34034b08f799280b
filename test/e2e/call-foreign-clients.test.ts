// Two clients that are not melo (Element Call, and one of the bare SDKs) get their tokens from the token service and meet in one encrypted call. What holds here does not depend on melo, so it
// is also the control of the tests in which melo takes part.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import { hears, incoming, listen, openCaller, seesPictures, tonesIn } from "./support/caller-browser.ts";
import { ElementCall } from "./support/element-call.ts";
import { environment } from "./support/environment.ts";
import { ForeignPeer } from "./support/foreign-peer.ts";
import { register, signIn, type Account } from "./support/homeserver.ts";
import { KeylessListener, sfuToken } from "./support/keyless-listener.ts";
import { until } from "./support/until.ts";

describe("clients that are not melo", () => {
  let bob: Account;
  let hers: ElementCall;
  let his: ForeignPeer;
  let room: string;

  before(async () => {
    const { homeserver } = await environment();
    const [one, other] = await Promise.all([register(homeserver, "alice"), register(homeserver, "bob")]);
    bob = other;
    [hers, his] = await Promise.all([
      openCaller({ tone: 440, colour: "red" }).then((context) => ElementCall.open(context, one)),
      openCaller({ tone: 610, colour: "green" }).then((context) => ForeignPeer.open(context, bob)),
    ]);
    room = await hers.createRoom("Foreign ground", [bob.userId]);
    await his.joinRoom(room);
  });

  it("get their tokens, join, and hear and see each other, encrypted", async () => {
    await hers.join(room);
    await his.join({ roomId: room });
    await Promise.all([hears(hers.frame, [610]), hears(his.page, [440])]);
    await Promise.all([seesPictures(hers.frame, 1), seesPictures(his.page, 1)]);
    const { participants } = await his.state();
    assert.deepEqual(
      participants.map(({ identity }) => identity),
      [`${hers.user.userId}:${hers.user.deviceId}`],
    );
    assert.ok(participants[0]!.tracks.every(({ encrypted }) => encrypted));
  });

  it("are nothing but noise for a subscriber with a valid token and no keys", async () => {
    const { homeserver, livekit } = await environment();
    const token = await sfuToken(livekit.tokenService, await signIn(homeserver, bob), room);
    const listener = await KeylessListener.open(await openCaller({ tone: 830, colour: "blue" }), token);
    const frames = await until("frames of four tracks", async () => {
      const all = await listener.frames();
      return all.length === 4 && all.every((track) => track.frames > 30) ? all : undefined;
    });
    for (const track of frames) {
      assert.equal(track.declared, 1, JSON.stringify(track));
      assert.equal(track.clear.length, 0, JSON.stringify(track));
    }
    for (const track of await incoming(listener.page, "video")) {
      assert.ok(track.framesReceived > 20, JSON.stringify(track));
      assert.ok(track.framesDecoded < track.framesReceived / 10, JSON.stringify(track));
    }
    assert.deepEqual(tonesIn(await listen(listener.page, 3000)), []);
    await hears(his.page, [440]); // with the key, at the same time
  });
});
