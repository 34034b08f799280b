// The account's identity is reset: what is asked before, what the server holds afterwards, what it means for the other devices, and what becomes of a reset that is cut off.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { Browser, Route } from "playwright-core";

import type { IdentityState } from "../../src/crypto/identity-state.js";
import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { crash } from "./support/crash.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { register, signIn, type Account, type RawUser } from "./support/homeserver.ts";
import { keptResidue, visibleResidue } from "./support/residue.ts";
import { until } from "./support/until.ts";

const SECRETS = ["m.cross_signing.master", "m.cross_signing.self_signing", "m.cross_signing.user_signing", "m.megolm_backup.v1"];
const UPLOAD = /\/keys\/device_signing\/upload/;

describe("the reset of the identity", { timeout: 340_000 }, () => {
  let stack: E2eEnvironment;
  let browser: Browser;

  before(async () => {
    stack = await environment();
    browser = await openBrowser();
  });

  it("I1, B7: with the password, from a follower tab: a new identity, backup and recovery key; the other device is unverified until the new key opens it", async () => {
    const { account, raw, profile, first, other, key } = await twoDevices();
    const was = await serverSide(raw);
    const vouched = await signers(raw, await deviceOf(first));
    const follower = await ChatPage.open(profile);
    await follower.sessionIs("a follower", ({ status, role }) => status === "ready" && role === "follower");
    await show(follower);
    await follower.says(/This device is verified/);
    await beginReset(follower);
    await answerPassword(follower, "not the password");
    await follower.says(/The password is not right/);
    assert.deepEqual(await serverSide(raw), was, "nothing is changed before the proof");
    await answerPassword(follower, account.password);
    await follower.says(/You can begin again/);
    const now = await serverSide(raw);
    assert.notEqual(now.master, was.master);
    assert.notEqual(now.backup!.version, was.backup!.version);
    assert.ok(
      now.secrets.every((content) => Object.keys(content ?? {}).length === 0),
      "nothing of the former key",
    );
    const vouching = (await signers(raw, await deviceOf(first))).filter((id) => !vouched.includes(id));
    assert.equal(vouching.length, 1, "signed by the new identity");
    await identityIs(first, "ready");
    assert.equal((await first.session()).crossSigning, "ready");
    await first.frame.evaluate(() => window.showTag("melo-key-backup"));
    await first.says(/Your messages are backed up\. Make a recovery key/);
    await first.frame.getByRole("button", { name: /^Turn the backup off$/ }).waitFor();

    await follower.click(/^Make a recovery key$/);
    const made = (await follower.frame.locator("melo-recovery .key").first().textContent())!.replaceAll(/\s+/g, " ").trim();
    assert.notEqual(made, key);
    await identityIs(other, "unverified");
    await other.sessionIs("not verified", ({ crossSigning }) => crossSigning === "missing");
    await other.frame.evaluate(() => window.showTag("melo-recovery"));
    await other.says(/Enter your recovery key to verify this device/);
    assert.equal(await enter(other, key), "recovery-key-wrong");
    assert.equal(await enter(other, made), "none");
    await identityIs(other, "ready");
    await first.reload();
    await identityIs(first, "ready");
    for (const chat of [first, follower]) {
      const texts = [...(await visibleResidue(chat.page)), ...(await keptResidue(chat.page))].map(({ text }) => text).join();
      assert.ok(!texts.includes(account.password), "the password is kept nowhere");
    }
  });

  it("I2, I4: from the forgotten key, cancelled at every point, and begun again", async () => {
    const { account, raw } = await twoDevices();
    const was = await serverSide(raw);
    const chat = await ChatPage.open(await openProfile(browser));
    await chat.signIn(account);
    await chat.sessionIs("not verified", (state) => state.status === "ready" && state.crossSigning === "missing");
    await chat.frame.evaluate(() => window.showTag("melo-recovery"));
    const begin = /^I have neither the key nor another device$/;
    await chat.click(begin);
    assert.ok(await chat.frame.getByRole("button", { name: /^Reset$/ }).isDisabled(), "not without a confirmation");
    await chat.click(/^Cancel$/);
    await chat.click(begin);
    await chat.page.keyboard.press("Escape");
    await agree(chat, begin);
    await chat.says(/asks for your password/);
    await chat.click(/^Cancel$/);
    await chat.reload();
    await chat.sessionIs("not verified", ({ status, crossSigning }) => status === "ready" && crossSigning === "missing");
    assert.deepEqual(await serverSide(raw), was);
    await chat.frame.evaluate(() => window.showTag("melo-recovery"));
    await agree(chat, begin);
    await answerPassword(chat, account.password);
    await chat.click(/^Make a recovery key$/);
    await chat.says(/Save your recovery key/);
    await chat.ready();
    assert.notEqual((await serverSide(raw)).master, was.master);
  });

  it("I3: after another client's reset that was cut off, with an empty default key", async () => {
    const { account, raw, first } = await twoDevices();
    await raw.call("PUT", accountDataPath(raw, "m.secret_storage.default_key"), {});
    await first.frame.evaluate((password) => window.chatSession!.identity.reset({ password }), account.password);
    await identityIs(first, "ready");
    await first.frame.evaluate(() => window.chatSession!.recovery.setUp());
    assert.ok((await serverSide(raw)).secrets.every((content) => content && "encrypted" in content));
  });

  it("I5: a server with an account page of its own: the link, and the retry after it was allowed", async () => {
    const { raw, first, profile } = await twoDevices();
    const was = await serverSide(raw);
    let allowed = false;
    let answer: unknown;
    await profile.route(UPLOAD, async (route) => {
      const body = route.request().postDataJSON() as { auth?: object; master_key: { keys: object } };
      if (!allowed) {
        const url = "https://account.example.org/?action=org.matrix.cross_signing_reset";
        return route.fulfill({ status: 401, json: { session: "s", flows: [{ stages: ["m.oauth"] }], params: { "m.oauth": { url } } } });
      }
      answer = body.auth;
      // What the account page would have allowed at the server is the password here.
      const { account } = first as unknown as { account: Account };
      const post = (auth?: object) => route.fetch({ postData: JSON.stringify({ ...body, auth }) });
      const { session } = (await (await post()).json()) as { session: string };
      const identifier = { type: "m.id.user", user: raw.userId };
      return route.fulfill({ response: await post({ type: "m.login.password", identifier, password: account.password, session }) });
    });
    await show(first);
    await beginReset(first);
    const link = first.frame.getByRole("link", { name: /account page/ });
    assert.match((await link.getAttribute("href"))!, /^https:\/\/account\.example\.org\//);
    await first.click(/^I have allowed it$/);
    await first.says(/asks you to allow this on its account page first/);
    assert.deepEqual(await serverSide(raw), was);
    allowed = true;
    await first.click(/^I have allowed it$/);
    await first.says(/You can begin again/);
    assert.deepEqual(answer, { session: "s" });
    assert.notEqual((await serverSide(raw)).master, was.master);
  });

  /** The tab is killed while the server does not answer this request; the last word says what the next start finds. */
  const cuts: readonly (readonly [step: string, method: string, path: RegExp, after: "nothing" | "finished" | "again"])[] = [
    ["before the server took the identity", "POST", UPLOAD, "nothing"],
    ["before this device took its keys", "POST", /\/keys\/query/, "again"],
    ["before the recovery key is dropped", "PUT", /account_data\/m\.secret_storage\.default_key/, "finished"],
    ["before what it protects is dropped", "PUT", /account_data\/m\.cross_signing\.master/, "finished"],
    ["before the former backup is deleted", "DELETE", /room_keys\/version/, "finished"],
    ["before the new backup begins", "POST", /room_keys\/version/, "finished"],
  ];
  for (const [step, method, path, after] of cuts) {
    it(`is cut off ${step}: ${after === "again" ? "done again" : after} at the next start`, async () => {
      const { account, raw, first, profile } = await twoDevices();
      const was = await serverSide(raw);
      const cut = await hold(first, method, path);
      await first.frame.evaluate((password) => void window.chatSession!.identity.reset({ password }).catch(() => {}), account.password);
      await cut.held;
      await crash(first.page);
      const again = await ChatPage.open(profile);
      if (after === "nothing") {
        await again.ready();
        await identityIs(again, "ready");
        assert.deepEqual(await serverSide(raw), was);
        return;
      }
      if (after === "again") {
        await identityIs(again, "unusable");
        await again.frame.evaluate((password) => window.chatSession!.identity.reset({ password }), account.password);
      }
      await again.ready();
      await identityIs(again, "ready");
      await until("a server without the former key, and with a new backup", async () => {
        const { master, backup, secrets } = await serverSide(raw);
        const isClean = secrets.every((content) => Object.keys(content ?? {}).length === 0);
        if (master === was.master || !backup || backup.version === was.backup!.version || !isClean)
          throw new Error(JSON.stringify({ backup, secrets }));
        return true;
      });
      await until("a new recovery key", () =>
        again.frame.evaluate(() =>
          window.chatSession!.recovery.setUp().then(
            () => true,
            () => false,
          ),
        ),
      );
      await again.frame.evaluate(() => window.showTag("melo-recovery"));
      await again.says(/Your recovery key is set up/);
    });
  }

  /** An account with a recovery key, on two devices that are both verified. */
  async function twoDevices() {
    const account = await register(stack.homeserver, "alice");
    const raw = await signIn(stack.homeserver, account);
    const profile = await openProfile(browser);
    const first = Object.assign(await ChatPage.signedIn(profile, account), { account });
    await until("a backup", async () => (await serverSide(raw)).backup);
    const key = await first.frame.evaluate(() => window.chatSession!.recovery.setUp());
    const other = await ChatPage.open(await openProfile(browser));
    await other.signIn(account);
    await other.sessionIs("not verified", (state) => state.status === "ready" && state.crossSigning === "missing");
    assert.equal(await enter(other, key), "none");
    await other.ready();
    return { account, raw, profile, first, other, key };
  }
});

async function show(chat: ChatPage): Promise<void> {
  await chat.frame.evaluate(() => window.showTag("melo-cross-signing"));
}

async function beginReset(chat: ChatPage): Promise<void> {
  await agree(chat, /^Reset everything$/);
}

async function agree(chat: ChatPage, begin: RegExp): Promise<void> {
  await chat.click(begin);
  await chat.says(/What you lose/);
  await chat.frame.getByRole("checkbox").check();
  await chat.click(/^Reset$/);
}

async function answerPassword(chat: ChatPage, password: string): Promise<void> {
  const field = chat.frame.locator("melo-cross-signing input[type=password]");
  await field.fill(password);
  await field.press("Enter");
}

async function enter(chat: ChatPage, key: string): Promise<string> {
  return chat.frame.evaluate(
    (text) =>
      window.chatSession!.recovery.enter(text).then(
        () => "none",
        ({ code }: { code: string }) => code,
      ),
    key,
  );
}

async function identityIs(chat: ChatPage, status: IdentityState["status"]): Promise<void> {
  await until(`an identity that is ${status}`, async () => {
    const state = await chat.frame.evaluate(() => {
      window.chatSession!.identity.subscribe(() => {})();
      return structuredClone(window.chatSession!.identity.state);
    });
    if (state.status !== status || state.resetting) throw new Error(JSON.stringify(state));
    return true;
  });
}

async function deviceOf(chat: ChatPage): Promise<string> {
  return (await chat.session()).account!.deviceId;
}

/** Lets no such request through, from the moment when the reset has begun. */
async function hold(chat: ChatPage, method: string, path: RegExp): Promise<{ held: Promise<void> }> {
  const held = Promise.withResolvers<void>();
  let hasBegun = path.source === UPLOAD.source;
  const begins = async (route: Route): Promise<void> => {
    const response = await route.fetch();
    hasBegun = hasBegun || response.ok();
    await route.fulfill({ response });
  };
  const handle = async (route: Route): Promise<void> => {
    if (!hasBegun || route.request().method() !== method) return route.fallback();
    held.resolve();
  };
  if (!hasBegun) await chat.page.route(UPLOAD, begins);
  await chat.page.route(path, handle);
  return { held: held.promise };
}

/** All that a reset changes at the server. */
async function serverSide(user: RawUser) {
  const [master, backup, ...secrets] = await Promise.all([
    user.masterKey(user.userId),
    user.call<{ version: string }>("GET", "/_matrix/client/v3/room_keys/version").catch(() => undefined),
    ...SECRETS.map((type) => user.call("GET", accountDataPath(user, type)).catch(() => null)),
  ]);
  return { master, backup: backup && { version: backup.version }, secrets };
}

function accountDataPath(user: RawUser, type: string): string {
  return `/_matrix/client/v3/user/${encodeURIComponent(user.userId)}/account_data/${type}`;
}

async function signers(user: RawUser, deviceId: string): Promise<readonly string[]> {
  return (await user.publishedDevices(user.userId)).find((one) => one.deviceId === deviceId)!.signedBy;
}
