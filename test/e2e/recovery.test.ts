// The recovery key: set up on one device, entered on a new one, changed; and what the server, the page and the network get to see of it.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { before, describe, it } from "node:test";

import { encodeRecoveryKey } from "matrix-js-sdk/lib/crypto-api/recovery-key.js";
import type { Browser } from "playwright-core";

import type { RecoveryState } from "../../src/crypto/recovery-state.js";
import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { crash } from "./support/crash.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { register, signIn, type Account, type RawUser } from "./support/homeserver.ts";
import { openSecret } from "./support/open-secrets.ts";
import { keptResidue, visibleResidue } from "./support/residue.ts";
import { secret } from "./support/secrets.ts";
import { scanServer } from "./support/server-scan.ts";
import { until } from "./support/until.ts";

const IDENTITY = ["m.cross_signing.master", "m.cross_signing.self_signing", "m.cross_signing.user_signing"];
const SECRETS = [...IDENTITY, "m.megolm_backup.v1"];

describe("the recovery key", { timeout: 300_000 }, () => {
  let stack: E2eEnvironment;
  let browser: Browser;

  before(async () => {
    stack = await environment();
    browser = await openBrowser();
  });

  it("S3, S4, B1, B2: is shown once, opens everything on a new device, is refused when wrong before anything is written, and is kept nowhere", async () => {
    const [alice, bob] = await Promise.all([register(stack.homeserver, "alice"), register(stack.homeserver, "bob")]);
    const raw = await signIn(stack.homeserver, alice);
    const first = await ChatPage.signedIn(await openProfile(browser), alice);
    const his = await ChatPage.signedIn(await openProfile(browser), bob);
    await until("a backup without a click", () => backupKeys(raw));
    const room = await his.createRoom({ name: "Garden", invite: [alice.userId] });
    await Promise.all([first.showRoom(room), his.showRoom(room)]);
    await first.click(/^(accept|join)/i);
    await until("her in the room", () => his.frame.evaluate((id) => window.chatSession!.room(id).room.state.joinedCount === 2, room));
    const [written, read] = await Promise.all([secret(), secret()]);
    await his.send(read);
    await first.shows([read]);
    await first.send(written);
    await his.shows([written]);

    const key = await setUp(first);
    await recoveryIs(first, "ready");
    await assertCiphertextOnly(raw);
    await until("the keys of both messages in the backup", async () => (await backupKeys(raw))!.count >= 2);

    const second = await ChatPage.open(await openProfile(browser), { room });
    await second.signIn(alice);
    const { account } = await second.sessionIs("not verified", (state) => state.status === "ready" && state.crossSigning === "missing");
    const rows = await until("unreadable rows", async () => {
      const items = await second.items(room);
      return items.filter(({ kind }) => kind === "undecryptable").length >= 2 ? items.map((item) => item.eventId) : undefined;
    });
    assert.deepEqual(await signers(raw, account!.deviceId), [account!.deviceId], "signed by itself alone");

    await second.frame.evaluate(() => window.showTag("melo-key-backup"));
    const before = await serverSide(raw);
    const asked = second.log.requests.length;
    await enter(second, "EsTc 7Hgr not the key");
    await second.says(/This is not the right key\. Nothing was changed\./);
    await enter(second, encodeRecoveryKey(randomBytes(32))!); // well-formed, and of another account
    await second.says(/This is not the right key\. Nothing was changed\./);
    const writes = second.log.requests
      .slice(asked)
      .filter(({ method, url }) => method !== "GET" && /account_data|signatures|room_keys/.test(url));
    assert.deepEqual(writes, []);
    assert.deepEqual(await serverSide(raw), before);
    assert.equal((await second.session()).crossSigning, "missing");

    await enter(second, ` ${key.replaceAll(" ", "\t")}\n`);
    await second.ready();
    assert.equal((await signers(raw, account!.deviceId)).length, 2, "signed by its owner's identity");
    await second.shows([read, written]);
    const healed = (await second.items(room)).map((item) => item.eventId);
    assert.deepEqual(healed.slice(-rows.length), rows, "in place");
    await second.says(/Your messages are backed up\./);
    await second.reload();
    await second.ready();
    await second.frame.evaluate(() => window.showTag("melo-recovery"));
    await recoveryIs(second, "ready");
    const fresh = await secret();
    await his.send(fresh);
    await second.showRoom(room);
    await second.shows([read, written, fresh]);

    for (const chat of [first, second, his]) assert.deepEqual(await finds(chat, key), []);
    const opened = await Promise.all(SECRETS.map((name) => openSecret(raw, key, name)));
    for (const chat of [first, second]) assert.deepEqual(await findsKeys(chat, opened), [], "the private keys that it protects");
    assert.deepEqual(scanServer(stack, [key, key.replaceAll(" ", ""), ...opened]), []);
  });

  it("S4: that was shown and not confirmed before its tab died is not taken for one that somebody has", async () => {
    const alice = await register(stack.homeserver, "alice");
    const profile = await openProfile(browser);
    const tags = ["melo-recovery", "melo-encryption-status", "melo-key-backup"];
    const first = await ChatPage.signedIn(profile, alice, { tags: ["melo-recovery"] });
    await first.createRoom({ name: "Shed" });
    await first.click(/^Make a recovery key$/);
    await first.says(/Save your recovery key/);
    await crash(first.page);
    await first.close();
    const again = await ChatPage.open(profile, { tags });
    await again.ready();
    await again.says(/You have not said that you saved your recovery key/);
    await again.says(/Make a recovery key, or nobody can open your messages/);
    await again.says(/Make a recovery key, or nobody can open the backup/);
    await again.frame
      .locator("melo-session > melo-recovery")
      .getByRole("button", { name: /^Make a new recovery key$/ })
      .click();
    await confirm(again, "melo-session > melo-recovery");
    await until("a status that wants nothing", () =>
      again.frame.locator("melo-encryption-status").evaluate((tag) => tag.matches(":state(ok)")),
    );
  });

  it("S5: is changed from any tab: the new one opens, the one before does not", async () => {
    const alice = await register(stack.homeserver, "alice");
    const profile = await openProfile(browser);
    const first = await ChatPage.signedIn(profile, alice);
    const old = await setUp(first);
    const follower = await ChatPage.open(profile);
    await follower.sessionIs("a follower", ({ status, role }) => status === "ready" && role === "follower");
    await follower.frame.evaluate(() => window.showTag("melo-recovery"));
    await follower.click(/^Replace the recovery key$/);
    await follower.click(/^Make a new recovery key$/);
    const key = await confirm(follower);
    assert.notEqual(key, old);
    await recoveryIs(first, "ready");

    const second = await newDevice(browser, alice);
    await enter(second, old);
    await second.says(/This is not the right key/);
    await enter(second, key);
    await second.ready();
  });

  it("S6: takes a passphrase too, is not made on a device that nobody vouches for, and is never made twice", async () => {
    const alice = await register(stack.homeserver, "alice");
    const raw = await signIn(stack.homeserver, alice);
    const first = await ChatPage.signedIn(await openProfile(browser), alice);
    const second = await newDevice(browser, alice);
    assert.equal(await refusal(second, "setUp"), "device-unverified");
    assert.deepEqual(await serverSide(raw, [...SECRETS, "m.secret_storage.default_key"]), [null, null, null, null, null]);
    const passphrase = "a wheelbarrow of möwen";
    await first.frame.evaluate((words) => window.chatSession!.recovery.setUp(words), passphrase);
    const before = await serverSide(raw);
    assert.equal(await refusal(first, "setUp"), "recovery-exists");
    assert.equal(await refusal(second, "change"), "device-unverified");
    assert.deepEqual(await serverSide(raw), before);
    await enter(second, passphrase);
    await second.ready();
  });
});

/** Sets up by the element, as a visitor does, and gives back the key that it showed. */
async function setUp(chat: ChatPage): Promise<string> {
  await chat.frame.evaluate(() => window.showTag("melo-recovery"));
  await chat.click(/^Make a recovery key$/);
  return confirm(chat);
}

async function confirm(chat: ChatPage, tag = "melo-recovery"): Promise<string> {
  const element = chat.frame.locator(tag);
  const key = (await element.locator(".key").textContent())!.replaceAll(/\s+/g, " ").trim();
  assert.match(key, /^(\w{4} ){11}\w{4}$/);
  assert.ok((await finds(chat, key)).includes("document"), "the search sees a key that is shown");
  await chat.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await chat.click(/^Copy$/);
  await chat.says(/Copied/);
  assert.equal(await chat.frame.evaluate(() => navigator.clipboard.readText()), key);
  await chat.frame.evaluate(() => navigator.clipboard.writeText(""));
  const download = chat.page.waitForEvent("download");
  await chat.click(/^Download$/);
  assert.equal((await readFile(await (await download).path(), "utf8")).trim(), key);
  await chat.click(/^I have saved it$/);
  assert.deepEqual(await finds(chat, key), [], "it is hidden while it is asked for");
  const field = element.locator("input");
  await field.fill("0000");
  await field.press("Enter");
  await chat.says(/This is not what the key says there/);
  const group = Number((await element.locator("label").textContent())!.match(/Group (\d+)/)![1]);
  await field.fill(key.split(" ")[group - 1]!);
  await field.press("Enter");
  await chat.says(/Your recovery key is set up/);
  return key;
}

async function enter(chat: ChatPage, key: string): Promise<void> {
  const field = chat.frame.locator("melo-recovery input");
  await field.fill(key);
  await field.press("Enter");
  await until("an answer", async () => (await chat.frame.locator("melo-recovery [aria-busy='true']").count()) === 0);
}

async function newDevice(browser: Browser, account: Account): Promise<ChatPage> {
  const chat = await ChatPage.open(await openProfile(browser));
  await chat.signIn(account);
  await chat.sessionIs("not verified", (state) => state.status === "ready" && state.crossSigning === "missing");
  await chat.frame.evaluate(() => window.showTag("melo-recovery"));
  return chat;
}

async function recoveryIs(chat: ChatPage, status: RecoveryState["status"]): Promise<void> {
  await until(`a recovery that is ${status}`, async () => {
    const state = await chat.frame.evaluate(() => structuredClone(window.chatSession!.recovery.state));
    if (state.status !== status) throw new Error(JSON.stringify(state));
    return true;
  });
}

async function refusal(chat: ChatPage, action: "setUp" | "change"): Promise<string> {
  return chat.frame.evaluate(
    (name) =>
      window.chatSession!.recovery[name]().then(
        () => "none",
        ({ code }: { code: string }) => code,
      ),
    action,
  );
}

/** Where two neighbouring groups of the key, or more, can be found in a page, in what it keeps, and in what it said and sent. */
async function finds({ page, log }: ChatPage, key: string): Promise<string[]> {
  const groups = key.split(" ");
  const pairs = groups.slice(1).map((group, index) => groups[index]! + group);
  const has = (texts: readonly string[]) => {
    const text = texts.map((one) => one.replaceAll(/\?lit\$\d+\$|\s|%20|\+/g, "")).join("");
    return pairs.some((pair) => text.includes(pair));
  };
  const places = {
    document: (await visibleResidue(page)).map(({ text }) => text),
    storage: (await keptResidue(page)).map(({ text }) => text),
    console: log.console.map(({ text }) => text),
    network: log.requests.map(({ url, body, headers }) => url + body + JSON.stringify(headers)),
  };
  return Object.entries(places).flatMap(([place, texts]) => (has(texts) ? [place] : []));
}

/** Where one of these keys (Base64) can be found, as it is, in hexadecimal, or in the Base64 of addresses. */
async function findsKeys({ page, log }: ChatPage, keys: readonly string[]): Promise<string[]> {
  const forms = keys.flatMap((key) => {
    const bytes = Buffer.from(key, "base64");
    return [key.replace(/=+$/, ""), bytes.toString("base64url"), bytes.toString("hex"), bytes.toString("latin1")];
  });
  const places = {
    document: (await visibleResidue(page)).map(({ text }) => text),
    storage: (await keptResidue(page)).map(({ text }) => text),
    console: log.console.map(({ text }) => text),
    network: log.requests.map(({ url, body, headers }) => url + body + JSON.stringify(headers)),
  };
  return Object.entries(places).flatMap(([place, texts]) =>
    texts.some((text) => forms.some((form) => text.includes(form))) ? [place] : [],
  );
}

async function assertCiphertextOnly(user: RawUser): Promise<void> {
  const { key } = (await accountData(user, "m.secret_storage.default_key")) as { key: string };
  const description = (await accountData(user, `m.secret_storage.key.${key}`))!;
  assert.deepEqual(Object.keys(description).sort(), ["algorithm", "iv", "mac"]);
  for (const name of SECRETS) {
    const content = (await accountData(user, name)) as { encrypted: Record<string, object> };
    assert.deepEqual(Object.keys(content), ["encrypted"]);
    assert.deepEqual(Object.keys(content.encrypted), [key]);
    assert.deepEqual(Object.keys(content.encrypted[key]!).sort(), ["ciphertext", "iv", "mac"]);
  }
}

/** All that an action on the recovery key may change at the server. */
async function serverSide(user: RawUser, types = [...SECRETS, "m.secret_storage.default_key"]): Promise<unknown[]> {
  return Promise.all(types.map((type) => accountData(user, type)));
}

async function accountData(user: RawUser, type: string): Promise<object | null> {
  return user.call("GET", `/_matrix/client/v3/user/${encodeURIComponent(user.userId)}/account_data/${type}`).catch(() => null);
}

async function backupKeys(user: RawUser): Promise<{ version: string; count: number } | undefined> {
  return user.call<{ version: string; count: number }>("GET", "/_matrix/client/v3/room_keys/version").catch(() => undefined);
}

async function signers(user: RawUser, deviceId: string): Promise<string[]> {
  const device = (await user.publishedDevices(user.userId)).find((one) => one.deviceId === deviceId);
  return device!.signedBy.map((keyId) => keyId.replace(/^ed25519:/, ""));
}
