// Element Call, unchanged and inside of another client, in the same encrypted call as melo, and a third caller who comes and leaves. Everything in both directions.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import { CallPage } from "./support/call-page.ts";
import { hears, incoming, listen, openCaller, seesPictures, tonesIn } from "./support/caller-browser.ts";
import { ElementCall } from "./support/element-call.ts";
import { environment } from "./support/environment.ts";
import { ForeignPeer } from "./support/foreign-peer.ts";
import { register, type Account } from "./support/homeserver.ts";
import { installScreen } from "./support/made-up-screen.ts";
import { until } from "./support/until.ts";

describe("melo and Element Call in one encrypted call", () => {
  let alice: Account;
  let bob: Account;
  let hers: CallPage;
  let elementCall: ElementCall;
  let carolAccount: Account;
  let room: string;

  before(async () => {
    const { homeserver } = await environment();
    const [one, two, three] = await Promise.all(["alice", "bob", "carol"].map((name) => register(homeserver, name)));
    [alice, bob, carolAccount] = [one!, two!, three!];
    [hers, elementCall] = await Promise.all([
      openCaller({ tone: 440, colour: "red" }).then((context) => CallPage.signedIn(context, alice)),
      openCaller({ tone: 610, colour: "green" }).then(async (context) => {
        await context.addInitScript(installScreen);
        return ElementCall.open(context, bob);
      }),
    ]);
    room = await hers.createVoiceChannel({ name: "Embassy", invite: [bob.userId, carolAccount.userId] });
    await elementCall.joinRoom(room);
    await hers.show("melo-call", room);
  });

  it("hear and see each other", async () => {
    await hers.join(room, { camera: true });
    await elementCall.join(room);
    await Promise.all([hears(hers.page, [610]), hears(elementCall.frame, [440])]);
    await Promise.all([seesPictures(hers.page, 1), seesPictures(elementCall.frame, 1)]);
    const { participants } = await hers.callIs("complete", (call) => call.participants.length === 2);
    assert.ok(participants.every(({ tracks }) => tracks.every(({ blocked }) => !blocked)));
  });

  it("know of each other's microphone", async () => {
    await elementCall.click("incall_mute");
    await hers.participantIs(bob.userId, "muted", ({ muted }) => muted);
    await hears(hers.page, []);
    await elementCall.click("incall_mute");
    await hers.act("setMicrophone", false);
    await until("a muted microphone in Element Call", () => elementCall.isMuted(alice.name));
    await hears(elementCall.frame, []);
    await hers.act("setMicrophone", true);
    await until("an open microphone in Element Call", async () => !(await elementCall.isMuted(alice.name)));
    await Promise.all([hears(hers.page, [610]), hears(elementCall.frame, [440])]);
  });

  it("share their screens with each other", async () => {
    await elementCall.click("incall_screenshare");
    const { tracks } = await hers.participantIs(bob.userId, "sharing", (participant) =>
      participant.tracks.some(({ source }) => source === "screen"),
    );
    assert.ok(tracks.every(({ blocked }) => !blocked));
    await seesPictures(hers.page, 2);
    await elementCall.click("incall_screenshare");
    await hers.participantIs(bob.userId, "not sharing", (participant) => participant.tracks.every(({ source }) => source !== "screen"));

    await hers.page.locator("melo-call").click({ position: { x: 5, y: 5 } }); // the browser asks for a gesture
    await hers.act("startScreenShare");
    await elementCall.screen(alice.name).waitFor();
    await until("a picture of the screen in Element Call", () =>
      elementCall.screen(alice.name).evaluate((video) => (video as HTMLVideoElement).videoWidth > 0 && !(video as HTMLVideoElement).paused),
    );
    await hers.act("stopScreenShare");
    await elementCall.screen(alice.name).waitFor({ state: "detached" });
  });

  it("see each other's raised hands and reactions", async () => {
    await elementCall.react("Raise hand");
    await hers.participantIs(bob.userId, "raising a hand", ({ handRaisedAt }) => handRaisedAt !== undefined);
    await elementCall.react("Lower hand");
    await hers.participantIs(bob.userId, "not raising a hand", ({ handRaisedAt }) => handRaisedAt === undefined);
    await hers.act("raiseHand", true);
    await until("her hand in Element Call", () => elementCall.hasRaisedHand(alice.name));
    await hers.act("raiseHand", false);
    await until("no hand in Element Call", async () => !(await elementCall.hasRaisedHand(alice.name)));
    await elementCall.react("thumbsup");
    await hers.callIs("one with a thumb up", ({ reactions }) => reactions.some(({ emoji }) => emoji === "👍"));
    await hers.act("react", "🎉");
    await elementCall.tile(alice.name).getByText("🎉").waitFor();
  });

  it("change their keys when a third leaves, who then receives and cannot open what comes", async (test) => {
    // Without pictures: three browsers and their pictures are more than two processors take beside other tests.
    await hers.act("setCamera", false);
    await elementCall.click("incall_videomute");
    const carol = await ForeignPeer.open(await openCaller({ tone: 830, colour: "blue" }), carolAccount);
    await carol.joinRoom(room);
    await carol.join({ roomId: room, camera: false });
    await Promise.all([hears(hers.page, [610, 830]), hears(elementCall.frame, [440, 830]), hears(carol.page, [440, 610])]);
    const before = { melo: await keyIndex(hers.page), elementCall: await keyIndex(elementCall.frame) };
    const begin = Date.now();
    await carol.leave(true);
    await until("a new key of melo", async () => (await keyIndex(hers.page)) !== before.melo);
    test.diagnostic(`melo sends with a new key ${Date.now() - begin} ms after somebody left`);
    await until("a new key of Element Call", async () => (await keyIndex(elementCall.frame)) !== before.elementCall);
    test.diagnostic(`Element Call sends with a new key ${Date.now() - begin} ms after somebody left`);
    await until("the leaver without a tone", async () => tonesIn(await listen(carol.page, 3000)).length === 0);
    const sound = await incoming(carol.page, "audio");
    await Promise.all([hears(hers.page, [610]), hears(elementCall.frame, [440])]);
    assert.deepEqual(tonesIn(await listen(carol.page)), []);
    for (const { track, packets } of await incoming(carol.page, "audio"))
      assert.ok(packets > sound.find((entry) => entry.track === track)!.packets, "sound goes on arriving at the leaver");
    await carol.page.context().browser()!.close();
  });

  it("see each other go", async () => {
    await elementCall.leave();
    await hers.callIs("one without Element Call", ({ participants }) => participants.every(({ userId }) => userId !== bob.userId));
    await elementCall.join(room);
    await hears(hers.page, [610]);
    await hers.leave();
    await elementCall.tile(alice.name).waitFor({ state: "detached" });
    await hears(elementCall.frame, []);
  });
});

/** Of the newest key with which something was encrypted: they count up. */
async function keyIndex(where: Parameters<typeof incoming>[0]): Promise<number> {
  const sent = await where.evaluate(() => window.e2eSentFrames);
  const indices = sent.flatMap(({ keyIndices }) => keyIndices);
  if (indices.length === 0) throw new Error("Nothing was sent.");
  return Math.max(...indices);
}
