// Another implementation of Matrix and of its cryptography (matrix-nio) in the same encrypted room. Its device is not signed by its owner.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { before, test } from "node:test";

import type { Browser } from "playwright-core";

import type { DevicePolicy } from "../../src/session/session-state.js";
import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { environment } from "./support/environment.ts";
import { register } from "./support/homeserver.ts";
import { NioPeer } from "./support/nio-peer.ts";
import { secret } from "./support/secrets.ts";
import { until } from "./support/until.ts";

let browser: Browser;

before(async () => {
  browser = await openBrowser();
});

test("T5: by default an unsigned device is told that it gets no key, and its messages are not trusted", { timeout: 120_000 }, async () => {
  const { chat, nio, room } = await together();

  const toNio = await secret();
  await chat.send(toNio);
  const withheld = await nio.seen(({ event, room_id }) => event === "withheld" && room_id === room, "that its key is withheld");
  assert.equal(withheld.code, "m.unverified");
  assert.equal(withheld.sender, (await chat.session()).account?.userId);
  const unreadable = await nio.seen(({ event, room_id }) => event === "undecryptable" && room_id === room, "a message that it cannot read");
  assert.equal(unreadable.session_id, withheld.session_id, "what was withheld is what is missing");

  const fromNio = await secret();
  const eventId = await nio.send(room, fromNio);
  await until("a row that says why the message is not shown", async () => {
    const item = (await chat.items(room)).find((entry) => entry.eventId === eventId);
    return item?.kind === "undecryptable" && item.reason === "unsigned-device";
  });
  await chat.says(/Sent from a device that .+ has not verified/);
  assert.ok(!(await chat.visibleText()).includes(fromNio), "an untrusted text is not shown");
  assert.ok(!nio.events.some(({ body }) => body === toNio), "the unsigned device has read nothing");
});

test('with the policy "all devices" both directions decrypt, and what is not signed is marked', { timeout: 120_000 }, async () => {
  const { chat, nio, room } = await together("all-devices");

  const toNio = await secret();
  await chat.send(toNio);
  const read = await nio.seen(({ body }) => body === toNio, "the message");
  assert.equal(read.event, "decrypted");

  const fromNio = await secret();
  const eventId = await nio.send(room, fromNio);
  await chat.shows([fromNio]);
  const item = await until("the message with its mark", async () => {
    const found = (await chat.items(room)).find((entry) => entry.eventId === eventId);
    return found?.kind === "message" && found.security ? found : undefined;
  });
  assert.equal(item.body, fromNio);
  assert.equal(item.security?.reason, "unsigned-device");
  await chat.says(/Sent from a device that .+ has not verified/);
  assert.ok(!nio.events.some(({ event }) => event === "withheld" || event === "undecryptable"), JSON.stringify(nio.events));
});

/** A melo page and a foreign client in a new encrypted room, each aware of the other's devices. */
async function together(devicePolicy?: DevicePolicy): Promise<{ chat: ChatPage; nio: NioPeer; room: string }> {
  const { homeserver } = await environment();
  const account = await register(homeserver, "alice");
  const [chat, nio] = await Promise.all([
    openProfile(browser).then((context) => ChatPage.signedIn(context, account, { devicePolicy })),
    NioPeer.enter(homeserver, `nio-${randomBytes(5).toString("hex")}`, randomBytes(12).toString("base64url")),
  ]);
  const room = await chat.frame.evaluate((guest) => window.chatSession!.createRoom({ name: "Embassy", invite: [guest] }), nio.userId);
  await chat.showRoom(room);
  assert.equal(await nio.join(room), true, "the foreign client takes the room for encrypted");
  assert.deepEqual(await nio.devices(account.userId), [(await chat.session()).account?.deviceId]);
  await until("the foreign client in the room", async () =>
    (await chat.items(room)).some((item) => item.kind === "state" && item.sender.userId === nio.userId),
  );
  return { chat, nio, room };
}
