// The homeserver dies in mid-conversation and comes back: nobody has to do anything, and nothing is lost, doubled or out of order.

import assert from "node:assert/strict";
import { before, test } from "node:test";

import type { Browser } from "playwright-core";

import { startStack, type Stack } from "../../demo/stack/stack.ts";
import { atEnd } from "./support/at-end.ts";
import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { register, signIn } from "./support/homeserver.ts";
import { newMarker } from "./support/secrets.ts";
import { until } from "./support/until.ts";

const MESSAGES = 100;

let stack: Stack;
let browser: Browser;

before(async () => {
  // A server of its own: this one is killed.
  stack = await startStack({ temporary: true });
  atEnd(() => stack.stop());
  browser = await openBrowser();
});

test("a server that asks for three seconds of patience gets them", { timeout: 120_000 }, async (context) => {
  const { homeserver } = stack;
  const account = await register(homeserver, "carol");
  const chat = await ChatPage.signedIn(await openProfile(browser), account, { homeserver });
  const room = await chat.frame.evaluate(() => window.chatSession!.createRoom({ name: "Patience" }));
  await chat.showRoom(room);

  const refusal = { errcode: "M_LIMIT_EXCEEDED", error: "Too Many Requests" };
  const cors = { "access-control-allow-origin": "*", "access-control-allow-headers": "*" };
  const variants = [
    // As Synapse answers: a page at another origin cannot read the header, only the body.
    {
      name: "in the body",
      path: /\/send\/m\.room\.encrypted\//,
      headers: { ...cors, "retry-after": "3" },
      json: { ...refusal, retry_after_ms: 3000 },
    },
    // As the specification has it since 1.10, with the header made readable.
    {
      name: "in the header",
      path: /\/send\/m\.room\.encrypted\//,
      headers: { ...cors, "retry-after": "3", "access-control-expose-headers": "Retry-After" },
      json: refusal,
    },
    {
      name: "for /sync",
      path: /\/v3\/sync/,
      headers: { ...cors, "retry-after": "3", "access-control-expose-headers": "Retry-After" },
      json: { ...refusal, retry_after_ms: 3000 },
    },
  ];
  for (const { name, path, headers, json } of variants) {
    await context.test(name, async () => {
      const asked: number[] = [];
      await chat.page.route(path, async (route) => {
        if (route.request().method() === "OPTIONS") return route.fallback();
        asked.push(performance.now());
        if (asked.length === 1) await route.fulfill({ status: 429, headers, json });
        else await route.fallback();
      });
      const text = newMarker();
      await write(chat, text);
      await until("the next try", () => asked.length >= 2);
      const waited = (asked[1]! - asked[0]!) / 1000;
      assert.ok(waited >= 2.95 && waited <= 5, `the next try came after ${waited.toFixed(2)} s`);
      await until("the message at the server", async () => {
        const item = (await chat.items(room)).find((entry) => entry.kind === "message" && entry.body === text);
        return item?.kind === "message" && item.eventId && !item.send;
      });
      await chat.page.unroute(path);
      assert.equal((await chat.texts()).filter((shown) => shown === text).length, 1);
    });
  }
});

test("a hundred messages arrive in order, once each, through a power cut of the server", { timeout: 300_000 }, async () => {
  const { homeserver } = stack;
  const [writerAccount, readerAccount] = await Promise.all([register(homeserver, "bob"), register(homeserver, "alice")]);
  const [writer, reader] = await Promise.all([
    ChatPage.signedIn(await openProfile(browser), writerAccount, { homeserver }),
    ChatPage.signedIn(await openProfile(browser), readerAccount, { homeserver }),
  ]);
  const room = await writer.frame.evaluate(
    (guest) => window.chatSession!.createRoom({ name: "Garden", invite: [guest] }),
    readerAccount.userId,
  );
  const readerApi = await signIn(homeserver, readerAccount);
  await readerApi.join(room);
  await Promise.all([writer.showRoom(room), reader.showRoom(room)]);
  await until("the reader in the writer's room", async () =>
    (await writer.items(room)).some((item) => item.kind === "state" && item.sender.userId === readerAccount.userId),
  );

  const marker = newMarker();
  const messages = Array.from({ length: MESSAGES }, (_, index) => `${marker} ${index + 1}`);
  const [before, during, behind] = [messages.slice(0, 30), messages.slice(30, 70), messages.slice(70)];

  for (const text of before) await write(writer, text);
  await reader.shows(before.slice(0, 20)); // the rest is still under way when the power goes
  await stack.synapse.kill();
  for (const text of during) await write(writer, text);
  await Promise.all([writer.status("reconnecting"), reader.status("reconnecting")]);
  // What waits for the server survives the tab, too.
  await writer.reload();
  await writer.showRoom(room);
  await writer.status("reconnecting");
  await until("the unsent messages after the reload", async () => bodies(await writer.items(room)).includes(during.at(-1)!));

  await stack.synapse.start();
  for (const text of behind) await write(writer, text);

  await reader.shows([messages.at(-1)!], 120_000);
  await until("all messages at the reader", async () => (await ownBodies(reader, room, marker)).length >= MESSAGES, 60_000);
  assert.deepEqual(await ownBodies(reader, room, marker), messages, "what the reader has");
  await until("all messages sent", async () => (await writer.items(room)).every((item) => item.kind !== "message" || !item.send));
  assert.deepEqual(await ownBodies(writer, room, marker), messages, "what the writer has");

  const stored = (await readerApi.events(room)).filter(
    ({ sender, type }) => sender === writerAccount.userId && type === "m.room.encrypted",
  );
  assert.equal(stored.length, MESSAGES, "what the server has");
  const [shown, expected] = [(await reader.texts()).filter((text) => text.startsWith(marker)), messages.slice(-20)];
  assert.deepEqual(shown.slice(-20), expected, "what the reader sees");
  assert.deepEqual([...writer.log.errors, ...reader.log.errors], [], "uncaught errors");
  await Promise.all([writer.status("ready"), reader.status("ready")]);
});

/** Writes one message as fast as hands on a keyboard cannot, and waits only until the composer has taken it. */
async function write(chat: ChatPage, text: string): Promise<void> {
  const field = chat.frame.locator("melo-composer").getByRole("textbox");
  await field.fill(text);
  await field.press("Enter");
  await until("an empty composer", async () => (await chat.draft()) === "");
}

async function ownBodies(chat: ChatPage, room: string, marker: string): Promise<string[]> {
  return bodies(await chat.items(room)).filter((body) => body.startsWith(marker));
}

function bodies(items: Awaited<ReturnType<ChatPage["items"]>>): string[] {
  return items.flatMap((item) => (item.kind === "message" ? [item.body] : []));
}
