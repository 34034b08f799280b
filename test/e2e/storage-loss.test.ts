import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { Browser } from "playwright-core";

import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { databases, deleteDatabase, evict, limitStorage, scramble } from "./support/damage.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { freshRawUser, register, signIn, type Account, type RawUser } from "./support/homeserver.ts";
import { PageLog } from "./support/page-log.ts";
import { secret } from "./support/secrets.ts";
import { until } from "./support/until.ts";

const LOST = /This browser lost its keys/;

describe("a browser that loses what melo keeps", () => {
  let stack: E2eEnvironment;
  let browser: Browser;
  let witness: RawUser;

  before(async () => {
    stack = await environment();
    browser = await openBrowser();
    witness = await freshRawUser(stack.homeserver, "witness");
  });

  it("X3: the crypto store evicted: the dead device is logged out, and the next sign-in is another one", async () => {
    const { chat, account, deviceId, ed25519 } = await signedIn();
    await leaveAnd(chat, async () => {
      const stores = (await databases(chat.page)).filter((name) => name.includes("matrix-sdk-crypto"));
      assert.ok(stores.length > 0, "there is a store to lose");
      for (const store of stores) await deleteDatabase(chat.page, store);
    });
    await chat.status("signed-out");
    await chat.says(LOST);
    await startsAnew(chat, account, deviceId, ed25519);
  });

  it("everything evicted under the running client: the same, without a reload", async () => {
    const { chat, account, deviceId, ed25519 } = await signedIn();
    await evict(chat.page, stack.pages);
    await chat.status("signed-out");
    await chat.says(LOST);
    await startsAnew(chat, account, deviceId, ed25519);
  });

  it("X3: everything evicted while the page is closed: the visitor is told, and the next sign-in ends the dead device", async () => {
    const { chat, account, deviceId, ed25519 } = await signedIn();
    await leaveAnd(chat, () => evict(chat.page, stack.pages));
    await chat.status("signed-out");
    await chat.says(LOST);
    await startsAnew(chat, account, deviceId, ed25519);
  });

  it("everything evicted, and the page gives the same credentials again: they are refused, and other ones are asked for", async () => {
    const account = await register(stack.homeserver, "alice");
    const asked: string[] = [];
    let device = await signIn(stack.homeserver, account);
    const profile = await openProfile(browser);
    const page = await profile.newPage();
    await page.exposeFunction("askForCredentials", async ({ reason }: { reason: string }) => {
      asked.push(reason);
      if (reason === "new-device") device = await signIn(stack.homeserver, account);
      const { userId, deviceId, accessToken } = device;
      return { userId, deviceId, accessToken };
    });
    const chat = await ChatPage.openIn(page, await PageLog.of(page), { credentials: "ask" });
    const { account: first } = await chat.ready();
    const [published] = await witness.publishedDevices(account.userId);
    await leaveAnd(chat, () => evict(page, stack.pages));
    const { account: second } = await chat.synced();
    assert.notEqual(second!.deviceId, first!.deviceId);
    assert.equal(asked.at(-1), "new-device");
    await chat.says(LOST);
    await assertOneIdentity(chat, account, first!.deviceId, published!.ed25519);
    assert.ok(!(await device.otherDevices()).includes(first!.deviceId), "the dead device is gone from the account");
  });

  it("garbage in the crypto store: the dead device is logged out, and the next sign-in is another one", async () => {
    const { chat, account, deviceId, ed25519 } = await signedIn();
    await leaveAnd(chat, async () => {
      const stores = (await databases(chat.page)).filter((name) => name.includes("matrix-sdk-crypto"));
      let spoiled = 0;
      for (const store of stores) spoiled += await scramble(chat.page, store);
      assert.ok(spoiled > 0);
    });
    await chat.status("signed-out");
    await chat.says(LOST);
    await startsAnew(chat, account, deviceId, ed25519);
  });

  it("garbage in the vault: the device whose key it had is ended by the next sign-in, which is another one", async () => {
    const { chat, account, deviceId, ed25519 } = await signedIn();
    await leaveAnd(chat, async () => assert.ok((await scramble(chat.page, "melo")) > 0));
    await chat.status("signed-out");
    await startsAnew(chat, account, deviceId, ed25519);
  });

  it("garbage in what is kept of the rooms: the same device goes on", async () => {
    const { chat, deviceId } = await signedIn();
    await leaveAnd(chat, async () => {
      const stores = (await databases(chat.page)).filter((name) => name.startsWith("matrix-js-sdk:"));
      assert.equal(stores.length, 1);
      assert.ok((await scramble(chat.page, stores[0]!)) > 0);
    });
    const { account } = await chat.ready();
    assert.equal(account?.deviceId, deviceId);
    await canTalk(chat);
  });

  it("no space from the start: works for this visit, and says so", async () => {
    const account = await register(stack.homeserver, "alice");
    const profile = await openProfile(browser);
    const page = await profile.newPage();
    await page.goto(`${stack.pages}/host.html`);
    await limitStorage(page, stack.pages, 1);
    const chat = await ChatPage.openIn(page, await PageLog.of(page));
    await chat.signIn(account);
    const { storage } = await chat.ready();
    assert.equal(storage, "memory");
    await chat.says(/This browser keeps nothing here/);
    await canTalk(chat);
  });

  it("no space left while it runs: nothing is lost without a word, and the device stays itself", async () => {
    const { chat, account, deviceId, ed25519 } = await signedIn();
    const room = await canTalk(chat);
    await limitStorage(chat.page, stack.pages, 1);
    const text = await secret();
    await chat.send(text);
    await until("the message being sent, or said to have failed", async () => {
      const item = (await chat.items(room)).find((found) => found.kind === "message" && found.body === text);
      if (item?.eventId) return true;
      const words = await chat.visibleText();
      return /no space left|not sent/i.test(words);
    });
    await limitStorage(chat.page, stack.pages, 1e9);
    await chat.reload({ room });
    assert.equal((await chat.ready()).account?.deviceId, deviceId);
    await assertOneIdentity(chat, account, deviceId, ed25519);
  });

  /** A fresh account, signed in by the form, with what the server has of its device. */
  async function signedIn() {
    const account = await register(stack.homeserver, "alice");
    const chat = await ChatPage.signedIn(await openProfile(browser), account);
    const [published] = await witness.publishedDevices(account.userId);
    assert.ok(published);
    return { chat, account, deviceId: published.deviceId, ed25519: published.ed25519 };
  }

  /** Goes to a page of the same origin without melo, does `damage` there, and comes back. */
  async function leaveAnd(chat: ChatPage, damage: () => Promise<void>): Promise<void> {
    await chat.page.goto(`${stack.pages}/host.html`);
    await damage();
    await chat.page.goto(`${stack.pages}/chat.html`);
    await chat.mount();
  }

  /** The old device is gone from the account; a new one works. */
  async function startsAnew(chat: ChatPage, account: Account, deviceId: string, ed25519: string): Promise<void> {
    await chat.signIn(account);
    const state = await chat.synced();
    assert.notEqual(state.account?.deviceId, deviceId);
    await assertOneIdentity(chat, account, deviceId, ed25519);
    const raw = await signIn(stack.homeserver, account);
    assert.deepEqual(await raw.otherDevices(), [state.account?.deviceId], "the dead device is gone from the account");
    await raw.logout();
    await canTalk(chat);
  }

  /** The old device id never got other keys, and nobody tried to give it some. */
  async function assertOneIdentity(chat: ChatPage, account: Account, deviceId: string, ed25519: string): Promise<void> {
    assert.deepEqual(chat.log.refusedKeyUploads, []);
    const old = (await witness.publishedDevices(account.userId)).find((device) => device.deviceId === deviceId);
    assert.ok(old === undefined || old.ed25519 === ed25519, "one device id, one identity");
  }

  async function canTalk(chat: ChatPage): Promise<string> {
    const room = await chat.createRoom();
    const text = await secret();
    await chat.showRoom(room);
    await chat.send(text);
    await chat.shows([text]);
    await until("the message being sent", async () =>
      (await chat.items(room)).some((item) => item.kind === "message" && item.body === text && item.eventId && !item.send),
    );
    return room;
  }
});
