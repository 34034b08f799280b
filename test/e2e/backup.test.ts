// The backup of message keys: restored in the background, cancelled and continued, turned off and on, deleted and replaced elsewhere.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { Browser } from "playwright-core";

import type { BackupState, RecoveryState } from "../../src/crypto/recovery-state.js";
import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { crash } from "./support/crash.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { register, signIn, type Account, type RawUser } from "./support/homeserver.ts";
import { openSecret, openSession } from "./support/open-secrets.ts";
import { fillBackup, sealForBackup } from "./support/room-keys.ts";
import { secret } from "./support/secrets.ts";
import { storedRoomKeys } from "./support/stored-room-keys.ts";
import { until } from "./support/until.ts";

/** Enough for a restore that a visitor can watch. */
const MANY = 1000;
const CHOICES = ["m.key_backup", "m.org.matrix.custom.backup_disabled"];

describe("the backup", { timeout: 360_000 }, () => {
  let stack: E2eEnvironment;
  let browser: Browser;

  before(async () => {
    stack = await environment();
    browser = await openBrowser();
  });

  it("B1: what melo backs up is opened with the recovery key by another implementation, and what that writes opens messages in melo", async () => {
    const { account, raw, page, key } = await withRecoveryKey();
    const room = await page.createRoom({ name: "Garden" });
    await page.showRoom(room);
    const text = await secret();
    await page.send(text);
    await page.shows([text]);
    type Sessions = Record<string, { session_data: { ephemeral: string; ciphertext: string; mac: string } }>;
    const path = "/_matrix/client/v3/room_keys/keys";
    const { version, auth_data } = (await serverBackup(raw))!;
    const sessions = await until("the message's key", async () => {
      const { rooms } = await raw.call<{ rooms: Record<string, { sessions: Sessions }> }>("GET", `${path}?version=${version}`);
      return rooms[room]?.sessions;
    });
    const [[sessionId, entry]] = Object.entries(sessions) as [[string, Sessions[string]]];
    const opened = openSession(await openSecret(raw, key, "m.megolm_backup.v1"), entry.session_data);
    assert.equal(opened.algorithm, "m.megolm.v1.aes-sha2");
    const names = Buffer.from(opened.session_key, "base64").subarray(133).toString("base64").replace(/=+$/, "");
    assert.equal(names, sessionId, "the key that the session is named after");

    await raw.call("DELETE", `${path}?version=${version}`);
    const session_data = sealForBackup(JSON.stringify(opened), auth_data.public_key);
    const rooms = { [room]: { sessions: { [sessionId]: { ...entry, session_data } } } };
    await raw.call("PUT", `${path}?version=${version}`, { rooms });
    const second = await newDevice(account, await openProfile(browser));
    await second.showRoom(room);
    await second.frame.evaluate((words) => window.chatSession!.recovery.enter(words), key);
    await second.shows([text]);
  });

  it("B9: a large restore shows how far it is, is cancelled and continued from another tab, and goes on by itself after its tab crashed", async () => {
    const { account, raw, key } = await withRecoveryKey();
    await fillBackup(raw, MANY);
    const profile = await openProfile(browser);
    const owner = await newDevice(account, profile);
    const follower = await ChatPage.open(profile, { tags: ["melo-key-backup"] });
    await follower.sessionIs("a follower", ({ status, role }) => status === "ready" && role === "follower");
    await owner.frame.evaluate((text) => window.chatSession!.recovery.enter(text), key);
    await isRestoring(follower);
    await follower.says(/Opening earlier messages: \d+ of 1000\./);
    await follower.click(/^Cancel$/);
    await follower.says(/Opening earlier messages was cancelled/);
    const atCancel = await storedRoomKeys(owner.frame);
    assert.ok(atCancel > 0 && atCancel < MANY, `${atCancel} keys when it was cancelled`);

    await owner.reload({ tags: ["melo-key-backup"] });
    await until("the one tab to run the client", async () => (await follower.session()).role === "owner");
    await follower.ready();
    await owner.says(/Opening earlier messages was cancelled/);
    assert.equal(await storedRoomKeys(follower.frame), atCancel, "a cancelled one waits to be continued");
    await owner.click(/^Continue$/);
    await isRestoring(owner, atCancel);
    const atCrash = await storedRoomKeys(owner.frame);
    assert.ok(atCrash < MANY, `${atCrash} keys when the tab crashed`);
    await crash(follower.page);
    await owner.sessionIs("the owner", ({ status, role }) => status === "ready" && role === "owner");
    await until("every key, without a click", async () => (await storedRoomKeys(owner.frame)) >= MANY, 90_000);
    await backupIs(owner, "restored", ({ restoring, restoreStopped, restoreError }) => !restoring && !restoreStopped && !restoreError);
    await owner.says(/Your messages are backed up\./);
  });

  it("B3: turned off it is deleted and not begun again, by no device and no reload; turned on, it needs a new recovery key", async () => {
    const { account, raw, page } = await withRecoveryKey();
    await page.frame.evaluate(() => window.showTag("melo-key-backup"));
    await page.click(/^Turn the backup off$/);
    await page.says(/is lost for good/);
    assert.equal(await page.frame.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.textContent), "Turn the backup off?");
    await page.page.keyboard.press("Escape");
    await page.says(/Your messages are backed up\./);
    assert.ok(await serverBackup(raw), "asked is not done");
    assert.deepEqual(await choices(raw), [null, null]);

    await page.click(/^Turn the backup off$/);
    await page.click(/^Turn off and delete$/);
    await page.says(/You have turned the backup off/);
    assert.equal(await serverBackup(raw), undefined);
    assert.deepEqual(await choices(raw), [{ enabled: false }, { disabled: true }]);
    assert.deepEqual(await accountData(raw, "m.megolm_backup.v1"), {});
    await page.reload({ tags: ["melo-key-backup"] });
    await page.ready();
    await page.says(/You have turned the backup off/);
    const room = await page.createRoom({ name: "Garden" });
    await page.showRoom(room);
    const text = await secret();
    await page.send(text);
    await page.shows([text]);
    assert.equal(await serverBackup(raw), undefined);
    assert.equal(await page.frame.locator("melo-key-backup melo-recovery").count(), 0, "and nothing asks for one");
    const second = await ChatPage.open(await openProfile(browser));
    await second.signIn(account);
    await second.synced();
    await second.frame.evaluate(() => window.showTag("melo-key-backup"));
    await second.says(/You have turned the backup off/);

    await page.click(/^Turn the backup on$/);
    await until("a backup", () => serverBackup(raw));
    assert.deepEqual(await choices(raw), [{ enabled: true }, { disabled: false }]);
    await page.says(/Make a new one to replace it/);
    const key = await page.frame.evaluate(() => window.chatSession!.recovery.change());
    await recoveryIs(page, "ready");
    await until("the message's key in it", async () => (await serverBackup(raw))!.count >= 1);
    const third = await newDevice(account, await openProfile(browser));
    await third.frame.evaluate((words) => window.chatSession!.recovery.enter(words), key);
    await third.showRoom(room);
    await third.shows([text]);
  });

  it("B5: deleted elsewhere, it is told with the next key that should go there, and begun again by a click", async () => {
    const { raw, page } = await withRecoveryKey();
    await page.frame.evaluate(() => window.showTag("melo-key-backup"));
    await page.says(/Your messages are backed up\./);
    const { version } = (await serverBackup(raw))!;
    await raw.call("DELETE", `/_matrix/client/v3/room_keys/version/${version}`);
    await page.showRoom(await page.createRoom({ name: "Garden" }));
    await page.send("A key for the backup");
    await page.says(/The backup of your messages was deleted on another device/);
    await page.reload({ tags: ["melo-key-backup"] });
    await page.ready();
    await page.says(/The backup of your messages was deleted on another device/);
    assert.equal(await serverBackup(raw), undefined);
    await page.click(/^Back up again$/);
    await until("another backup with the key", async () => (await serverBackup(raw))!.count >= 1);
    await page.says(/Make a new one to replace it/);
  });

  it("B5: replaced elsewhere, it is told, and replaced again only after a warning", async () => {
    const { raw, page } = await withRecoveryKey();
    const { version, algorithm, auth_data } = (await serverBackup(raw))!;
    const another = {
      algorithm,
      auth_data: { ...auth_data, public_key: Buffer.alloc(32, 9).toString("base64").replace(/=+$/, ""), signatures: {} },
    };
    await raw.call("DELETE", `/_matrix/client/v3/room_keys/version/${version}`);
    await raw.call("POST", "/_matrix/client/v3/room_keys/version", another);
    await page.frame.evaluate(() => window.showTag("melo-key-backup"));
    await page.showRoom(await page.createRoom({ name: "Garden" }));
    await page.send("A key for the backup");
    await page.says(/The backup of your messages was replaced on another device/);
    const theirs = (await serverBackup(raw))!.version;
    const refusal = await page.frame.evaluate(() => window.chatSession!.recovery.change().catch(({ code }: { code: string }) => code));
    assert.equal(refusal, "backup-locked");
    await page.click(/^Begin a new backup$/);
    await page.says(/what only it can open is lost for good/);
    await page.click(/^Keep the backup$/);
    assert.equal((await serverBackup(raw))!.version, theirs, "nothing replaced it so far");
    await page.click(/^Begin a new backup$/);
    await page.click(/^Delete it and begin anew$/);
    await until("another backup with the key", async () => {
      const backup = (await serverBackup(raw))!;
      return backup.version !== theirs && backup.count >= 1;
    });
    await page.says(/Make a new one to replace it/);
  });

  it("an abandoned account with a locked backup and no recovery key: a new backup is begun after a warning", async () => {
    const account = await register(stack.homeserver, "alice");
    const raw = await signIn(stack.homeserver, account);
    const auth_data = { public_key: Buffer.alloc(32, 9).toString("base64").replace(/=+$/, ""), signatures: {} };
    await raw.call("POST", "/_matrix/client/v3/room_keys/version", { algorithm: "m.megolm_backup.v1.curve25519-aes-sha2", auth_data });
    const page = await ChatPage.signedIn(await openProfile(browser), account, { tags: ["melo-key-backup"] });
    await page.says(/There is a backup of your messages, and no recovery key that opens it\./);
    const { version } = (await serverBackup(raw))!;
    await page.click(/^Make a recovery key$/);
    await page.says(/what only it can open is lost for good/);
    await page.click(/^Keep the backup$/);
    assert.equal((await serverBackup(raw))!.version, version);
    await page.click(/^Begin a new backup$/);
    await page.click(/^Delete it and begin anew$/);
    await page.says(/Make a recovery key, or nobody can open the backup\./);
    assert.notEqual((await serverBackup(raw))!.version, version);
  });

  /** Somebody with a first device that has set up a recovery key. */
  async function withRecoveryKey(): Promise<{ account: Account; raw: RawUser; page: ChatPage; key: string }> {
    const account = await register(stack.homeserver, "alice");
    const raw = await signIn(stack.homeserver, account);
    const page = await ChatPage.signedIn(await openProfile(browser), account);
    const key = await page.frame.evaluate(() => window.chatSession!.recovery.setUp());
    await recoveryIs(page, "ready");
    return { account, raw, page, key };
  }
});

async function newDevice(account: Account, profile: Awaited<ReturnType<typeof openProfile>>): Promise<ChatPage> {
  const chat = await ChatPage.open(profile);
  await chat.signIn(account);
  await chat.sessionIs("not verified", (state) => state.status === "ready" && state.crossSigning === "missing");
  await chat.frame.evaluate(() => window.showTag("melo-key-backup"));
  return chat;
}

/** Waits until a restore is in its midst, and beyond so many keys. */
async function isRestoring(chat: ChatPage, beyond = 0): Promise<void> {
  await backupIs(
    chat,
    "being restored",
    ({ restoring }) => restoring !== undefined && restoring.done > beyond && restoring.done < restoring.total,
  );
}

async function backupIs(chat: ChatPage, what: string, passes: (state: BackupState) => boolean): Promise<void> {
  await until(`a backup that is ${what}`, async () => {
    const { backup } = await chat.frame.evaluate(() => structuredClone(window.chatSession!.recovery.state));
    if (!passes(backup)) throw new Error(JSON.stringify(backup));
    return true;
  });
}

async function recoveryIs(chat: ChatPage, status: RecoveryState["status"]): Promise<void> {
  await until(`a recovery that is ${status}`, async () => {
    const state = await chat.frame.evaluate(() => {
      const { recovery } = window.chatSession!;
      recovery.subscribe(() => {}, { signal: AbortSignal.timeout(1000) });
      return structuredClone(recovery.state);
    });
    if (state.status !== status) throw new Error(JSON.stringify(state));
    return true;
  });
}

interface ServerBackup {
  readonly version: string;
  readonly count: number;
  readonly algorithm: string;
  readonly auth_data: { readonly public_key: string };
}

async function serverBackup(user: RawUser): Promise<ServerBackup | undefined> {
  return user.call<ServerBackup & Record<string, unknown>>("GET", "/_matrix/client/v3/room_keys/version").catch(() => undefined);
}

async function accountData(user: RawUser, type: string): Promise<object | null> {
  return user.call("GET", `/_matrix/client/v3/user/${encodeURIComponent(user.userId)}/account_data/${type}`).catch(() => null);
}

async function choices(user: RawUser): Promise<(object | null)[]> {
  return Promise.all(CHOICES.map((type) => accountData(user, type)));
}
