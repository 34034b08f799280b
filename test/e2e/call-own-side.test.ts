// What one sets for oneself in a call: when one is heard, by which device, and how loud the others are. Another browser is the witness.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import { CallPage } from "./support/call-page.ts";
import { hears, openCaller } from "./support/caller-browser.ts";
import { environment } from "./support/environment.ts";
import { register, type Account } from "./support/homeserver.ts";
import { until } from "./support/until.ts";

describe("one's own side of a call", () => {
  let alice: Account;
  let hers: CallPage;
  let his: CallPage;
  let room: string;

  before(async () => {
    const { homeserver } = await environment();
    const [one, two] = await Promise.all([register(homeserver, "alice"), register(homeserver, "bob")]);
    alice = one;
    [hers, his] = await Promise.all([
      openCaller({ tone: 440, colour: "red" }).then((context) => CallPage.signedIn(context, one)),
      openCaller({ tone: 610, colour: "green" }).then((context) => CallPage.signedIn(context, two)),
    ]);
    room = await hers.createVoiceChannel({ name: "Loft", invite: [two.userId] });
    await his.enter(room);
    for (const page of [hers, his]) {
      await page.act("configure", { sounds: false });
      await page.show("melo-call", room);
      await page.join(room);
    }
    await Promise.all([hears(hers.page, [610]), hears(his.page, [440])]);
  });

  it("with push-to-talk one is heard while the button is held, by pointer or by key, and not before or after", async () => {
    await hers.act("configure", { pushToTalk: true });
    await hears(his.page, []);
    await hers.show("melo-talk-button", room);
    const button = hers.page.locator("melo-session > melo-talk-button").getByRole("button");
    await button.hover();
    await hers.page.mouse.down();
    await hears(his.page, [440]);
    await hers.page.mouse.up();
    await hears(his.page, []);
    await button.focus();
    await hers.page.keyboard.down("Space");
    await hears(his.page, [440]);
    await hers.page.keyboard.up("Space");
    await hears(his.page, []);
    await hers.act("configure", { pushToTalk: false });
    await hears(his.page, [440]);
  });

  it("with a level set, what is quieter is not sent, and one is not shown as muted for it", async () => {
    await hers.act("configure", { voiceActivity: 0.98 });
    await hears(his.page, []);
    await his.participantIs(alice.userId, "not muted", ({ muted }) => !muted);
    await hers.act("configure", { voiceActivity: 0.3 });
    await hears(his.page, [440]);
    await hers.act("configure", { voiceActivity: 0.98 });
    await hears(his.page, []);
    await hers.act("configure", { voiceActivity: 0 });
    await hears(his.page, [440]);
  });

  it("another microphone takes over in the middle of a call, and is remembered", async () => {
    await hers.act("refreshDevices", true);
    const { microphones } = (await hers.calls()).devices;
    const other = microphones.findLast(({ id }) => id !== "default");
    assert.ok(other, JSON.stringify(microphones));
    await hers.act("selectDevice", "microphone", other.id);
    const label = () =>
      hers.page.evaluate(() => window.e2eConnections.senders().find(({ track }) => track?.kind === "audio")?.track?.label);
    await until("the other microphone", async () => {
      const now = await label();
      if (now === other.label) return true;
      throw new Error(`${now} of ${JSON.stringify(microphones)}`);
    });
    await hears(his.page, [440]);
    hers = await again(hers);
    assert.equal((await hers.calls()).devices.microphone, other.id);
    await until("the other microphone", async () => (await label()) === other.label);
    await hears(his.page, [440]);
  });

  it("somebody who is muted or turned down for oneself is so for nobody else, and still is after a reload", async () => {
    await his.act("setVolume", alice.userId, 0);
    await hears(his.page, []);
    await his.act("setVolume", alice.userId, 2);
    await hears(his.page, [440]);
    await his.act("setLocallyMuted", alice.userId, true);
    await hears(his.page, []);
    await hers.callIs("not muted", ({ participants }) => participants.every(({ muted }) => !muted));
    his = await again(his);
    await his.participantIs(alice.userId, "muted here", ({ locallyMuted, volume }) => locallyMuted && volume === 2);
    await hears(his.page, []);
    await his.act("setLocallyMuted", alice.userId, false);
    await hears(his.page, [440]);
    await hears(hers.page, [610]);
  });

  it("before joining one sees oneself and one's own level, and nobody else does", async () => {
    await hers.leave();
    await hers.show("melo-call", room);
    const preview = hers.page.locator("melo-call-preview");
    await preview.getByRole("button", { name: /check sound and picture/i }).click();
    await until("the own picture", () =>
      preview.locator("video").evaluate((video) => (video as HTMLVideoElement).videoWidth > 0 && !(video as HTMLVideoElement).paused),
    );
    const loudest = await hers.page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let most = 0;
          const stop = window.chatSession!.calls.watchLevel("preview", (level) => (most = Math.max(most, level)));
          setTimeout(() => (stop(), resolve(most)), 2000);
        }),
    );
    assert.ok(loudest > 0.3, `${loudest}`);
    await his.callIs("alone", ({ participants }) => participants.length === 1);
    await hers.act("closePreview");
    await until("nothing captured", async () => (await hers.calls()).preview === undefined);
  });

  /** The same visitor in a new tab, in the call again. */
  async function again(page: CallPage): Promise<CallPage> {
    const context = page.page.context();
    await page.leave();

    await page.page.waitForTimeout(500); // a choice is kept a moment later
    await page.page.close();
    const fresh = await CallPage.reopened(context);
    await fresh.show("melo-call", room);
    await fresh.join(room);
    return fresh;
  }
});
