// Signing out, and what that would take. The number is that of docs/interop.md.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { Browser } from "playwright-core";

import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { register, signIn } from "./support/homeserver.ts";
import { secret } from "./support/secrets.ts";
import { until } from "./support/until.ts";

const TAGS = { tags: ["melo-sign-out"] };

describe("L1: signing out", { timeout: 180_000 }, () => {
  let stack: E2eEnvironment;
  let browser: Browser;

  before(async () => {
    stack = await environment();
    browser = await openBrowser();
  });

  it("is done at once where there is nothing to lose", async () => {
    const hers = await ChatPage.signedIn(await openProfile(browser), await register(stack.homeserver, "alice"), TAGS);
    await press(hers);
    await hers.status("signed-out");
  });

  it("in the sign-in's own card asks the same: nothing is lost without a word", async () => {
    const { hers } = await withMessage();
    const card = hers.frame.locator("melo-session > melo-login");
    await card.getByRole("button", { name: /^sign out$/i }).click();
    await hers.says(/Nobody could open the backup of your messages/);
    await card
      .getByRole("dialog")
      .getByRole("button", { name: /^cancel$/i })
      .click();
    assert.equal((await hers.session()).status, "ready");
    await card.getByRole("button", { name: /^sign out$/i }).click();
    await card.getByRole("button", { name: /^sign out anyway$/i }).click();
    await hers.status("signed-out");
  });

  it("warns of a backup that nobody could open, and lets the visitor stay", async () => {
    const { hers } = await withMessage();
    await press(hers);
    await hers.says(/Nobody could open the backup of your messages/);
    await hers.page.keyboard.press("Escape");
    assert.equal((await hers.session()).status, "ready");
  });

  it("asks plainly where everything is saved", async () => {
    const { hers, raw } = await withMessage();
    await hers.frame.evaluate(() => window.chatSession!.recovery.setUp());
    await until("the key in the backup", async () => (await backup(raw))?.count === 1);
    await press(hers);
    await hers.says(/Your messages open with your recovery key/);
    await hers.frame
      .getByRole("dialog")
      .getByRole("button", { name: /^sign out$/i })
      .click();
    await hers.status("signed-out");
  });

  it("waits for what is still to be saved, and then goes on by itself", async () => {
    const { hers, raw } = await withMessage();
    await hers.frame.evaluate(() => window.chatSession!.recovery.setUp());
    await until("the key in the backup", async () => (await backup(raw))?.count === 1);
    const upload = /\/room_keys\/keys/;
    await hers.page.route(upload, (route) => (route.request().method() === "PUT" ? route.abort("connectionfailed") : route.continue()));
    const shed = await hers.createRoom({ name: "Another shed" });
    await hers.showRoom(shed);
    await hers.send(await secret());
    await until(
      "a key that is nowhere else",
      async () => (await hers.frame.evaluate(() => window.chatSession!.recovery.countKeys())).unsaved === 1,
    );
    await press(hers);
    await hers.says(/1 left\. You are signed out when that is done/);
    assert.equal((await hers.session()).status, "ready");
    await hers.page.unroute(upload);
    await hers.status("signed-out");
    assert.equal((await backup(raw))?.count, 2, "nothing was lost");
  });

  async function press(page: ChatPage): Promise<void> {
    await page.frame.locator("melo-sign-out [part='button']").click();
  }

  /** Somebody with a message, and so with a key to lose. */
  async function withMessage() {
    const alice = await register(stack.homeserver, "alice");
    const raw = await signIn(stack.homeserver, alice);
    const hers = await ChatPage.signedIn(await openProfile(browser), alice, TAGS);
    const room = await hers.createRoom({ name: "Shed" });
    await hers.showRoom(room);
    const text = await secret();
    await hers.send(text);
    await until("the message sent", async () => (await hers.items(room)).some((item) => item.kind === "message" && !item.send));
    return { hers, raw };
  }

  async function backup(raw: Awaited<ReturnType<typeof signIn>>): Promise<{ count: number } | undefined> {
    return raw.call<{ count: number }>("GET", "/_matrix/client/v3/room_keys/version").catch(() => undefined);
  }
});
