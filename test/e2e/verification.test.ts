import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { Browser, BrowserContext } from "playwright-core";

import type { VerificationState } from "../../src/crypto/verification-state.js";
import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { freshRawUser, register, type Account, type RawUser } from "./support/homeserver.ts";
import { alterSync } from "./support/hostile-server.ts";
import { until } from "./support/until.ts";

const TAGS = { tags: ["melo-verify-device"] };

describe("two devices of one account", () => {
  let stack: E2eEnvironment;
  let browser: Browser;
  let witness: RawUser;

  before(async () => {
    stack = await environment();
    browser = await openBrowser();
    witness = await freshRawUser(stack.homeserver, "witness");
  });

  it("verify each other by emoji, asked by the new one: the server holds its signature, and it can sign the next one", async () => {
    const { old, fresh, freshProfile, account } = await twoDevices();
    assert.equal(await isSigned(account, fresh), false, "nobody has vouched yet");
    await fresh.click(/^verify this device$/i);
    await old.click(/^accept$/i);
    await fresh.click(/^show the emoji$/i);
    const first = await sameEmoji(old, fresh);
    await fresh.click(/^they match$/i);
    assert.equal(await isSigned(account, fresh), false, "one side alone vouches for nothing");
    await old.click(/^they match$/i);
    await Promise.all([is(old, "done"), is(fresh, "done")]);
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
    await is(fresh, "asking");
    await third.click(/^accept$/i);
    await is(fresh, "ready");
    await third.click(/^show the emoji$/i);
    const second = await sameEmoji(third, fresh);
    assert.deepEqual((await state(follower)).emoji, (await state(fresh)).emoji, "both tabs show one flow");
    assert.notDeepEqual(second, first, "another run, other emoji");
    await Promise.all([follower.click(/^they match$/i), third.click(/^they match$/i)]);
    await Promise.all([is(follower, "done"), is(fresh, "done"), is(third, "done")]);
    await until("the signature at the server", () => isSigned(account, third));
    await third.ready();
  });

  it("verify nothing when the emoji differ, and say so on both sides", async () => {
    const { old, fresh, account } = await twoDevices();
    const { deviceId } = (await fresh.session()).account!;
    await old.frame.evaluate((id) => window.chatSession!.verification.request(id), deviceId);
    await fresh.click(/^accept$/i);
    await old.click(/^show the emoji$/i);
    await sameEmoji(old, fresh);
    await old.click(/^they match$/i);
    await fresh.click(/^they differ$/i);
    for (const side of [old, fresh]) assert.equal((await is(side, "cancelled")).reason, "mismatch");
    await assertUnsigned(account, fresh);
  });

  for (const [who, other] of [
    ["old", "fresh"],
    ["fresh", "old"],
  ] as const) {
    it(`verify nothing when the ${who} one stops`, async () => {
      const sides = await twoDevices();
      await sides.fresh.click(/^verify this device$/i);
      await sides.old.click(/^accept$/i);
      await sides.fresh.click(/^show the emoji$/i);
      await sameEmoji(sides.old, sides.fresh);
      await sides[who].page.keyboard.press("Escape");
      assert.equal((await is(sides[other], "cancelled")).reason, "by-them");
      await is(sides[who], "idle");
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
    await old.click(/^show the emoji$/i); // the other one has promised its key by then
    const [here, there] = await Promise.all([is(old, "cancelled"), is(fresh, "cancelled")]);
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

  /** Whether the server gives out a signature of the page's device by the self-signing key. */
  async function isSigned({ userId }: Account, page: ChatPage): Promise<boolean> {
    const { deviceId } = (await page.session()).account!;
    const answer = await witness.call<KeysAnswer>("POST", "/_matrix/client/v3/keys/query", { device_keys: { [userId]: [] } });
    const [selfSigningKey] = Object.keys(answer.self_signing_keys[userId]!.keys);
    return answer.device_keys[userId]![deviceId]!.signatures[userId]![selfSigningKey!] !== undefined;
  }

  async function assertUnsigned(account: Account, page: ChatPage): Promise<void> {
    assert.equal(await isSigned(account, page), false, "not signed at the server");
    assert.equal((await page.session()).crossSigning, "missing", "and it knows");
  }
});

interface KeysAnswer {
  readonly device_keys: Record<string, Record<string, { signatures: Record<string, Record<string, string>> }>>;
  readonly self_signing_keys: Record<string, { keys: Record<string, string> }>;
}

function state(page: ChatPage): Promise<VerificationState> {
  return page.frame.evaluate(() => structuredClone(window.chatSession!.verification.state));
}

async function is(page: ChatPage, status: VerificationState["status"]): Promise<VerificationState> {
  return until(`a verification that is ${status}`, async () => {
    const now = await state(page);
    if (now.status === status) return now;
    throw new Error(JSON.stringify(now));
  });
}

/** Waits for the emoji as they can be seen on both sides, and resolves with them. */
async function sameEmoji(one: ChatPage, other: ChatPage): Promise<string[]> {
  await Promise.all([is(one, "emoji"), is(other, "emoji")]);
  const [here, there] = await Promise.all(
    [one, other].map((page) => page.frame.locator("melo-verify-device").locator("ol li").allInnerTexts()),
  );
  assert.equal(here!.length, 7);
  assert.deepEqual(here, there, "the same on both sides");
  assert.deepEqual((await state(one)).decimals, (await state(other)).decimals);
  assert.ok(
    (await state(one)).emoji!.every(({ index }) => index >= 0),
    "all of them are in the table",
  );
  return here!;
}
