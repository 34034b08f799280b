// Element Call, unchanged but for its setting `matrix_rtc_mode: "matrix_2_0"`, and melo with sticky memberships, in one encrypted call.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import { CallPage } from "./support/call-page.ts";
import { hears, openCaller, seesPictures } from "./support/caller-browser.ts";
import { ElementCall } from "./support/element-call.ts";
import { environment } from "./support/environment.ts";
import { register, type Account, type RawUser } from "./support/homeserver.ts";
import { atSfu } from "./support/second-sfu.ts";
import { until } from "./support/until.ts";

describe("melo and Element Call in one call of sticky memberships", () => {
  let alice: Account;
  let bob: Account;
  let hers: CallPage;
  let elementCall: ElementCall;
  let room: string;

  before(async () => {
    const { homeserver } = await environment();
    [alice, bob] = await Promise.all([register(homeserver, "alice"), register(homeserver, "bob")]);
    const his = await openCaller({ tone: 610, colour: "green" });
    await his.route(/\/element-call\/config\.json/, (route) => route.fulfill({ json: { matrix_rtc_mode: "matrix_2_0" } }));
    [hers, elementCall] = await Promise.all([
      openCaller({ tone: 440, colour: "red" }).then((context) => CallPage.signedIn(context, alice, { stickyCalls: true })),
      ElementCall.open(his, bob),
    ]);
    room = await hers.createVoiceChannel({ name: "Consulate", invite: [bob.userId] });
    await elementCall.joinRoom(room);
    await hers.show("melo-call", room);
  });

  it("hear and see each other, under names that say nothing", async () => {
    await hers.join(room, { camera: true });
    await elementCall.join(room);
    await Promise.all([hears(hers.page, [610]), hears(elementCall.frame, [440])]);
    await Promise.all([seesPictures(hers.page, 1), seesPictures(elementCall.frame, 1)]);
    const { participants, intruders } = await hers.callIs("complete", (call) => call.participants.length === 2);
    assert.equal(intruders, 0);
    assert.ok(participants.every(({ tracks }) => tracks.every(({ blocked }) => !blocked)));
    const { livekit } = await environment();
    const names = (await atSfu(livekit, room)).map(({ identity }) => identity);
    assert.deepEqual(names.sort(), (await hers.roomCall(room)).members.map(({ identity }) => identity).sort());
    assert.ok(
      names.every((name) => /^[\w+/]{43}$/.test(name)),
      names.join(),
    );
    assert.deepEqual(await kinds(elementCall.user), [], "no membership is a state event");
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
    await Promise.all([hears(hers.page, [610]), hears(elementCall.frame, [440])]);
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

  async function kinds(user: RawUser): Promise<string[]> {
    const state = await user.call<{ type: string }[]>("GET", `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/state`);
    return state.map(({ type }) => type).filter((type) => /call\.member|rtc\.member/.test(type));
  }
});
