// Whether a device can read and send everything, and the one step that helps. Numbers are those of docs/interop.md.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { Browser } from "playwright-core";

import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { register, signIn } from "./support/homeserver.ts";
import { until } from "./support/until.ts";
import { flowIs } from "./support/verifying.ts";

const TAG = "melo-encryption-status";
const TAGS = { tags: [TAG] };

describe("the health of the encryption", { timeout: 240_000 }, () => {
  let stack: E2eEnvironment;
  let browser: Browser;

  before(async () => {
    stack = await environment();
    browser = await openBrowser();
  });

  it("S1, S2: a new account is signed and backed up without a click, and is asked for a recovery key only when there is something to lose; later means later, in this tab and the next", async () => {
    const alice = await register(stack.homeserver, "alice");
    const raw = await signIn(stack.homeserver, alice);
    const profile = await openProfile(browser);
    const hers = await ChatPage.signedIn(profile, alice, TAGS);
    await until("a backup", () => raw.call("GET", "/_matrix/client/v3/room_keys/version").catch(() => undefined));
    await until("health", async () => (await states(hers)).includes("ok"));
    assert.doesNotMatch(await hers.visibleText(), /recovery key/i, "an empty account is left alone");
    const key = `/_matrix/client/v3/user/${encodeURIComponent(alice.userId)}/account_data/m.secret_storage.default_key`;
    assert.equal(await raw.call("GET", key).catch(() => undefined), undefined, "no recovery key was made unasked");

    await hers.createRoom({ name: "Shed" });
    await hers.says(/Make a recovery key, or nobody can open your messages/);
    await hers.click(/^later$/i);
    await until("silence", async () => !/Make a recovery key, or/.test(await hers.visibleText()));
    await hers.reload(TAGS);
    await hers.ready();
    await until("attention all the same", async () => (await states(hers)).includes("attention"));
    assert.ok((await states(hers)).includes("quiet"));
    const second = await ChatPage.open(profile, TAGS);
    await second.ready();
    await until("attention in the other tab", async () => (await states(second)).includes("attention"));
    await until("silence in the other tab", async () => (await states(second)).includes("quiet"));

    await hers.frame.evaluate(() => window.chatSession!.recovery.setUp());
    for (const tab of [hers, second]) await until("health again", async () => (await states(tab)).includes("ok"));
  });

  it("S8, V6: a new device of an old account is led to its verification, and nothing is wanted while the secrets arrive", async () => {
    const alice = await register(stack.homeserver, "alice");
    const old = await ChatPage.signedIn(await openProfile(browser), alice, { tags: ["melo-verify-device"] });
    await old.createRoom({ name: "Shed" });
    await old.frame.evaluate(() => window.chatSession!.recovery.setUp());
    const fresh = await ChatPage.open(await openProfile(browser), TAGS);
    await fresh.signIn(alice);
    await fresh.says(/This device is not verified/);
    const seen: string[] = [];
    await fresh.page.exposeFunction("toldOfHealth", (status: string, step?: string) => void seen.push(step ?? status));
    await fresh.frame.evaluate(() => {
      const told = window as unknown as { toldOfHealth(status: string, step?: string): void };
      document.addEventListener("melo-encryption-change", (event) => {
        const { status, step } = event as Event & { status: string; step?: string };
        told.toldOfHealth(status, step);
      });
    });
    await fresh.click(/^verify this device$/i); // in the banner
    await fresh.frame
      .locator("melo-verify-device")
      .getByRole("button", { name: /^verify this device$/i })
      .click();
    await old.click(/^accept$/i);
    await fresh.click(/^compare emoji instead$/i);
    await Promise.all([flowIs(old, "emoji"), flowIs(fresh, "emoji")]);
    await Promise.all([old.click(/^they match$/i), fresh.click(/^they match$/i)]);
    await fresh.click(/^done$/i);
    await until("health", async () => (await states(fresh)).includes("ok"));
    assert.ok(!seen.includes("enter-recovery-key"), seen.join());
  });

  it("I4, B6: a device that lacks what the recovery key opens is led to it, and from there to a new beginning", async () => {
    const alice = await register(stack.homeserver, "alice");
    const old = await ChatPage.signedIn(await openProfile(browser), alice);
    await old.createRoom({ name: "Shed" });
    await old.frame.evaluate(() => window.chatSession!.recovery.setUp());
    await old.page.context().close(); // nobody is left to vouch but the key
    const fresh = await ChatPage.open(await openProfile(browser), TAGS);
    await fresh.signIn(alice);
    await fresh.says(/This device is not verified/);
    await fresh.click(/^verify this device$/i);
    await fresh.frame
      .locator("melo-recovery")
      .getByRole("button", { name: /neither the key nor another device/i })
      .waitFor();
  });

  async function states(page: ChatPage): Promise<string[]> {
    return page.frame
      .locator(TAG)
      .evaluate((tag) => ["quiet", "ok", "healing", "attention"].filter((name) => tag.matches(`:state(${name})`)));
  }
});
