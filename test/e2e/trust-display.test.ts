// What a reader is told of who wrote a message and why one cannot be read. Numbers are those of docs/interop.md.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { before, describe, it } from "node:test";

import type { Browser } from "playwright-core";

import type { TimelineItem } from "../../src/matrix/timeline-item.js";
import type { DevicePolicy } from "../../src/session/session-state.js";
import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { freshRawUser, register, signIn, type Account, type RawUser } from "./support/homeserver.ts";
import { alterSync, changeRoomEvents, type RawEvent } from "./support/hostile-server.ts";
import { NioPeer } from "./support/nio-peer.ts";
import { newMarker, secret } from "./support/secrets.ts";
import { until } from "./support/until.ts";

const OFF = "m.key_backup";
/** Messages between one that is looked for and the newest. */
const BURIED_UNDER = 60;

describe("a reader of an encrypted room", { timeout: 300_000 }, () => {
  let stack: E2eEnvironment;
  let browser: Browser;

  before(async () => {
    stack = await environment();
    browser = await openBrowser();
  });

  it("T2: is told that a message came in clear text, and T3: nothing about one from a verified device of somebody unverified", async () => {
    const { hers, his, room, bob } = await together();
    const raw = await signIn(stack.homeserver, bob);
    const [clear, sealed] = [newMarker(), await secret()]; // the server knows the first one
    await raw.sendText(room, clear);
    await his.send(sealed);
    await hers.shows([clear, sealed]);
    await hers.says(/Sent without encryption\./);
    assert.deepEqual(await securityOf(hers, room, clear), { level: "bad", reason: "unencrypted" });
    assert.equal(await securityOf(hers, room, sealed), undefined);
  });

  it("T5: is told after a reload, too, that a message came from a device that nobody has vouched for, also when that device is deleted", async () => {
    const { hers, room, bob } = await together("all-devices");
    const nio = await NioPeer.enter(stack.homeserver, bob.name, bob.password);
    await nio.join(room);
    const text = await secret();
    await nio.send(room, text);
    await hers.shows([text]);
    assert.equal((await securityOf(hers, room, text))?.reason, "unsigned-device");
    const raw = await signIn(stack.homeserver, bob);
    await raw.deleteDevice(nio.deviceId, bob.password);
    await hers.reload({ devicePolicy: "all-devices" });
    await hers.ready();
    await hers.showRoom(room);
    await hers.shows([text]);
    const reason = await until("a mark", async () => (await securityOf(hers, room, text))?.reason);
    assert.ok(["unsigned-device", "unknown-device"].includes(reason), reason);
    await hers.says(/Sent from a device that/);
  });

  it("T7: is told about the version of a message that is on the screen, not about the one before", async () => {
    const { hers, his, room, bob } = await together("all-devices");
    const first = await secret();
    await his.send(first);
    await hers.shows([first]);
    assert.equal(await securityOf(hers, room, first), undefined);
    const { eventId } = await itemOf(hers, room, first);
    const nio = await NioPeer.enter(stack.homeserver, bob.name, bob.password);
    await nio.join(room);
    const edited = await secret();
    const content = { msgtype: "m.text", body: edited };
    await nio.sendContent(room, { ...content, "m.new_content": content, "m.relates_to": { rel_type: "m.replace", event_id: eventId } });
    await until("the edit with its mark", async () => (await securityOf(hers, room, edited))?.reason === "unsigned-device");
  });

  it("T10: never takes a message for that of whom the server names in place of its sender", async () => {
    const { hers, his, room } = await together();
    const carol = await freshRawUser(stack.homeserver, "carol");
    await hers.frame.evaluate(([id, user]) => window.chatSession!.room(id).room.invite(user), [room, carol.userId] as const);
    await carol.join(room);
    let forged = 0;
    await alterSync(hers.page, ({ rooms }) => {
      const joined = rooms?.join?.[room];
      if (!joined) return;
      changeRoomEvents(joined, (event) => {
        if (event.type !== "m.room.encrypted" || event.sender === carol.userId) return event;
        forged++;
        return { ...event, sender: carol.userId };
      });
    });
    const text = await secret();
    await his.send(text);
    const item = await until("the forged message", async () =>
      (await hers.items(room)).find(({ kind, sender }) => sender.userId === carol.userId && kind !== "state"),
    );
    assert.ok(forged > 0);
    const isMarked = item.kind === "message" && item.security?.level === "bad" && item.security.reason === "sender-mismatch";
    assert.ok(isMarked || item.kind === "undecryptable", JSON.stringify(item));
  });

  it("D1: on a new device of an account without a backup, learns that earlier messages were sent before it had the key", async () => {
    const account = await freshRawUser(stack.homeserver, "alice");
    await account.call("PUT", `/_matrix/client/v3/user/${encodeURIComponent(account.userId)}/account_data/${OFF}`, { enabled: false });
    const first = await ChatPage.signedIn(await openProfile(browser), account);
    const room = await first.createRoom({ name: "Shed" });
    await first.showRoom(room);
    await first.send(await secret());
    await until("the message sent", async () => (await sent(first, room)) === 1);
    const second = await newDevice(account, room);
    const item = await until("an unreadable row", async () => (await second.items(room)).find(({ kind }) => kind === "undecryptable"));
    assert.equal(item.kind === "undecryptable" && item.reason, "before-device-no-backup");
    await second.says(/Sent before this device had the key\./);
  });

  it("D2, T6: on a new device is told of the unopened backup, and then reads, with a mark that the key came from elsewhere", async () => {
    const account = await register(stack.homeserver, "alice");
    const raw = await signIn(stack.homeserver, account);
    const first = await ChatPage.signedIn(await openProfile(browser), account);
    const room = await first.createRoom({ name: "Shed" });
    await first.showRoom(room);
    const text = await secret();
    await first.send(text);
    await until("the message sent", async () => (await sent(first, room)) === 1);
    await until("its key in the backup", async () => ((await backup(raw))?.count ?? 0) > 0);
    const key = await first.frame.evaluate(() => window.chatSession!.recovery.setUp());
    const second = await newDevice(account, room);
    await second.says(/Your backup has not been opened here\./);
    await second.frame.evaluate((secretKey) => window.chatSession!.recovery.enter(secretKey), key);
    await second.shows([text]);
    assert.deepEqual(await securityOf(second, room, text), { level: "care", reason: "authenticity-not-guaranteed" });
  });

  it("D3: learns that a message was sent before they joined, and reads what comes after", async () => {
    const [alice, bob] = await Promise.all([register(stack.homeserver, "alice"), register(stack.homeserver, "bob")]);
    const raw = await signIn(stack.homeserver, alice);
    const [hers, his] = await Promise.all([alice, bob].map(async (one) => ChatPage.signedIn(await openProfile(browser), one)));
    const room = await hers!.createRoom({ name: "Garden" });
    await hers!.showRoom(room);
    const [early, late] = [await secret(), await secret()];
    await hers!.send(early);
    await until("the message sent", async () => (await sent(hers!, room)) === 1);
    await raw.invite(room, bob.userId); // by a client that does not share the history
    await his!.showRoom(room);
    await his!.click(/^(accept|join)/i);
    await his!.says(/Sent before you joined\./);
    await hers!.send(late);
    await his!.shows([late]);
    assert.ok(!(await his!.visibleText()).includes(early));
  });

  it("K12: who is invited reads what was written before, where the room shares its history", async () => {
    const [alice, bob] = await Promise.all([register(stack.homeserver, "alice"), register(stack.homeserver, "bob")]);
    const [hers, his] = await Promise.all([alice, bob].map(async (one) => ChatPage.signedIn(await openProfile(browser), one)));
    const room = await hers!.createRoom({ name: "Garden" });
    await hers!.showRoom(room);
    const early = await secret();
    await hers!.send(early);
    await until("the message sent", async () => (await sent(hers!, room)) === 1);
    await hers!.frame.evaluate(([id, user]) => window.chatSession!.room(id).room.invite(user), [room, bob.userId] as const);
    await his!.showRoom(room);
    await his!.click(/^(accept|join)/i);
    await his!.shows([early]);
  });

  it("D4: reaches a message from before they were removed and invited again, by scrolling back, and reads it", async () => {
    const [alice, bob] = await Promise.all([register(stack.homeserver, "alice"), register(stack.homeserver, "bob")]);
    const raw = await signIn(stack.homeserver, alice);
    const hers = await ChatPage.signedIn(await openProfile(browser), alice);
    const his = await ChatPage.signedIn(await openProfile(browser, { width: 700, height: 700 }), bob);
    const room = await hers.createRoom({ name: "Garden", invite: [bob.userId] });
    await hers.showRoom(room);
    await his.showRoom(room);
    await his.click(/^(accept|join)/i);
    await until("him in the room", () => hers.frame.evaluate((id) => window.chatSession!.room(id).room.state.joinedCount === 2, room));
    const buried = await secret();
    await hers.send(buried);
    await his.shows([buried]);
    await raw.call("POST", `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/kick`, { user_id: bob.userId });
    await his.says(/removed you/i);
    for (let count = 0; count < BURIED_UNDER; count++) await raw.sendText(room, newMarker());
    await raw.invite(room, bob.userId);
    await his.reload({ room });
    await his.click(/^(accept|join)/i);
    const now = await secret();
    await until("him in the room again", () =>
      hers.frame.evaluate((id) => window.chatSession!.room(id).room.state.joinedCount === 2, room),
    );
    await hers.send(now);
    await his.shows([now]);
    assert.ok(!(await his.texts()).includes(buried), "far above");
    await his.frame.locator("melo-timeline").hover();
    await until("the buried message", async () => {
      await his.page.mouse.wheel(0, -1500);
      return (await his.texts()).includes(buried);
    });
    assert.equal((await itemOf(his, room, buried)).kind, "message");
  });

  it("D5: on a device that nobody has vouched for, learns that the sender writes only to verified devices", async () => {
    const { hers, room, bob } = await together();
    const second = await newDevice(bob, room);
    await hers.send(await secret());
    await second.says(/sends only to verified devices\./);
  });

  it("D6: sees a message in its place when its key comes late, without a reload", async () => {
    const { hers, his, room } = await together();
    const held: RawEvent[] = [];
    let isHolding = true;
    await alterSync(hers.page, (answer) => {
      answer.to_device ??= { events: [] };
      if (isHolding) held.push(...answer.to_device.events.splice(0));
      else answer.to_device.events.unshift(...held.splice(0));
    });
    const [text, wake] = [await secret(), await secret()];
    await his.frame.evaluate((id) => window.chatSession!.room(id).timeline.state.items.length, room);
    await his.send(text);
    await hers.says(/Waiting for the key from/);
    const row = (await hers.items(room)).find(({ kind }) => kind === "undecryptable")!;
    isHolding = false;
    await his.send(wake);
    await hers.shows([text, wake]);
    assert.equal((await itemOf(hers, room, text)).key, row.key, "the same row");
    assert.equal(await securityOf(hers, room, text), undefined);
  });

  it("K10: switches encryption on after a question, and for good", async () => {
    const [alice] = [await register(stack.homeserver, "alice")];
    const raw = await signIn(stack.homeserver, alice);
    const hers = await ChatPage.signedIn(await openProfile(browser), alice);
    const room = await hers.createRoom({ name: "Square", encrypted: false });
    await hers.showRoom(room);
    await hers.click(/^encrypt this room$/i);
    await hers.page.keyboard.press("Escape");
    const type = "m.room.encryption";
    assert.ok(!(await raw.events(room)).some((event) => event.type === type), "Escape changes nothing");
    await hers.click(/^encrypt this room$/i);
    await hers.frame
      .getByRole("dialog")
      .getByRole("button", { name: /^encrypt$/i })
      .click();
    await until("the event at the server", async () => (await raw.events(room)).some((event) => event.type === type));
    const text = await secret();
    await hers.send(text);
    await until("the message sent", async () => (await sent(hers, room)) === 1);
    assert.ok((await raw.events(room)).some((event) => event.type === "m.room.encrypted"));
    assert.ok(!JSON.stringify(await raw.events(room)).includes(text));
    assert.equal(await hers.frame.getByRole("button", { name: /^encrypt this room$/i }).count(), 0);
  });

  /** Alice and Bob in an encrypted room, each having read the other. */
  async function together(devicePolicy?: DevicePolicy) {
    const [alice, bob] = await Promise.all([register(stack.homeserver, "alice"), register(stack.homeserver, "bob")]);
    const [hers, his] = await Promise.all([
      ChatPage.signedIn(await openProfile(browser), alice, { devicePolicy }),
      ChatPage.signedIn(await openProfile(browser), bob),
    ]);
    const room = await hers.createRoom({ name: `Garden ${randomBytes(3).toString("hex")}`, invite: [bob.userId] });
    await hers.showRoom(room);
    await his.showRoom(room);
    await his.click(/^(accept|join)/i);
    await until("him in the room", () => hers.frame.evaluate((id) => window.chatSession!.room(id).room.state.joinedCount === 2, room));
    return { hers, his, room, alice, bob };
  }

  async function newDevice(account: Account, room: string): Promise<ChatPage> {
    const page = await ChatPage.open(await openProfile(browser), { room });
    await page.signIn(account);
    await page.sessionIs("not verified", (state) => state.status === "ready" && state.crossSigning === "missing");
    return page;
  }

  async function sent(chat: ChatPage, room: string): Promise<number> {
    return (await chat.items(room)).filter((item) => item.kind === "message" && item.own && !item.send && item.eventId).length;
  }

  async function itemOf(chat: ChatPage, room: string, body: string): Promise<TimelineItem> {
    return until("the message", async () => (await chat.items(room)).find((item) => item.kind === "message" && item.body === body));
  }

  async function securityOf(chat: ChatPage, room: string, body: string) {
    const item = await itemOf(chat, room, body);
    return item.kind === "message" ? item.security : undefined;
  }

  async function backup(raw: RawUser): Promise<{ count: number } | undefined> {
    return raw.call<{ count: number }>("GET", "/_matrix/client/v3/room_keys/version").catch(() => undefined);
  }
});
