import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { Browser, BrowserContext } from "playwright-core";

import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { freshRawUser, register, type Account, type RawUser } from "./support/homeserver.ts";
import { alterSync } from "./support/hostile-server.ts";
import { until } from "./support/until.ts";
import { flowIs, isDeviceSigned, sameEmoji, verificationOf } from "./support/verifying.ts";

const TAG = "melo-verify-device";
const TAGS = { tags: [TAG] };

describe("two devices of one account", () => {
  let stack: E2eEnvironment;
  let browser: Browser;
  let witness: RawUser;

  before(async () => {
    stack = await environment();
    browser = await openBrowser();
    witness = await freshRawUser(stack.homeserver, "witness");
  });

  it("V1, V5, V12: verify each other by emoji, asked by the new one: the server holds its signature, and it can sign the next one", async () => {
    const { old, fresh, freshProfile, account } = await twoDevices();
    assert.equal(await isSigned(account, fresh), false, "nobody has vouched yet");
    await fresh.click(/^verify this device$/i);
    await old.click(/^accept$/i);
    await fresh.click(/^compare emoji instead$/i);
    const first = await sameEmoji(TAG, old, fresh);
    await fresh.click(/^they match$/i);
    assert.equal(await isSigned(account, fresh), false, "one side alone vouches for nothing");
    await old.click(/^they match$/i);
    await Promise.all([flowIs(old, "done"), flowIs(fresh, "done")]);
    await until("the signature at the server", () => isSigned(account, fresh));
    await fresh.ready();
    await old.ready();
    await Promise.all([old.click(/^done$/i), fresh.click(/^done$/i)]);
    await fresh.reload();
    await fresh.ready();

    // The new one has the private keys now, so it vouches for a third device, which a second tab of it does here.
    await old.page.context().close();
    const third = await ChatPage.open(await openProfile(browser), TAGS);
    await third.signIn(account);
    await third.sessionIs("synced and unsigned", ({ crossSigning }) => crossSigning === "missing");
    const follower = await ChatPage.open(freshProfile, TAGS);
    await follower.ready();
    assert.equal((await follower.session()).role, "follower");
    const { deviceId } = (await third.session()).account!;
    await follower.frame.evaluate((id) => window.chatSession!.verification.request(id), deviceId);
    await flowIs(fresh, "asking");
    await third.click(/^accept$/i);
    await flowIs(fresh, "ready");
    await third.click(/^compare emoji instead$/i);
    const second = await sameEmoji(TAG, third, fresh);
    assert.deepEqual((await verificationOf(follower)).emoji, (await verificationOf(fresh)).emoji, "both tabs show one flow");
    assert.notDeepEqual(second, first, "another run, other emoji");
    await Promise.all([follower.click(/^they match$/i), third.click(/^they match$/i)]);
    await Promise.all([flowIs(follower, "done"), flowIs(fresh, "done"), flowIs(third, "done")]);
    await until("the signature at the server", () => isSigned(account, third));
    await third.ready();
  });

  it("V9: verify nothing when the emoji differ, and say so on both sides", async () => {
    const { old, fresh, account } = await twoDevices();
    const { deviceId } = (await fresh.session()).account!;
    await old.frame.evaluate((id) => window.chatSession!.verification.request(id), deviceId);
    await fresh.click(/^accept$/i);
    await old.click(/^compare emoji instead$/i);
    await sameEmoji(TAG, old, fresh);
    await old.click(/^they match$/i);
    await fresh.click(/^they differ$/i);
    for (const side of [old, fresh]) assert.equal((await flowIs(side, "cancelled")).reason, "mismatch");
    await assertUnsigned(account, fresh);
  });

  for (const [who, other] of [
    ["old", "fresh"],
    ["fresh", "old"],
  ] as const) {
    it(`V4, V10: verify nothing when the ${who} one stops`, async () => {
      const sides = await twoDevices();
      await sides.fresh.click(/^verify this device$/i);
      await sides.old.click(/^accept$/i);
      await sides.fresh.click(/^compare emoji instead$/i);
      await sameEmoji(TAG, sides.old, sides.fresh);
      await sides[who].page.keyboard.press("Escape");
      assert.equal((await flowIs(sides[other], "cancelled")).reason, "by-them");
      await flowIs(sides[who], "idle");
      await assertUnsigned(sides.account, sides.fresh);
    });
  }

  it("verify nothing when a key is exchanged on the way", async () => {
    const { old, fresh, account } = await twoDevices();
    let altered = 0;
    await alterSync(old.page, ({ to_device }) => {
      for (const event of to_device?.events ?? []) {
        if (event.type !== "m.key.verification.key") continue;
        event.content["key"] = "l0Q3oSrIrpKoA1ocBMMo0vCPiMIlYZD8Qj5uTyKUOw8";
        altered++;
      }
    });
    await fresh.click(/^verify this device$/i);
    await old.click(/^accept$/i);
    await old.click(/^compare emoji instead$/i); // the other one has promised its key by then
    const [here, there] = await Promise.all([flowIs(old, "cancelled"), flowIs(fresh, "cancelled")]);
    assert.equal(altered, 1);
    assert.deepEqual([here.reason, there.reason], ["key-mismatch", "key-mismatch"]);
    await assertUnsigned(account, fresh);
  });

  async function twoDevices(): Promise<{ old: ChatPage; fresh: ChatPage; freshProfile: BrowserContext; account: Account }> {
    const account = await register(stack.homeserver, "alice");
    const old = await ChatPage.signedIn(await openProfile(browser), account, TAGS);
    const freshProfile = await openProfile(browser);
    const fresh = await ChatPage.open(freshProfile, TAGS);
    await fresh.signIn(account);
    await fresh.sessionIs("synced and unsigned", ({ status, crossSigning }) => status === "ready" && crossSigning === "missing");
    return { old, fresh, freshProfile, account };
  }

  function isSigned(account: Account, page: ChatPage): Promise<boolean> {
    return isDeviceSigned(witness, account, page);
  }

  async function assertUnsigned(account: Account, page: ChatPage): Promise<void> {
    assert.equal(await isSigned(account, page), false, "not signed at the server");
    assert.equal((await page.session()).crossSigning, "missing", "and it knows");
  }
});
