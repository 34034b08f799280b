// A voice channel with three people in it and a fourth who only looks, each in a browser of their own, at a real homeserver and a real SFU.

import assert from "node:assert/strict";
import { before, describe, it, type TestContext } from "node:test";

import type { RoomCallState } from "../../src/media/room-call-state.js";
import { openBrowser, openProfile } from "./support/browser.ts";
import { CallPage } from "./support/call-page.ts";
import { hears, listen, openCaller, seesPictures } from "./support/caller-browser.ts";
import type { Colour } from "./support/camera-picture.ts";
import { environment } from "./support/environment.ts";
import { register, type Account } from "./support/homeserver.ts";

/** How soon everybody has to know of a change, in ms. Two seconds are promised, and what it took is told; here four browsers share two cores with other tests. */
const SOON = 20_000;

describe("three people in a voice channel, and a fourth outside", () => {
  let alice: Account;
  let bob: Account;
  let carol: Account;
  let hers: CallPage;
  let his: CallPage;
  let third: CallPage;
  let outside: CallPage;
  let room: string;

  before(async () => {
    const { homeserver } = await environment();
    const [one, two, three, four] = await Promise.all(["alice", "bob", "carol", "dave"].map((name) => register(homeserver, name)));
    [alice, bob, carol] = [one!, two!, three!];
    const caller = async (account: Account, tone: number, colour: Colour) => CallPage.signedIn(await openCaller({ tone, colour }), account);
    [hers, his, third, outside] = await Promise.all([
      caller(alice, 440, "red"),
      caller(bob, 610, "green"),
      caller(carol, 830, "blue"),
      openProfile(await openBrowser()).then((context) => CallPage.signedIn(context, four!)),
    ]);
    room = await hers.createVoiceChannel({ name: "Kitchen", invite: [bob.userId, carol.userId, four!.userId] });
    await Promise.all([his, third, outside].map((page) => page.enter(room)));
    for (const page of [hers, his, third]) await page.show("melo-call", room);
    await outside.show("melo-voice-channel", room);
    await outside.roomCallIs(room, "that is empty", ({ status, members }) => status === "ready" && members.length === 0);
  });

  it("join one after the other, and the fourth sees each of them", async (test) => {
    for (const [index, page] of [hers, his, third].entries()) {
      const begin = Date.now();
      await page.join(room);
      test.diagnostic(`joined in ${Date.now() - begin} ms`);
      await outsideSees(test, `${index + 1} inside`, ({ members }) => members.length === index + 1);
    }
    const { members } = await outside.roomCall(room);
    assert.deepEqual(
      members.map(({ userId }) => userId),
      [alice, bob, carol].map(({ userId }) => userId),
    );
    assert.ok(members.every(({ muted, deafened }) => !muted && !deafened));
  });

  it("hear each other: everybody both of the others, and not themselves", async () => {
    await Promise.all([hears(hers.page, [610, 830]), hears(his.page, [440, 830]), hears(third.page, [440, 610])]);
  });

  it("see each other", async () => {
    for (const page of [hers, his, third]) await page.act("setCamera", true);
    await Promise.all([hers, his, third].map((page) => seesPictures(page.page, 2)));
    await outside.roomCallIs(room, "with three cameras", ({ members }) => members.filter(({ camera }) => camera).length === 3);
    for (const page of [his, third]) await page.act("setCamera", false);
  });

  it("are not heard while their microphone is off, and everybody sees that it is", async (test) => {
    await his.act("setMicrophone", false);
    await outsideSees(test, "one muted", ({ members }) => member(members, bob).muted === true);
    await hers.participantIs(bob.userId, "muted", ({ muted }) => muted);
    await Promise.all([hears(hers.page, [830]), hears(third.page, [440])]);
    await his.act("setMicrophone", true);
    await outsideSees(test, "none muted", ({ members }) => member(members, bob).muted === false);
    await Promise.all([hears(hers.page, [610, 830]), hears(third.page, [440, 610])]);
  });

  it("hear nothing and are not heard while deafened; then everything is as before", async (test) => {
    await third.act("setDeafened", true);
    await outsideSees(
      test,
      "one deafened",
      ({ members }) => member(members, carol).deafened === true && member(members, carol).muted === true,
    );
    await hears(third.page, []);
    await Promise.all([hears(hers.page, [610]), hears(his.page, [440])]);
    await hers.participantIs(carol.userId, "deafened", ({ deafened }) => deafened);
    await third.act("setDeafened", false);
    await outsideSees(test, "none deafened", ({ members }) => !member(members, carol).deafened && !member(members, carol).muted);
    await Promise.all([hears(third.page, [440, 610]), hears(hers.page, [610, 830])]);
  });

  it("leave, and are neither heard nor shown; come again, and are", async (test) => {
    await his.leave();
    await outsideSees(test, "two inside", ({ members }) => members.length === 2 && members.every(({ userId }) => userId !== bob.userId));
    await Promise.all([hears(hers.page, [830]), hears(third.page, [440])]);
    assert.equal((await listen(his.page)).sources, 0, "who has left plays nothing");
    assert.equal(await his.page.evaluate(() => window.e2eConnections.open()), 0, "and has no connection");
    await his.join(room);
    await outsideSees(test, "three inside", ({ members }) => members.length === 3);
    await Promise.all([hears(his.page, [440, 830]), hears(hers.page, [610, 830]), hears(third.page, [440, 610])]);
  });

  it("all leave, and the channel is empty", async (test) => {
    await Promise.all([hers, his, third].map((page) => page.leave()));
    await outsideSees(test, "nobody", ({ members }) => members.length === 0);
  });

  async function outsideSees(test: TestContext, what: string, passes: (call: RoomCallState) => boolean): Promise<void> {
    const begin = Date.now();
    await outside.roomCallIs(room, what, passes, SOON);
    test.diagnostic(`the fourth knows of "${what}" after ${Date.now() - begin} ms`);
  }
});

function member(members: RoomCallState["members"], { userId }: Account): RoomCallState["members"][number] {
  const found = members.find((candidate) => candidate.userId === userId);
  if (!found) throw new Error(`${userId} is not inside.`);
  return found;
}
