// The small window above all others (document picture-in-picture), in a real browser: a picture that is decoded there, and the buttons that one needs there.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { Locator, Page } from "playwright-core";

import { CallPage } from "./support/call-page.ts";
import { hears, openCaller, seesPictures } from "./support/caller-browser.ts";
import { environment } from "./support/environment.ts";
import { register, type Account } from "./support/homeserver.ts";
import { until } from "./support/until.ts";

/** What melo asks the browser for. */
const SIZE = { width: 360, height: 220 };

/** What the small window shows. */
interface Shown {
  readonly text: string;
  /** Of its picture: 0 where there is none. */
  readonly width: number;
  readonly time: number;
  /** In the middle of the picture. */
  readonly colour: readonly number[];
}

describe("the small window of a call", () => {
  let alice: Account;
  let bob: Account;
  let hers: CallPage;
  let his: CallPage;
  let room: string;
  let small: Page;

  before(async () => {
    const { homeserver } = await environment();
    [alice, bob] = await Promise.all([register(homeserver, "alice"), register(homeserver, "bob")]);
    [hers, his] = await Promise.all([
      openCaller({ tone: 440, colour: "red" }).then((context) => CallPage.signedIn(context, alice)),
      openCaller({ tone: 610, colour: "green" }).then((context) => CallPage.signedIn(context, bob)),
    ]);
    room = await hers.createVoiceChannel({ name: "Balcony", invite: [bob.userId] });
    await his.enter(room);
    for (const page of [hers, his]) await page.show("melo-call", room);
    await hers.join(room);
    await his.join(room, { camera: true });
    await Promise.all([seesPictures(hers.page, 1), hears(hers.page, [610]), hears(his.page, [440])]);
  });

  it("opens by a click, and shows the other in motion", async () => {
    small = await open();
    await windowIs("a picture of Bob", ({ width, text }) => width > 0 && text.includes(bob.name));
    const { time } = await shown();
    await windowIs("a picture that moves", (now) => now.time > time + 1);
    const [red = 0, green = 0, blue = 0] = (await shown()).colour;
    assert.ok(green > 2 * red && green > 2 * blue, `green: ${[red, green, blue].join()}`);
    assert.equal(await small.title(), "Call");
    const bar = await small.getByRole("toolbar").boundingBox();
    assert.ok(
      bar && bar.y > SIZE.height / 2 && bar.y + bar.height <= SIZE.height,
      "the page's style came along, and everything is in sight",
    );
    await seesPictures(hers.page, 1); // and the page goes on
  });

  it("mutes and unmutes the microphone of the page", async () => {
    await small.getByRole("button", { name: "Mute" }).click();
    await hers.callIs("muted", ({ microphone }) => microphone.status !== "on");
    await his.participantIs(alice.userId, "muted", ({ muted }) => muted);
    await hears(his.page, []);
    await small.getByRole("button", { name: "Unmute" }).click();
    await hears(his.page, [440]);
  });

  it("says who it is when their camera is off, and shows them again", async () => {
    await his.act("setCamera", false);
    await windowIs("no picture, but a name", ({ width, text }) => width === 0 && text.includes(bob.name));
    await his.act("setCamera", true);
    await windowIs("a picture again", ({ width }) => width > 0);
  });

  it("closes, and everything is in the page as before", async () => {
    await small.getByRole("button", { name: "Back to the page" }).click();
    await closed();
    await Promise.all([seesPictures(hers.page, 1), hears(hers.page, [610]), hears(his.page, [440])]);
    const { participants } = await hers.callIs("connected", ({ status }) => status === "connected");
    assert.equal(participants.length, 2);
    assert.ok(await hers.page.locator("melo-call-tile video").first().isVisible());
  });

  it("closes as the browser closes it, with a second click on the button that opened it, and with the call", async () => {
    small = await open();
    await windowIs("a picture", ({ width }) => width > 0);
    await small.close();
    await hears(hers.page, [610]);
    small = await open();
    await windowIs("a picture", ({ width }) => width > 0);
    await button().click();
    await closed();
    small = await open();
    await windowIs("a picture", ({ width }) => width > 0);
    await small.getByRole("button", { name: "Leave" }).click();
    await until("no call", async () => !(await hers.calls()).call);
    await closed();
    assert.equal(await hers.page.evaluate(() => window.e2eConnections.open()), 0);
  });

  function button(): Locator {
    return hers.page.getByRole("button", { name: "Small window" }).first();
  }

  async function open(): Promise<Page> {
    const opened = hers.page.context().waitForEvent("page");
    await button().click();
    const page = await opened;
    await page.setViewportSize(SIZE); // or it would have that of all pages of the profile
    return page;
  }

  async function closed(): Promise<void> {
    await until("no small window", () => small.isClosed());
  }

  async function windowIs(what: string, passes: (window: Shown) => boolean): Promise<void> {
    await until(`a small window with ${what}`, async () => {
      const now = await shown();
      if (passes(now)) return true;
      throw new Error(JSON.stringify(now));
    });
  }

  async function shown(): Promise<Shown> {
    return small.evaluate(() => {
      const root = document.body.firstElementChild!.shadowRoot!;
      const video = root.querySelector("video");
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = 1;
      const context = canvas.getContext("2d")!;
      const [width, height] = [video?.videoWidth ?? 0, video?.videoHeight ?? 0];
      if (video && width) context.drawImage(video, width / 2, height / 2, 1, 1, 0, 0, 1, 1);
      const colour = [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
      return { text: root.textContent, width, time: video?.currentTime ?? 0, colour };
    });
  }
});
