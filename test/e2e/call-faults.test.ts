// What goes wrong on the visitor's own side during a call: the network, the tab, the devices, the permission. Another caller, of the bare SDKs, is the witness. How long a way back took is told;
// what is asserted is what docs/reliability.md says, and the way back as such: two cores are shared with other browsers here.

import assert from "node:assert/strict";
import { afterEach, before, describe, it, type TestContext } from "node:test";

import { CallPage } from "./support/call-page.ts";
import { hears, incoming, listen, openCaller, seesPictures, tonesIn } from "./support/caller-browser.ts";
import { crash } from "./support/crash.ts";
import { pullOutCamera } from "./support/devices.ts";
import { environment } from "./support/environment.ts";
import { ForeignPeer } from "./support/foreign-peer.ts";
import { register, type Account } from "./support/homeserver.ts";
import { blockUdp, BreakableNetwork } from "./support/network.ts";
import { until } from "./support/until.ts";

/** Ten seconds are promised for the way back, in ms. */
const BACK = 10_000;
/** What a test waits for it, on a machine that does much else. */
const PATIENCE = 60_000;

describe("a call goes on", () => {
  let alice: Account;
  let hers: CallPage;
  let bob: ForeignPeer;
  let network: BreakableNetwork;
  let room: string;

  before(async () => {
    const { homeserver } = await environment();
    const [one, two] = await Promise.all([register(homeserver, "alice"), register(homeserver, "bob")]);
    alice = one;
    const context = await openCaller({ tone: 440, colour: "red" });
    network = await BreakableNetwork.of(context);
    [hers, bob] = await Promise.all([
      CallPage.signedIn(context, alice),
      openCaller({ tone: 610, colour: "green" }).then((profile) => ForeignPeer.open(profile, two)),
    ]);
    room = await hers.createVoiceChannel({ name: "Storm", invite: [bob.user.userId] });
    await bob.joinRoom(room);
    await bob.join({ roomId: room });
    await hers.show("melo-call", room);
    await hers.join(room, { camera: true });
    await bothHear();
  });

  afterEach(async (test) => {
    (test as TestContext).diagnostic(`own media key ${await hers.keyIndex(room)}`);
  });

  it("through the loss of every fifth packet", async (test) => {
    await network.break(hers.page, { losesOneOf: 5 });
    const first = await incoming(hers.page, "audio");
    for (let count = 0; count < 3; count++) await bothHear();
    await seesPictures(hers.page, 1, 10, PATIENCE);
    const [{ packets, packetsLost, samples, concealed }] = (await incoming(hers.page, "audio")) as [(typeof first)[number]];
    const lost = packetsLost - first[0]!.packetsLost;
    test.diagnostic(
      `lost ${Math.round((100 * lost) / (lost + packets - first[0]!.packets))} % of the packets of sound, concealed ${Math.round((100 * (concealed - first[0]!.concealed)) / (samples - first[0]!.samples))} % of it`,
    );
    assert.ok(lost > 0, "packets were really lost");
    assert.equal((await hers.calls()).call?.status, "connected");
    await network.break(hers.page);
  });

  it("by itself after ten seconds without any network", async (test) => {
    await network.break(hers.page, { offline: true });
    const cut = Date.now();
    await hers.callIs("reconnecting", ({ status }) => status === "reconnecting", PATIENCE);
    test.diagnostic(`told after ${Date.now() - cut} ms`);
    await until("ten seconds", () => Date.now() - cut >= 10_000);
    await network.break(hers.page);
    const back = Date.now();
    await hers.callIs("connected", ({ status }) => status === "connected", PATIENCE);
    test.diagnostic(`connected ${Date.now() - back} ms after the network came back`);
    await Promise.all([anyTone(hers), anyTone(bob)]);
    test.diagnostic(`heard again ${Date.now() - back} ms after the network came back`);
    assert.ok(Date.now() - back < 3 * BACK, `${Date.now() - back} ms`);
    await bothHear();
    await Promise.all([seesPictures(hers.page, 1, 10, PATIENCE), seesPictures(bob.page, 1, 10, PATIENCE)]);
  });

  it("without the camera when that is pulled out, and with it again", async (test) => {
    const plugIn = await pullOutCamera(hers.page);
    const begin = Date.now();
    await hers.callIs("without a camera", ({ camera }) => camera.status === "missing", PATIENCE);
    test.diagnostic(`told after ${Date.now() - begin} ms`);
    await bob.stateIs("no camera of hers", ({ participants }) =>
      participants[0]!.tracks.every(({ source, muted }) => source !== "camera" || muted),
    );
    await bothHear();
    await plugIn();
    await hers.act("setCamera", true);
    await hers.callIs("with a camera", ({ camera }) => camera.status === "on");
    await seesPictures(bob.page, 1, 10, PATIENCE);
  });

  it("over TCP where UDP is blocked", async (test) => {
    const { homeserver } = await environment();
    const third = await register(homeserver, "carol");
    const context = await openCaller({ tone: 830, colour: "blue" });
    await blockUdp(context);
    const carol = await CallPage.signedIn(context, third);
    await hers.page.evaluate(([id, guest]) => window.chatSession!.room(id).room.invite(guest), [room, third.userId] as const);
    await carol.enter(room);
    await carol.show("melo-call", room);
    const begin = Date.now();
    await carol.join(room, { camera: true });
    test.diagnostic(`joined in ${Date.now() - begin} ms`);
    await hears(carol.page, [440, 610], PATIENCE);
    await hears(hers.page, [610, 830], PATIENCE);
    assert.deepEqual([...new Set(await carol.page.evaluate(() => window.e2eConnections.protocols()))], ["tcp"]);
    await carol.leave();
    await context.browser()!.close();
  });

  it("without a microphone when the browser refuses it: one is told, and hears", async () => {
    const { homeserver } = await environment();
    const third = await register(homeserver, "dora");
    const context = await openCaller({ tone: 830, colour: "blue", grants: false, flags: ["--deny-permission-prompts"] });
    const dora = await CallPage.signedIn(context, third);
    await hers.page.evaluate(([id, guest]) => window.chatSession!.room(id).room.invite(guest), [room, third.userId] as const);
    await dora.enter(room);
    await dora.show("melo-call", room);
    await dora.join(room);
    await dora.callIs("told", ({ microphone }) => microphone.status === "denied");
    await dora.chat.says(/does not allow the microphone/);
    await hears(dora.page, [440, 610], PATIENCE);
    await assert.rejects(dora.act("setCamera", true), /camera-denied|denied/);
    await dora.leave();
    await context.browser()!.close();
  });

  it("for the others when a tab dies: nobody shows it for longer than 20 s", async (test) => {
    await bob.stateIs("two members", ({ members }) => members.length === 2);
    const begin = Date.now();
    await crash(hers.page);
    await bob.stateIs("only one member", ({ members }) => members.length === 1, PATIENCE);
    const gone = Date.now() - begin;
    test.diagnostic(`gone after ${gone} ms`);
    await hears(bob.page, [], PATIENCE);
    const context = hers.page.context();
    hers = await CallPage.reopened(context);
    await hers.show("melo-call", room);
    await hers.join(room);
    await bothHear();
    assert.ok(gone < 2 * 20_000, `${gone} ms`);
  });

  async function bothHear(): Promise<void> {
    await Promise.all([hears(hers.page, [610], PATIENCE), hears(bob.page, [440], PATIENCE)]);
  }

  async function anyTone({ page }: Pick<CallPage, "page">): Promise<void> {
    await until("a tone", async () => tonesIn(await listen(page, 500)).length > 0, PATIENCE);
  }
});
