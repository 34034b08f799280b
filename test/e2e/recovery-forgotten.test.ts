// The recovery key is taken away again: what is left of it at the server, what it opens then, and what becomes of that when it is cut off (docs/reliability.md).

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { Browser } from "playwright-core";

import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { crash } from "./support/crash.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { register, signIn, type RawUser } from "./support/homeserver.ts";
import { until } from "./support/until.ts";

const SECRETS = ["m.cross_signing.master", "m.cross_signing.self_signing", "m.cross_signing.user_signing", "m.megolm_backup.v1"];
const TAGS = { tags: ["melo-encryption-status", "melo-recovery"] };

describe("a recovery key that is removed", { timeout: 300_000 }, () => {
  let stack: E2eEnvironment;
  let browser: Browser;

  before(async () => {
    stack = await environment();
    browser = await openBrowser();
  });

  it("B3: after a question; nothing of it is left at the server, it opens nothing, and nobody asks for another one", async () => {
    const { account, raw, page, key, keyId } = await someone();
    await page.click(/^Remove it$/);
    await page.says(/nobody can open your messages/);
    await page.page.keyboard.press("Escape");
    await page.click(/^Remove it$/);
    await page.click(/^Keep the key$/);
    assert.equal(await held(raw, keyId), 6, "asked is not done");
    await page.click(/^Remove it$/);
    await page.click(/^Remove it$/);
    await isGone(page);
    assert.equal(await held(raw, keyId), 0, "four secrets, the key's description and the pointer to it");
    assert.ok(await raw.call("GET", "/_matrix/client/v3/room_keys/version"), "the backup goes on for the devices that have its key");
    await page.reload(TAGS);
    await page.ready();
    await until("a status that wants nothing", async () => {
      const tag = page.frame.locator("melo-encryption-status");
      return tag.evaluate((element) => element.matches(":state(ok):state(quiet)"));
    });

    const second = await ChatPage.open(await openProfile(browser));
    await second.signIn(account);
    await second.sessionIs("not verified", (state) => state.status === "ready" && state.crossSigning === "missing");
    const code = await second.frame.evaluate(
      (words) =>
        window.chatSession!.recovery.enter(words).then(
          () => "none",
          ({ code }: { code: string }) => code,
        ),
      key,
    );
    assert.equal(code, "recovery-none");
  });

  const cuts: readonly (readonly [step: string, path: RegExp, finds: "ready" | "out-of-sync" | "none"])[] = [
    ["the choice", /account_data\/io\.element\.recovery/, "ready"],
    ["the end of the first secret", /account_data\/m\.cross_signing\.master/, "ready"],
    ["the end of the last secret", /account_data\/m\.megolm_backup/, "out-of-sync"],
    ["the end of the pointer", /account_data\/m\.secret_storage\.default_key/, "out-of-sync"],
    ["the end of the key's description", /account_data\/m\.secret_storage\.key\./, "none"],
  ];
  for (const [step, path, finds] of cuts) {
    it(`cut off before the server took ${step}: ${finds === "none" ? "done" : "removed by another click"}`, async () => {
      const { raw, page, profile, keyId } = await someone();
      const reached = Promise.withResolvers<void>();
      await page.page.route(path, (route) => (route.request().method() === "PUT" ? reached.resolve() : route.fallback()));
      await page.frame.evaluate(() => void window.chatSession!.recovery.forget().catch(() => {}));
      await reached.promise;
      await crash(page.page);
      await page.close();
      const again = await ChatPage.open(profile, TAGS);
      await again.ready();
      await until(`a recovery that is ${finds}`, async () => {
        const { status } = await again.frame.evaluate(() => structuredClone(window.chatSession!.recovery.state));
        if (status !== finds) throw new Error(status);
        return true;
      });
      if (finds !== "none") {
        await again.click(/^Remove it$/);
        await again.click(/^Remove it$/);
      }
      await isGone(again);
      assert.ok((await held(raw, keyId)) <= 1, "no secret is left");
    });
  }

  async function someone() {
    const account = await register(stack.homeserver, "alice");
    const raw = await signIn(stack.homeserver, account);
    const profile = await openProfile(browser);
    const page = await ChatPage.signedIn(profile, account, TAGS);
    await page.createRoom({ name: "Shed" });
    const key = await page.frame.evaluate(() => window.chatSession!.recovery.setUp());
    const { key: keyId } = (await accountData(raw, "m.secret_storage.default_key")) as { key: string };
    await page.frame.getByRole("button", { name: /^Remove it$/ }).waitFor();
    return { account, raw, profile, page, key, keyId };
  }

  async function isGone(page: ChatPage): Promise<void> {
    await page.frame
      .locator("melo-recovery")
      .getByRole("button", { name: /^Make a recovery key$/ })
      .waitFor();
  }

  /** How many of the six events of the account still say something. */
  async function held(user: RawUser, keyId: string): Promise<number> {
    const types = [...SECRETS, "m.secret_storage.default_key", `m.secret_storage.key.${keyId}`];
    const contents = await Promise.all(types.map((type) => accountData(user, type)));
    return contents.filter((content) => Object.keys(content).length > 0).length;
  }

  async function accountData(user: RawUser, type: string): Promise<object> {
    return user.call("GET", `/_matrix/client/v3/user/${encodeURIComponent(user.userId)}/account_data/${type}`);
  }
});
