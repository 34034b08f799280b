// A call whose members are told by sticky events (MSC4354), encrypted as the room is. Who they are at the SFU is a hash that says nothing.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { before, describe, it, type TestContext } from "node:test";

import type { RoomCallState } from "../../src/media/room-call-state.js";
import { openBrowser, openProfile } from "./support/browser.ts";
import { CallPage } from "./support/call-page.ts";
import { hears, openCaller, seesPictures } from "./support/caller-browser.ts";
import type { Colour } from "./support/camera-picture.ts";
import { crash } from "./support/crash.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { register, signIn, type Account, type RawUser } from "./support/homeserver.ts";
import { atSfu } from "./support/second-sfu.ts";
import { until } from "./support/until.ts";

const STICKY = { stickyCalls: true };
/** How soon everybody has to know of a change, in ms: two seconds are promised, on a machine that does nothing else. */
const SOON = 20_000;
/** How soon nobody may be shown who is no more, in ms. */
const GHOST = 20_000;

describe("a call of sticky memberships", () => {
  let stack: E2eEnvironment;
  let alice: Account;
  let bob: Account;
  let hers: CallPage;
  let his: CallPage;
  let outside: CallPage;
  let witness: RawUser;
  let room: string;

  before(async () => {
    stack = await environment();
    const { homeserver } = stack;
    const [one, two, three] = await Promise.all(["alice", "bob", "carol"].map((name) => register(homeserver, name)));
    [alice, bob] = [one!, two!];
    const caller = async (account: Account, tone: number, colour: Colour) =>
      CallPage.signedIn(await openCaller({ tone, colour }), account, STICKY);
    [hers, his, outside] = await Promise.all([
      caller(alice, 440, "red"),
      caller(bob, 610, "green"),
      openProfile(await openBrowser()).then((context) => CallPage.signedIn(context, three!)), // reads both kinds, whatever it would send
    ]);
    witness = await signIn(homeserver, alice);
    room = await hers.createVoiceChannel({ name: "Honey", invite: [bob.userId, three!.userId] });
    await Promise.all([his.enter(room), outside.enter(room)]);
    for (const page of [hers, his]) await page.show("melo-call", room);
    await outside.show("melo-voice-channel", room);
    await outside.roomCallIs(room, "that is empty", ({ status, members }) => status === "ready" && members.length === 0);
  });

  it("is joined, and everybody hears and sees the other", async (test) => {
    for (const [index, page] of [hers, his].entries()) {
      const begin = Date.now();
      await page.join(room, { camera: true });
      test.diagnostic(`joined in ${Date.now() - begin} ms`);
      await outsideSees(test, `${index + 1} inside`, ({ members }) => members.length === index + 1);
    }
    await Promise.all([hears(hers.page, [610]), hears(his.page, [440])]);
    await Promise.all([seesPictures(hers.page, 1), seesPictures(his.page, 1)]);
    for (const page of [hers, his]) {
      const { participants, intruders } = await page.callIs("complete", (call) => call.participants.length === 2);
      assert.equal(intruders, 0);
      assert.ok(participants.every(({ tracks, presence }) => presence === "connected" && tracks.every(({ blocked }) => !blocked)));
      const clear = await page.page.evaluate(() => window.e2eSentFrames.flatMap((sent) => sent.clear));
      assert.deepEqual(clear, [], "nothing went out in clear");
    }
  });

  it("is known to the SFU by hashes, and to the homeserver by nothing that it can read", async () => {
    const { members } = await hers.roomCall(room);
    const hash = ({ userId, deviceId, id }: RoomCallState["members"][number]) =>
      createHash("sha256")
        .update(JSON.stringify([userId, deviceId, id]))
        .digest("base64")
        .replace(/=+$/, "");
    const there = await atSfu(stack.livekit, room);
    assert.deepEqual(there.map(({ identity }) => identity).sort(), members.map(hash).sort());
    assert.ok(there.every(({ identity, name, metadata }) => !`${identity}${name}${metadata}`.includes("@")));
    const types = (await witness.events(room)).map(({ type }) => type);
    assert.ok(
      types.every((type) => !/rtc\.member|call\.member/.test(type)),
      [...new Set(types)].join(),
    );
    const state = await witness.call<{ type: string; content: object }[]>(
      "GET",
      `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/state`,
    );
    assert.ok(state.every(({ type }) => type !== "org.matrix.msc3401.call.member"));
  });

  it("tells who is muted and deafened, and keeps its order and its keys meanwhile", async (test) => {
    const order = (call: RoomCallState) => call.members.map(({ userId }) => userId).join();
    const before = order(await outside.roomCall(room));
    const keys = [await hers.keyIndex(room), await his.keyIndex(room)];
    await hers.act("setMicrophone", false);
    await outsideSees(test, "one muted", ({ members }) => of(members, alice).muted === true);
    await his.participantIs(alice.userId, "muted", ({ muted }) => muted);
    await hears(his.page, []);
    await hers.act("setMicrophone", true);
    await outsideSees(test, "none muted", ({ members }) => of(members, alice).muted === false);
    await his.act("setDeafened", true);
    await outsideSees(test, "one deafened", ({ members }) => of(members, bob).deafened === true);
    await hers.participantIs(bob.userId, "deafened", ({ deafened }) => deafened);
    await Promise.all([hears(his.page, []), hears(hers.page, [])]);
    await his.act("setDeafened", false);
    await outsideSees(test, "none deafened", ({ members }) => !of(members, bob).deafened);
    await Promise.all([hears(hers.page, [610]), hears(his.page, [440])]);
    assert.equal(order(await outside.roomCall(room)), before);
    assert.deepEqual([await hers.keyIndex(room), await his.keyIndex(room)], keys);
  });

  it("shows a raised hand", async () => {
    await hers.act("raiseHand", true);
    await his.participantIs(alice.userId, "raising a hand", ({ handRaisedAt }) => handRaisedAt !== undefined);
    await hers.act("raiseHand", false);
    await his.participantIs(alice.userId, "not raising a hand", ({ handRaisedAt }) => handRaisedAt === undefined);
  });

  it("is left and joined again, by another name at the SFU and with new keys", async (test) => {
    const before = new Set((await atSfu(stack.livekit, room)).map(({ identity }) => identity));
    const index = await hers.keyIndex(room);
    await his.leave();
    await outsideSees(test, "one inside", ({ members }) => members.length === 1);
    await hears(hers.page, []);
    await until("another key", async () => (await hers.keyIndex(room)) !== index);
    await his.join(room);
    await outsideSees(test, "two inside", ({ members }) => members.length === 2);
    await Promise.all([hears(hers.page, [610]), hears(his.page, [440])]);
    const now = (await atSfu(stack.livekit, room)).map(({ identity }) => identity);
    assert.equal(now.length, 2);
    assert.equal(now.filter((identity) => before.has(identity)).length, 1);
  });

  it("goes on under a new name when another tab has to take the client over", async (test) => {
    const follower = await CallPage.reopened(his.page.context(), STICKY);
    await until("a tab that follows", async () => (await follower.chat.session()).role === "follower");
    await follower.show("melo-call", room);
    await follower.join(room); // which takes the call over from the first tab
    await Promise.all([hears(hers.page, [610]), hears(follower.page, [440])]);
    const before = new Set((await atSfu(stack.livekit, room)).map(({ identity }) => identity));
    const died = Date.now();
    await crash(his.page);
    await until("the other tab running the client", async () => (await follower.chat.session()).role === "owner", 60_000);
    await until(
      "a new name at the SFU",
      async () => {
        const now = (await atSfu(stack.livekit, room)).map(({ identity }) => identity);
        if (now.length === 2 && now.some((identity) => !before.has(identity))) return true;
        throw new Error(JSON.stringify([now, (await follower.calls()).call]));
      },
      60_000,
    );
    await Promise.all([hears(hers.page, [610], 60_000), hears(follower.page, [440], 60_000)]);
    test.diagnostic(`both heard again ${Date.now() - died} ms after the tab with the client died`);
    assert.equal((await outside.roomCall(room)).members.length, 2);
    his = follower;
  });

  it("is rid of somebody whose browser died", async (test) => {
    const died = Date.now();
    await crash(his.page);
    await outside.roomCallIs(room, "with one inside", ({ members }) => members.length === 1, 3 * GHOST);
    const took = Date.now() - died;
    test.diagnostic(`gone for the others ${took} ms after the tab died`);
    assert.ok(took < GHOST, `${took} ms`);
    await hers.callIs("one without Bob", ({ participants }) => participants.length === 1);
    await hers.leave();
    await outsideSees(test, "nobody", ({ members }) => members.length === 0);
  });

  async function outsideSees(test: TestContext, what: string, passes: (call: RoomCallState) => boolean): Promise<void> {
    const begin = Date.now();
    await outside.roomCallIs(room, what, passes, SOON);
    test.diagnostic(`who is outside knows of "${what}" after ${Date.now() - begin} ms`);
  }
});

function of(members: RoomCallState["members"], { userId }: Account): RoomCallState["members"][number] {
  const found = members.find((candidate) => candidate.userId === userId);
  if (!found) throw new Error(`${userId} is not inside.`);
  return found;
}
