// What the SFU gets of an encrypted call. A subscriber with a valid token and no keys stands in its place: it was there before anybody published, and looks at every frame from the first on.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { TrackFrames } from "./pages/listener.ts";
import { CallPage } from "./support/call-page.ts";
import { hears, incoming, listen, openCaller, seesPictures, tonesIn } from "./support/caller-browser.ts";
import { environment } from "./support/environment.ts";
import { ForeignPeer } from "./support/foreign-peer.ts";
import { register, signIn, type Account } from "./support/homeserver.ts";
import { KeylessListener, sfuToken } from "./support/keyless-listener.ts";
import { until } from "./support/until.ts";

describe("the SFU", () => {
  let carol: Account;
  let hers: CallPage;
  let his: CallPage;
  let listener: KeylessListener;
  let room: string;

  before(async () => {
    const { homeserver, livekit } = await environment();
    const [alice, bob, third] = await Promise.all(["alice", "bob", "carol"].map((name) => register(homeserver, name)));
    carol = third!;
    [hers, his] = await Promise.all([
      openCaller({ tone: 440, colour: "red" }).then((context) => CallPage.signedIn(context, alice!)),
      openCaller({ tone: 610, colour: "green" }).then((context) => CallPage.signedIn(context, bob!)),
    ]);
    room = await hers.createVoiceChannel({ name: "Vault", invite: [bob!.userId, carol.userId] });
    await his.enter(room);
    for (const page of [hers, his]) await page.show("melo-call", room);
    const user = await signIn(homeserver, carol);
    await user.join(room);
    listener = await KeylessListener.open(
      await openCaller({ tone: 830, colour: "blue" }),
      await sfuToken(livekit.tokenService, user, room),
    );
  });

  it("gets no frame in clear when people join, switch on, mute, and change devices", async () => {
    await hers.join(room);
    await his.join(room, { camera: true });
    await hers.act("setCamera", true);
    await arrived("two microphones and two cameras", (tracks) => tracks.filter(({ encrypted }) => encrypted > 20).length === 4);
    await hers.act("setMicrophone", false);
    await hers.act("setCamera", false);
    await hers.act("setMicrophone", true);
    await hers.act("setCamera", true);
    await changeDevices(hers);
    await hers.page.locator("melo-call").click({ position: { x: 5, y: 5 } }); // the browser asks for a gesture
    await hers.act("startScreenShare");
    await arrived("a screen", (tracks) => tracks.some(({ source, encrypted }) => source === "screen_share" && encrypted > 5));
    await noneInClear();
  });

  it("hears no tone and decodes no picture, while those with the keys do", async () => {
    const before = await incoming(listener.page, "video");
    await Promise.all([hears(hers.page, [610]), hears(his.page, [440]), seesPictures(hers.page, 1), seesPictures(his.page, 2)]);
    const heard = await listen(listener.page, 3000);
    assert.ok(heard.sources >= 2, "it plays what it gets");
    assert.deepEqual(tonesIn(heard), []);
    for (const { track, framesReceived, framesDecoded } of await incoming(listener.page, "video")) {
      const received = framesReceived - (before.find((entry) => entry.track === track)?.framesReceived ?? 0);
      assert.ok(received > 0, `${track}: pictures go on arriving`);
      assert.ok(framesDecoded < framesReceived / 10, `${track}: ${framesDecoded} of ${framesReceived} decoded`);
    }
  });

  it("gets no frame in clear when the connection breaks and comes back", async () => {
    const earlier = await listener.frames();
    await hers.page.context().setOffline(true);
    await hers.callIs("broken", ({ status }) => status === "reconnecting");
    await hers.page.context().setOffline(false);
    await hers.callIs("back", ({ status }) => status === "connected");
    await arrived("more of the one who was away", (tracks) => grown(tracks, earlier, 20));
    await noneInClear();
    await hears(his.page, [440]);
  });

  it("is told of every key by an index alone, and the page that sends hands over nothing but encrypted frames", async () => {
    for (const page of [hers, his]) {
      const counted = await page.page.evaluate(() => window.e2eConnections.outgoing());
      const sent = await page.page.evaluate(() => window.e2eSentFrames); // after the other count, which goes on
      assert.ok(sent.length >= 2, "all senders were looked at");
      for (const { kind, frames, encrypted, empty, clear } of sent) assert.deepEqual([kind, encrypted + empty, clear], [kind, frames, []]);
      const seen = sent.reduce((sum, { frames }) => sum + frames, 0);
      const left = counted.reduce((sum, { kind, frames, packets }) => sum + (kind === "video" ? frames : packets), 0);
      assert.ok(left <= seen, `${left} left the page, ${seen} were looked at: ${JSON.stringify({ counted, sent })}`);
    }
  });

  it("would have been heard: the same subscriber hears and sees what a dishonest client sends in clear", async () => {
    const { homeserver } = await environment();
    const mallory = await ForeignPeer.open(await openCaller({ tone: 1130, colour: "yellow" }), await register(homeserver, "mallory"));
    await hers.page.evaluate(([id, guest]) => window.chatSession!.room(id).room.invite(guest), [room, mallory.user.userId] as const);
    await mallory.joinRoom(room);
    await mallory.join({ roomId: room, media: "clear" });
    await until("the tone in clear", async () => tonesIn(await listen(listener.page)).includes(1130));
    const own = await arrived("frames in clear", (tracks) =>
      tracks.some(({ identity, clear }) => identity === mallory.identity && clear.length > 50),
    );
    const tracks = own.filter(({ identity }) => identity === mallory.identity).map(({ track }) => track);
    await until("pictures in clear", async () =>
      (await incoming(listener.page, "video")).some(({ track, framesDecoded }) => tracks.includes(track) && framesDecoded > 10),
    );
  });

  async function arrived(what: string, passes: (tracks: readonly TrackFrames[]) => boolean): Promise<readonly TrackFrames[]> {
    return until(what, async () => {
      const tracks = await listener.frames();
      if (passes(tracks)) return tracks;
      throw new Error(JSON.stringify(tracks));
    });
  }

  async function noneInClear(): Promise<void> {
    for (const track of await listener.frames()) {
      assert.equal(track.declared, 1, JSON.stringify(track));
      assert.deepEqual(track.clear, [], JSON.stringify(track));
    }
  }
});

function grown(now: readonly TrackFrames[], before: readonly TrackFrames[], by: number): boolean {
  const sum = (tracks: readonly TrackFrames[]) => tracks.reduce((total, { encrypted }) => total + encrypted, 0);
  return sum(now) > sum(before) + by;
}

/** Chooses another microphone and another camera, if there are several. */
async function changeDevices(page: CallPage): Promise<void> {
  await page.act("refreshDevices", true);
  const { devices } = await page.calls();
  for (const kind of ["microphone", "camera"] as const) {
    const others = devices[`${kind}s`].filter(({ id }) => id !== devices[kind] && id !== "default");
    assert.ok(others.length > 0, `another ${kind}`);
    await page.act("selectDevice", kind, others.at(-1)!.id);
  }
}
