import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { before, describe, it } from "node:test";

import type { Browser } from "playwright-core";

import type { KeyRefusal } from "../../src/media/call-keys-state.js";
import { openBrowser, openProfile } from "./support/browser.ts";
import { Caller, enterRoom } from "./support/callers.ts";
import { ChatPage } from "./support/chat-page.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { ForeignPeer } from "./support/foreign-peer.ts";
import { alterSync } from "./support/hostile-server.ts";
import { register, signIn, type Account } from "./support/homeserver.ts";
import { until } from "./support/until.ts";

const KEY = Array.from({ length: 16 }, (_, index) => index + 100);
const SILENT = { microphone: false, camera: false };

/** Whose media keys are taken and given, and whose are not. */
describe("the media keys of a call", () => {
  let stack: E2eEnvironment;
  let browser: Browser;
  let annas: Account;
  let berts: Account;
  let anna: Caller;
  let bert: Caller;
  let mallory: ForeignPeer;
  let room: string;
  let bertsDevice: string;

  before(async () => {
    stack = await environment();
    browser = await openBrowser();
    const [one, other, third] = await Promise.all(["anna", "bert", "mallory"].map((name) => register(stack.homeserver, name)));
    [annas, berts] = [one!, other!];
    const [first, second] = await Promise.all(
      [annas, berts].map(async (account) => ChatPage.signedIn(await openProfile(browser), account)),
    );
    mallory = await ForeignPeer.open(await openProfile(browser), third!);
    const invite = [berts.userId, third!.userId];
    room = await first!.frame.evaluate((all) => window.chatSession!.createVoiceChannel(all), { name: "Cellar", invite });
    await Promise.all([enterRoom(second!, room), mallory.joinRoom(room)]);
    [anna, bert] = (await Promise.all([first!, second!].map((chat) => new Caller(chat, room).watch()))) as [Caller, Caller];
    bertsDevice = (await bert.chat.session()).account!.deviceId;
    await anna.join();
    await bert.join();
    await anna.hasKeys("Bert's key", ({ keys }) => keys.some(({ isOwn }) => !isOwn));
    await bert.hasKeys("Anna's key", ({ keys }) => keys.some(({ isOwn }) => !isOwn));
  });

  async function keyOf(caller: Caller, identity: string): Promise<string[]> {
    const { keys } = await caller.keys();
    return keys.filter((key) => key.identity === identity).map(({ index, key }) => `${index}:${[...key].join()}`);
  }

  /** Waits for a refusal, and looks that no key of the message was taken. */
  async function refuses(reason: KeyRefusal, userId: string): Promise<void> {
    await anna.hasKeys(`a refusal: ${reason}`, ({ refused }) => refused.some((each) => each.reason === reason && each.userId === userId));
    const { keys } = await anna.keys();
    assert.ok(!keys.some(({ key }) => [...key].join() === KEY.join()), "the key was not taken");
  }

  async function annasDevice(): Promise<{ userId: string; deviceId: string }> {
    return { userId: annas.userId, deviceId: (await anna.chat.session()).account!.deviceId };
  }

  it("are the same on both sides, 16 bytes, each device its own", async () => {
    const annasIdentity = `${annas.userId}:${(await annasDevice()).deviceId}`;
    const bertsIdentity = `${berts.userId}:${bertsDevice}`;
    const [atAnna, atBert] = await Promise.all([keyOf(anna, annasIdentity), keyOf(bert, annasIdentity)]);
    assert.deepEqual(atBert.at(-1), atAnna.at(-1));
    assert.deepEqual((await keyOf(anna, bertsIdentity)).at(-1), (await keyOf(bert, bertsIdentity)).at(-1));
    const { keys, refused, withheld } = await anna.keys();
    assert.ok(keys.every(({ key }) => key.length === 16));
    assert.deepEqual([refused, withheld], [[], []]);
  });

  it("are refused in clear text", async () => {
    const raw = await signIn(stack.homeserver, berts);
    const { userId, deviceId } = await annasDevice();
    const content = {
      keys: { index: 7, key: Buffer.from(KEY).toString("base64") },
      room_id: room,
      member: { id: `${berts.userId}:${bertsDevice}`, claimed_device_id: bertsDevice },
      session: { call_id: "", application: "m.call", scope: "m.room" },
      sent_ts: Date.now(),
    };
    const path = `/_matrix/client/v3/sendToDevice/io.element.call.encryption_keys/${randomUUID()}`;
    await raw.call("PUT", path, { messages: { [userId]: { [deviceId]: content } } });
    await refuses("not-encrypted", berts.userId);
    await raw.logout();
  });

  it("are refused from another person's device that says it is Bert's", async () => {
    const claim = { memberId: `${berts.userId}:${bertsDevice}`, deviceId: bertsDevice };
    await mallory.sendKey({ roomId: room, to: await annasDevice(), claim, key: KEY, index: 8, encrypted: true });
    await refuses("sender-mismatch", mallory.user.userId);
  });

  it("are refused from another device of Bert's, over a session of its own", async () => {
    const second = await ForeignPeer.open(await openProfile(browser), berts, false);
    const claim = { memberId: `${berts.userId}:${bertsDevice}`, deviceId: bertsDevice };
    await second.sendKey({ roomId: room, to: await annasDevice(), claim, key: KEY, index: 9, encrypted: true });
    await refuses("sender-mismatch", berts.userId);
    await second.page.context().close();
    await second.user.logout();
  });

  it("are refused when the homeserver rewrites who sent them", async () => {
    const undo = await alterSync(anna.chat.page, ({ to_device }) => {
      for (const event of to_device?.events ?? []) if (event.sender === mallory.user.userId) event.sender = berts.userId;
    });
    const claim = { memberId: `${berts.userId}:${bertsDevice}`, deviceId: bertsDevice };
    try {
      await until("a refusal", async () => {
        // The answer that the page waited for before is not altered yet.
        await mallory.sendKey({ roomId: room, to: await annasDevice(), claim, key: KEY, index: 10, encrypted: true });
        return (await anna.keys()).refused.some(({ reason }) => reason === "undecryptable");
      });
      await refuses("undecryptable", berts.userId);
    } finally {
      await undo();
    }
  });

  it("neither go to nor come from a device that its owner has not signed", async () => {
    const account = await register(stack.homeserver, "nobody");
    await anna.chat.frame.evaluate(([id, guest]) => window.chatSession!.room(id).room.invite(guest), [room, account.userId] as const);
    const unsigned = await ForeignPeer.open(await openProfile(browser), account, false);
    await unsigned.joinRoom(room);
    await unsigned.join({ roomId: room, ...SILENT });
    const id = unsigned.identity;
    await anna.hasKeys("a device without a key", ({ withheld }) => withheld.length === 1 && withheld[0] === id);
    await anna.hasKeys("a refusal", ({ refused }) =>
      refused.some(({ userId, reason }) => userId === account.userId && reason === "device-unverified"),
    );
    assert.deepEqual(await keyOf(anna, id), []);
    const { keyIndices } = await unsigned.state();
    assert.deepEqual(
      Object.keys(keyIndices).filter((identity) => identity !== id),
      [],
      "it has nobody's key",
    );
    await unsigned.leave();
    await anna.sees("it gone", ({ members }) => members.length === 2);
    await anna.hasKeys("nobody without a key", ({ withheld }) => withheld.length === 0);
    await unsigned.page.context().close();
  });

  it("are others after somebody left", async () => {
    await mallory.join({ roomId: room, ...SILENT });
    await anna.hasKeys("Mallory's key", ({ keys }) => keys.some(({ identity }) => identity === mallory.identity));
    await mallory.stateIs("two keys", ({ keyIndices }) => Object.keys(keyIndices).length >= 3);
    const identity = `${annas.userId}:${(await annasDevice()).deviceId}`;
    const known = (await keyOf(anna, identity)).at(-1);
    await mallory.leave();
    const now = await until("a new key", async () => {
      const newest = (await keyOf(anna, identity)).at(-1);
      return newest !== known ? newest : undefined;
    });
    await until("the same key at Bert's", async () => (await keyOf(bert, identity)).includes(now));
    assert.deepEqual(await keyOf(anna, mallory.identity), [], "the keys of who left are forgotten");
  });

  it("are in no log, and in no request", async () => {
    const { keys } = await anna.keys();
    const forms = keys.flatMap(({ key }) => [Buffer.from(key).toString("base64").replace(/=+$/, ""), Buffer.from(key).toString("hex")]);
    const { console, errors, requests } = anna.chat.log;
    const text = JSON.stringify({ console, errors, requests });
    assert.ok(forms.length > 0 && forms.every((form) => !text.includes(form)));
  });
});
