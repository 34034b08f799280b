// Who answers a request when there is more than one that could, and what becomes of one that nobody answers. Numbers are those of docs/interop.md.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { Browser, BrowserContext } from "playwright-core";

import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { freshRawUser, register, type Account, type RawUser } from "./support/homeserver.ts";
import { PageLog } from "./support/page-log.ts";
import { until } from "./support/until.ts";
import { flowIs, isDeviceSigned, sameEmoji, verificationOf } from "./support/verifying.ts";

const TAG = "melo-verify-device";
const TAGS = { tags: [TAG] };

describe("a request for a verification", { timeout: 350_000 }, () => {
  let stack: E2eEnvironment;
  let browser: Browser;
  let witness: RawUser;

  before(async () => {
    stack = await environment();
    browser = await openBrowser();
    witness = await freshRawUser(stack.homeserver, "witness");
  });

  it("V10: taken by another device is told to the rest, and goes on there", async () => {
    const { phone, laptop, fresh, account } = await threeDevices();
    await fresh.click(/^verify this device$/i);
    await Promise.all([flowIs(phone, "asked"), flowIs(laptop, "asked")]);
    await laptop.click(/^accept$/i);
    assert.equal((await flowIs(phone, "cancelled")).reason, "accepted-elsewhere");
    await phone.says(/Another one of your devices took the request\. Go on there\./);
    await phone.click(/^close$/i);
    await flowIs(phone, "idle");
    await fresh.click(/^compare emoji instead$/i);
    await sameEmoji(TAG, laptop, fresh);
    await Promise.all([laptop.click(/^they match$/i), fresh.click(/^they match$/i)]);
    await Promise.all([flowIs(laptop, "done"), flowIs(fresh, "done")]);
    await until("the signature at the server", () => isDeviceSigned(witness, account, fresh));
  });

  it("V10: declined by one device is over for all, and can be begun again", async () => {
    const { phone, laptop, fresh, account } = await threeDevices();
    await fresh.click(/^verify this device$/i);
    await Promise.all([flowIs(phone, "asked"), flowIs(laptop, "asked")]);
    await phone.click(/^decline$/i);
    assert.equal((await flowIs(fresh, "cancelled")).reason, "by-them");
    await flowIs(phone, "idle");
    await until("the other one left alone", async () => (await verificationOf(laptop)).status !== "asked");
    assert.equal(await isDeviceSigned(witness, account, fresh), false);
    await fresh.click(/^start again$/i);
    await flowIs(phone, "asked");
  });

  it("V12: two tabs that accept and confirm at the same time do it once", async () => {
    const { account, old, oldProfile, fresh } = await twoDevices();
    const follower = await ChatPage.open(oldProfile, TAGS);
    await follower.sessionIs("a follower", ({ status, role }) => status === "ready" && role === "follower");
    const sent: string[] = [];
    oldProfile.on("request", (request) => {
      const type = /\/sendToDevice\/(m\.key\.verification\.\w+)\//.exec(request.url())?.[1];
      if (type && request.method() === "PUT") sent.push(type);
    });
    await fresh.click(/^verify this device$/i);
    await Promise.all([flowIs(old, "asked"), flowIs(follower, "asked")]);
    await atOnce(old, follower, "accept");
    await flowIs(fresh, "ready");
    await fresh.click(/^compare emoji instead$/i);
    await sameEmoji(TAG, old, fresh);
    assert.deepEqual((await verificationOf(follower)).emoji, (await verificationOf(old)).emoji);
    await atOnce(old, follower, "confirm");
    await fresh.click(/^they match$/i);
    await Promise.all([flowIs(old, "done"), flowIs(follower, "done"), flowIs(fresh, "done")]);
    await until("the signature at the server", () => isDeviceSigned(witness, account, fresh));
    const count = (step: string): number => sent.filter((type) => type === `m.key.verification.${step}`).length;
    assert.deepEqual([count("ready"), count("mac"), count("done"), count("cancel")], [1, 1, 1, 0], sent.join());
  });

  it("V10: that nobody answers in ten minutes ends by itself on both sides, and nothing is verified", async () => {
    const account = await register(stack.homeserver, "alice");
    const old = await ChatPage.signedIn(await openProfile(browser), account, TAGS);
    const page = await (await openProfile(browser)).newPage();
    await page.clock.install();
    const fresh = await ChatPage.openIn(page, await PageLog.of(page), TAGS);
    await fresh.signIn(account);
    await fresh.sessionIs("unsigned", ({ status, crossSigning }) => status === "ready" && crossSigning === "missing");
    await fresh.click(/^verify this device$/i);
    await flowIs(old, "asked");
    const { endsAt } = await flowIs(fresh, "asking");
    assert.ok(endsAt !== undefined && endsAt > Date.now(), "it says when that is");
    await page.clock.fastForward("10:30");
    assert.equal((await flowIs(fresh, "cancelled")).reason, "timeout");
    await fresh.says(/It took too long\./);
    await until("its end on the other side", async () => (await verificationOf(old)).status !== "asked");
    assert.equal(await isDeviceSigned(witness, account, fresh), false);
    await fresh.frame.getByRole("button", { name: /^start again$/i }).waitFor();
  });

  /** Presses the same button in two tabs, neither of which knows of the other yet. */
  async function atOnce(one: ChatPage, other: ChatPage, action: "accept" | "confirm"): Promise<void> {
    await Promise.all([one, other].map(({ frame }) => frame.evaluate((name) => window.chatSession!.verification[name](), action)));
  }

  async function twoDevices(): Promise<{ account: Account; old: ChatPage; oldProfile: BrowserContext; fresh: ChatPage }> {
    const account = await register(stack.homeserver, "alice");
    const oldProfile = await openProfile(browser);
    const old = await ChatPage.signedIn(oldProfile, account, TAGS);
    return { account, old, oldProfile, fresh: await unverified(account) };
  }

  /** Two devices that have verified each other, and a new one. */
  async function threeDevices(): Promise<{ account: Account; phone: ChatPage; laptop: ChatPage; fresh: ChatPage }> {
    const account = await register(stack.homeserver, "alice");
    const phone = await ChatPage.signedIn(await openProfile(browser), account, TAGS);
    const key = await phone.frame.evaluate(() => window.chatSession!.recovery.setUp());
    const laptop = await unverified(account);
    await laptop.frame.evaluate((words) => window.chatSession!.recovery.enter(words), key);
    await laptop.ready();
    return { account, phone, laptop, fresh: await unverified(account) };
  }

  async function unverified(account: Account): Promise<ChatPage> {
    const page = await ChatPage.open(await openProfile(browser), TAGS);
    await page.signIn(account);
    await page.sessionIs("unsigned", ({ status, crossSigning }) => status === "ready" && crossSigning === "missing");
    return page;
  }
});
