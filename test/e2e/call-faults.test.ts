// What goes wrong on the visitor's own side during a call: the network, the tab, the devices, the permission. Another caller, of the bare SDKs, is the witness.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import { CallPage } from "./support/call-page.ts";
import { hears, incoming, listen, openCaller, seesPictures, tonesIn } from "./support/caller-browser.ts";
import { crash } from "./support/crash.ts";
import { environment } from "./support/environment.ts";
import { ForeignPeer } from "./support/foreign-peer.ts";
import { register, type Account } from "./support/homeserver.ts";
import { breakNetwork } from "./support/network.ts";
import { until } from "./support/until.ts";

describe("a call goes on", () => {
  let alice: Account;
  let hers: CallPage;
  let bob: ForeignPeer;
  let room: string;

  before(async () => {
    const { homeserver } = await environment();
    const [one, two] = await Promise.all([register(homeserver, "alice"), register(homeserver, "bob")]);
    alice = one;
    [hers, bob] = await Promise.all([
      openCaller({ tone: 440, colour: "red" }).then((context) => CallPage.signedIn(context, alice)),
      openCaller({ tone: 610, colour: "green" }).then((context) => ForeignPeer.open(context, two)),
    ]);
    room = await hers.createVoiceChannel({ name: "Storm", invite: [bob.user.userId] });
    await bob.joinRoom(room);
    await bob.join({ roomId: room });
    await hers.show("melo-call", room);
    await hers.join(room, { camera: true });
    await bothHear();
  });

  it("by itself after ten seconds without any network", async (test) => {
    await breakNetwork(hers.page, { offline: true, packetLoss: 100 });
    const cut = Date.now();
    await hers.callIs("reconnecting", ({ status }) => status === "reconnecting", 20_000);
    test.diagnostic(`told after ${Date.now() - cut} ms`);
    await until("ten seconds", () => Date.now() - cut >= 10_000);
    await breakNetwork(hers.page);
    const back = Date.now();
    await hers.callIs("connected", ({ status }) => status === "connected");
    await Promise.all([anyTone(hers.page), anyTone(bob.page)]);
    test.diagnostic(`heard again ${Date.now() - back} ms after the network came back`);
    assert.ok(Date.now() - back < 15_000);
    await bothHear();
  });

  it("through the loss of every fifth packet", async (test) => {
    await breakNetwork(hers.page, { packetLoss: 20 });
    const first = await incoming(hers.page, "audio");
    for (let count = 0; count < 3; count++) await bothHear();
    await seesPictures(hers.page, 1, 10, 20_000);
    const [{ packets, packetsLost, samples, concealed }] = (await incoming(hers.page, "audio")) as [(typeof first)[number]];
    const lost = packetsLost - first[0]!.packetsLost;
    test.diagnostic(
      `lost ${Math.round((100 * lost) / (lost + packets - first[0]!.packets))} % of the packets of sound, concealed ${Math.round((100 * (concealed - first[0]!.concealed)) / (samples - first[0]!.samples))} % of it`,
    );
    assert.ok(lost > 0, "packets were really lost");
    assert.equal((await hers.calls()).call?.status, "connected");
    await breakNetwork(hers.page);
  });

  it("without the camera when that is pulled out, and with it again", async () => {
    await hers.page.evaluate(() => {
      for (const sender of window.e2eConnections.senders()) {
        if (sender.track?.kind !== "video") continue;
        sender.track.stop();
        sender.track.dispatchEvent(new Event("ended")); // stopping alone says nothing to the page
      }
    });
    await hers.callIs("without a camera", ({ camera }) => camera.status !== "on" && camera.status !== "starting");
    await bob.stateIs("no camera of hers", ({ participants }) =>
      participants[0]!.tracks.every(({ source, muted }) => source !== "camera" || muted),
    );
    await bothHear();
    await hers.act("setCamera", true);
    await hers.callIs("with a camera", ({ camera }) => camera.status === "on");
    await seesPictures(bob.page, 1);
  });

  it("over TCP where UDP is blocked", async () => {
    const { homeserver } = await environment();
    const third = await register(homeserver, "carol");
    const context = await openCaller({ tone: 830, colour: "blue", flags: ["--force-webrtc-ip-handling-policy=disable_non_proxied_udp"] });
    const carol = await CallPage.signedIn(context, third);
    await hers.page.evaluate(([id, guest]) => window.chatSession!.room(id).room.invite(guest), [room, third.userId] as const);
    await carol.enter(room);
    await carol.show("melo-call", room);
    await carol.join(room, { camera: true });
    await hears(carol.page, [440, 610]);
    await hears(hers.page, [610, 830]);
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
    await hears(dora.page, [440, 610]);
    await assert.rejects(dora.act("setCamera", true), /camera-denied|denied/);
    await dora.leave();
    await context.browser()!.close();
  });

  it("for the others when a tab dies: within 20 s nobody shows it any more", async (test) => {
    const begin = Date.now();
    await crash(hers.page);
    await bob.stateIs("only one member", ({ members }) => members.length === 1, 20_000);
    test.diagnostic(`gone after ${Date.now() - begin} ms`);
    await hears(bob.page, []);
    hers = await CallPage.reopened(hers.page.context());
    await hers.show("melo-call", room);
    await hers.join(room);
    await bothHear();
  });

  async function bothHear(): Promise<void> {
    await Promise.all([hears(hers.page, [610]), hears(bob.page, [440])]);
  }

  async function anyTone(page: Parameters<typeof listen>[0]): Promise<void> {
    await until("a tone", async () => tonesIn(await listen(page, 500)).length > 0);
  }
});
