// A site that has a login of its own keeps the recovery secret for its visitors: they never hear of any of it.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { before, describe, it } from "node:test";

import type { Browser } from "playwright-core";

import type { RecoverySecretRequest } from "../../src/session/recovery-secret.js";
import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { register, signIn, type Account } from "./support/homeserver.ts";
import { keptResidue, visibleResidue } from "./support/residue.ts";
import { secret } from "./support/secrets.ts";
import { scanServer } from "./support/server-scan.ts";
import { until } from "./support/until.ts";

const TAGS = ["melo-encryption-status", "melo-recovery", "melo-verify-device"];

describe("a host page that gives the recovery secret", { timeout: 300_000 }, () => {
  let stack: E2eEnvironment;
  let browser: Browser;

  before(async () => {
    stack = await environment();
    browser = await openBrowser();
  });

  it("makes the recovery key and opens the next device with it, without a word to the visitor; the secret is kept nowhere", async () => {
    const alice = await register(stack.homeserver, "alice");
    const site = newSite();
    const first = await visit(alice, site);
    await recoveryIs(first, "ready");
    assert.deepEqual(site.asked, [{ userId: alice.userId, reason: "set-up" }]);
    const room = await first.createRoom({ name: "Garden" });
    await first.showRoom(room);
    const text = await secret();
    await first.send(text);
    await first.shows([text]);
    await allSaved(first);
    await first.reload();
    await first.ready();
    await recoveryIs(first, "ready");
    assert.equal(site.asked.length, 1, "not again at the next start");

    const second = await visit(alice, site, room);
    await second.ready();
    await second.shows([text]);
    await recoveryIs(second, "ready");
    assert.deepEqual(site.asked.slice(1), [{ userId: alice.userId, reason: "open" }]);
    for (const { page, log } of [first, second]) {
      const texts = [...(await visibleResidue(page)), ...(await keptResidue(page)), ...log.console].map(({ text }) => text);
      texts.push(...log.requests.map(({ url, body, headers }) => url + body + JSON.stringify(headers)));
      assert.ok(!texts.some((one) => one.includes(site.secret)), "in no document, storage, console or request");
    }
    assert.deepEqual(scanServer(stack, [site.secret]), []);
  });

  it("is asked in one tab only, whichever runs the client", async () => {
    const alice = await register(stack.homeserver, "alice");
    const site = newSite();
    const profile = await openProfile(browser);
    const [owner, follower] = [await visit(alice, site, undefined, profile), await open(site, profile)];
    await follower.sessionIs("a follower", ({ role, status }) => role === "follower" && status === "ready");
    for (const tab of [owner, follower]) await recoveryIs(tab, "ready");
    assert.equal(site.asked.length, 1);
  });

  it("that has a wrong secret, or none, leaves the visitor what they could do without it, and nothing is written", async () => {
    const alice = await register(stack.homeserver, "alice");
    const raw = await signIn(stack.homeserver, alice);
    const first = await ChatPage.signedIn(await openProfile(browser), alice);
    const key = await first.frame.evaluate(() => window.chatSession!.recovery.setUp());
    const before = await stored();
    for (const given of [randomBytes(24).toString("base64url"), "short", null]) {
      const site = { ...newSite(), secret: given };
      const chat = await visit(alice, site);
      await until("the site being asked", () => site.asked.length === 1);
      await chat.sessionIs("left to the visitor", ({ recoverySecret }) => recoverySecret === (given === null ? undefined : "refused"));
      await chat.says(/Enter your recovery key/);
      assert.deepEqual(await stored(), before);
      assert.equal((await chat.session()).crossSigning, "missing");
      await chat.frame.evaluate((words) => window.chatSession!.recovery.enter(words), key);
      await chat.ready();
      assert.equal(site.asked.length, 1, "and is not asked again");
      await chat.page.context().close();
    }

    async function stored(): Promise<unknown> {
      const types = ["m.secret_storage.default_key", "m.cross_signing.master", "m.megolm_backup.v1"];
      return Promise.all(
        types.map((type) => raw.call("GET", `/_matrix/client/v3/user/${encodeURIComponent(raw.userId)}/account_data/${type}`)),
      );
    }
  });

  interface Site {
    readonly secret: string | null;
    readonly asked: RecoverySecretRequest[];
  }

  function newSite() {
    return { secret: randomBytes(24).toString("base64url"), asked: [] as RecoverySecretRequest[] };
  }

  async function open(site: Site, profile: Awaited<ReturnType<typeof openProfile>>, room?: string): Promise<ChatPage> {
    if (!served.has(profile)) {
      served.add(profile);
      await profile.exposeFunction("askForSecret", (request: RecoverySecretRequest) => (site.asked.push(request), site.secret));
    }
    return ChatPage.open(profile, { recoverySecret: "ask", tags: TAGS, room });
  }

  const served = new WeakSet<object>();

  async function visit(account: Account, site: Site, room?: string, profile?: Awaited<ReturnType<typeof openProfile>>): Promise<ChatPage> {
    const chat = await open(site, profile ?? (await openProfile(browser)), room);
    await chat.signIn(account);
    await chat.synced();
    return chat;
  }

  async function recoveryIs(chat: ChatPage, status: string): Promise<void> {
    await until(`a recovery that is ${status}`, async () => {
      const now = await chat.frame.evaluate(() => structuredClone(window.chatSession!.recovery.state));
      if (now.status === status) return true;
      throw new Error(JSON.stringify(now));
    });
  }

  async function allSaved(chat: ChatPage): Promise<void> {
    await until("its key in the backup", () =>
      chat.frame.evaluate(async () => {
        const { total, unsaved } = await window.chatSession!.recovery.countKeys();
        return total > 0 && unsaved === 0;
      }),
    );
  }
});
