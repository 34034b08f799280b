// Two people whose homeserver names one SFU, and a third to whom it names another one, in one encrypted call. Each publishes at one and hears the others at theirs; the second one falls and comes back.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { ParticipantInfo, TrackInfo } from "livekit-server-sdk";

import type { LiveKitInfo } from "../../demo/stack/stack.ts";
import { CallPage } from "./support/call-page.ts";
import { hears, incoming, openCaller, seesPictures } from "./support/caller-browser.ts";
import type { Colour } from "./support/camera-picture.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { register, type Account } from "./support/homeserver.ts";
import { atSfu, SecondSfu } from "./support/second-sfu.ts";
import { until } from "./support/until.ts";

/** What is promised for the way back, in ms. */
const BACK = 10_000;
/** What a test waits for it. */
const PATIENCE = 60_000;

describe("a call across two SFUs", () => {
  let stack: E2eEnvironment;
  let second: SecondSfu;
  let bob: Account;
  let hers: CallPage;
  let his: CallPage;
  let third: CallPage;
  let room: string;
  /** Identities at the SFUs. */
  let names: { readonly hers: string; readonly his: string; readonly third: string };

  before(async () => {
    stack = await environment();
    const { homeserver } = stack;
    second = await SecondSfu.start(stack);
    const [alice, other, carol] = await Promise.all(["alice", "bob", "carol"].map((name) => register(homeserver, name)));
    bob = other!;
    const caller = async (account: Account, tone: number, colour: Colour) => {
      const context = await openCaller({ tone, colour });
      if (account === bob) await second.isNamedTo(context);
      return CallPage.signedIn(context, account);
    };
    [hers, his, third] = await Promise.all([caller(alice!, 440, "red"), caller(bob, 610, "green"), caller(carol!, 830, "blue")]);
    names = { hers: await hers.identity(), his: await his.identity(), third: await third.identity() };
    room = await hers.createVoiceChannel({ name: "Border", invite: [bob.userId, carol!.userId] });
    await Promise.all([his.enter(room), third.enter(room)]);
    for (const page of [hers, his, third]) await page.show("melo-call", room);
  });

  it("hear each other, wherever each of them publishes", async (test) => {
    await hers.join(room);
    await third.join(room);
    const begin = Date.now();
    await his.join(room);
    test.diagnostic(`who publishes elsewhere joined in ${Date.now() - begin} ms`);
    await Promise.all([hears(hers.page, [610, 830]), hears(third.page, [440, 610]), hears(his.page, [440, 830])]);
    test.diagnostic(`all heard all ${Date.now() - begin} ms after the click`);
  });

  it("publish at one SFU each, encrypted, and only listen at the other", async () => {
    const [one, two] = [await at(stack.livekit), await at(second.livekit)];
    assert.deepEqual([...one.keys()].sort(), [names.hers, names.his, names.third].sort());
    assert.deepEqual([...two.keys()].sort(), [names.hers, names.his, names.third].sort());
    const publishers = (all: ReadonlyMap<string, ParticipantInfo>) =>
      [...all].filter(([, { tracks }]) => tracks.length > 0).map(([id]) => id);
    assert.deepEqual(publishers(one).sort(), [names.hers, names.third].sort());
    assert.deepEqual(publishers(two), [names.his]);
    for (const { tracks } of [...one.values(), ...two.values()]) for (const track of tracks) assert.equal(track.encryption, GCM);
    const { members } = await hers.roomCall(room);
    assert.deepEqual(
      members.map(({ serviceUrl }) => serviceUrl),
      [stack.livekit.tokenService, stack.livekit.tokenService, second.livekit.tokenService],
    );
  });

  it("have each other's media keys", async () => {
    for (const page of [hers, his, third]) {
      const known = await page.page.evaluate(
        (id) => window.chatSession!.room(id).callKeys.state.keys.map(({ identity }) => identity),
        room,
      );
      assert.deepEqual([...new Set(known)].sort(), [names.hers, names.his, names.third].sort());
    }
  });

  it("see each other", async () => {
    for (const page of [hers, his]) await page.act("setCamera", true);
    await Promise.all([seesPictures(hers.page, 1), seesPictures(his.page, 1), seesPictures(third.page, 2)]);
    const { participants, intruders } = await third.callIs("complete", (call) => call.participants.length === 3);
    assert.equal(intruders, 0);
    assert.ok(participants.every(({ tracks }) => tracks.every(({ blocked }) => !blocked)));
    await hers.act("setCamera", false);
  });

  it("notice that one at the other SFU mutes the microphone, and speaks again", async () => {
    await his.act("setMicrophone", false);
    await Promise.all([hers, third].map((page) => page.participantIs(bob.userId, "muted", ({ muted }) => muted)));
    await Promise.all([hears(hers.page, [830]), hears(third.page, [440])]);
    await his.act("setMicrophone", true);
    await Promise.all([hears(hers.page, [610, 830]), hears(third.page, [440, 610])]);
    await third.act("setMicrophone", false);
    await hears(his.page, [440]);
    await third.act("setMicrophone", true);
    await hears(his.page, [440, 830]);
  });

  it("go on with those at their own SFU when the other one falls, and hear the one there again soon after it is back", async (test) => {
    await second.sfu.kill();
    const fell = Date.now();
    await Promise.all([hers, third].map((page) => page.participantIs(bob.userId, "lost", ({ quality }) => quality === "lost", PATIENCE)));
    test.diagnostic(`the others are told ${Date.now() - fell} ms after the SFU fell`);
    await Promise.all(
      [hers, third].map((page) =>
        page.participantIs(bob.userId, "unreachable", ({ presence, tracks }) => presence === "unreachable" && tracks.length === 0),
      ),
    );
    for (const page of [hers, third]) await page.chat.says(new RegExp(`${bob.name}: the media server on their side does not answer`));
    await his.callIs("reconnecting", ({ status }) => status === "reconnecting");
    await Promise.all([hears(hers.page, [830]), hears(third.page, [440])]);
    assert.ok(Date.now() - fell > 3_000);
    for (const page of [hers, third]) {
      const { call } = await page.calls();
      assert.deepEqual([call?.status, call?.intruders, call?.participants.length], ["connected", 0, 3]);
    }
    await second.sfu.start();
    const back = Date.now();
    await Promise.all([
      hears(hers.page, [610, 830], PATIENCE),
      hears(third.page, [440, 610], PATIENCE),
      hears(his.page, [440, 830], PATIENCE),
    ]);
    test.diagnostic(`all heard all ${Date.now() - back} ms after the SFU came back`);
    assert.ok(Date.now() - back < 3 * BACK, `${Date.now() - back} ms`);
    await seesPictures(hers.page, 1);
    for (const page of [hers, his, third]) {
      const clear = await page.page.evaluate(() => window.e2eSentFrames.flatMap((sent) => sent.clear));
      assert.deepEqual(clear, [], "nothing went out in clear");
    }
  });

  it("leave no connection at an SFU where nobody publishes any more, and change their keys", async () => {
    const connections = await open(hers);
    const index = await hers.keyIndex(room);
    await his.leave();
    await hers.callIs("one without Bob", ({ participants }) => participants.length === 2);
    await until("fewer connections", async () => (await open(hers)) < connections && (await open(his)) === 0);
    await until("nobody at the second SFU", async () => (await at(second.livekit)).size === 0, PATIENCE);
    await until("another key", async () => (await hers.keyIndex(room)) !== index);
    await Promise.all([hears(hers.page, [830]), hears(third.page, [440])]);
    assert.equal((await incoming(hers.page, "video")).filter(({ framesDecoded }) => framesDecoded > 0).length, 0, "no picture is received");
    await his.join(room);
    await Promise.all([hears(hers.page, [610, 830]), hears(his.page, [440, 830])]);
    await until("as many connections as before", async () => (await open(hers)) === connections);
  });

  it("leave nothing behind", async () => {
    await Promise.all([hers, his, third].map((page) => page.leave()));
    for (const page of [hers, his, third]) assert.equal(await open(page), 0);
    for (const livekit of [stack.livekit, second.livekit])
      await until("nobody at an SFU", async () => (await at(livekit)).size === 0, PATIENCE);
  });

  async function at(livekit: LiveKitInfo): Promise<ReadonlyMap<string, ParticipantInfo>> {
    return new Map((await atSfu(livekit, room)).map((participant) => [participant.identity, participant]));
  }

  async function open({ page }: CallPage): Promise<number> {
    return page.evaluate(() => window.e2eConnections.open());
  }
});

/** How a track is declared to the SFU that its frames are encrypted with AES-GCM. */
const GCM = 1 satisfies TrackInfo["encryption"];
