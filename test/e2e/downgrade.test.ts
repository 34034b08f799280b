// A hostile server that takes back, or alters, what it said about a room's encryption: melo goes on to encrypt, and says what happens.

import assert from "node:assert/strict";
import { before, test } from "node:test";

import type { BrowserContext } from "playwright-core";

import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { forgetSync } from "./support/damage.ts";
import { environment } from "./support/environment.ts";
import { register, signIn, type RawUser } from "./support/homeserver.ts";
import {
  alterRoomAnswers,
  alterSync,
  changeRoomEvents,
  ensureRoom,
  joinedRoom,
  type RawEvent,
  type SyncAnswer,
} from "./support/hostile-server.ts";
import { newMarker, secret } from "./support/secrets.ts";
import { until } from "./support/until.ts";

const WARNING = /Someone tried to switch off encryption in this room/;

let context: BrowserContext;
let chat: ChatPage;
/** The same account, on the bare API: what the server really has. */
let witness: RawUser;
let onSync: (answer: SyncAnswer) => void = () => {};
let onEvent: (event: RawEvent) => RawEvent | undefined = (event) => event;

before(async () => {
  const { homeserver } = await environment();
  context = await openProfile(await openBrowser());
  await alterSync(context, (answer) => onSync(answer));
  await alterRoomAnswers(context, (event) => onEvent(event));
  const account = await register(homeserver, "alice");
  chat = await ChatPage.signedIn(context, account);
  witness = await signIn(homeserver, account);
});

/** Ways to say that a room is no longer encrypted. `undefined` leaves the event out altogether. */
const LIES: { readonly name: string; readonly content: Record<string, unknown> | undefined }[] = [
  { name: "emptied", content: {} },
  { name: "changed to another algorithm", content: { algorithm: "org.example.rot13" } },
  { name: "changed to something that is no algorithm", content: { algorithm: null } },
];

for (const { name, content } of LIES) {
  test(`K11: an encryption event ${name} while the room is open changes nothing but the warning`, { timeout: 90_000 }, async () => {
    const room = await encryptedRoom();
    const lie = {
      type: "m.room.encryption",
      state_key: "",
      sender: witness.userId,
      event_id: `$${newMarker()}`,
      origin_server_ts: 1_790_000_000_000,
      content: content ?? {},
    };
    let told = false;
    onSync = (answer) => {
      const state = ensureRoom(answer, room);
      state.timeline.events.push({ ...lie });
      // Where this server says apart what the state is after the timeline, the lie stands there too.
      (state["org.matrix.msc4222.state_after"] ??= { events: [] }).events.push({ ...lie });
      told = true;
      onSync = () => {};
    };
    onEvent = (event) => (event.type === "m.room.encryption" && event.state_key === "" ? { ...event, content: content ?? {} } : event);
    await witness.setState(room, "m.room.topic", { topic: "something that makes the server answer" });
    await until("the lie told", () => told);
    await staysEncrypted(room);

    // The same after a reload: what was once known of the room is not forgotten.
    onSync = (answer) => hide(answer, room, content);
    await chat.reload();
    await chat.showRoom(room);
    await chat.ready();
    await staysEncrypted(room);
  });
}

test(
  "K11: an encryption event that is missing from everything that the server says after a reload changes nothing",
  { timeout: 90_000 },
  async () => {
    const room = await encryptedRoom();
    await removeEncryptionEverywhere(room);
    await chat.reload();
    await chat.showRoom(room);
    await chat.ready();
    // The rooms were kept as they were, with the event in it: nothing was taken back that could be warned of.
    await sendsEncrypted(room);
  },
);

test(
  "K11: a first sync that hides the encryption of a room, and most of its timeline, changes nothing but the warning",
  { timeout: 90_000 },
  async () => {
    const room = await encryptedRoom();
    await removeEncryptionEverywhere(room);
    await forgetSync(chat);
    let told = false;
    const hideIn = onSync;
    onSync = (answer) => {
      const joined = joinedRoom(answer, room);
      if (joined) {
        told = true;
        if (joined.timeline) {
          joined.timeline.events.splice(0, Math.max(0, joined.timeline.events.length - 1));
          joined.timeline.limited = true;
        }
      }
      hideIn(answer);
    };
    await chat.mount();
    await chat.showRoom(room);
    await chat.ready();
    // This server may answer a first sync with what it answered before; then the room comes with the next one.
    await until("the room told of as if for the first time", () => told);
    await staysEncrypted(room);
  },
);

test("this test can tell: in a room without encryption the same check finds the text", { timeout: 90_000 }, async () => {
  onSync = () => {};
  onEvent = (event) => event;
  const room = await witness.createRoom({ preset: "public_chat" });
  await chat.showRoom(room);
  await until("the room", async () => (await roomState(room)).encryption === "unencrypted");
  const text = newMarker();
  await chat.send(text);
  await until("the message at the server", async () => (await witness.events(room)).some(({ content }) => content["body"] === text));
  assert.ok(sentBodies().includes(text));
});

/** A new room, encrypted, with one message in it. */
async function encryptedRoom(): Promise<string> {
  onSync = () => {};
  onEvent = (event) => event;
  const room = await chat.frame.evaluate(() => window.chatSession!.createRoom({ name: "Vault" }));
  await chat.showRoom(room);
  const text = await secret();
  await chat.send(text);
  await sent(room, text);
  assert.deepEqual((await roomState(room)).encryption, "encrypted");
  assert.doesNotMatch(await chat.visibleText(), WARNING, "no warning without a reason");
  return room;
}

/** Encrypts as before, and warns. */
async function staysEncrypted(room: string): Promise<void> {
  await chat.says(WARNING);
  await sendsEncrypted(room);
  assert.equal((await roomState(room)).encryptionTampered, true);
  assert.match(await chat.visibleText(), WARNING, "the warning stays");
}

/** Sends a message and looks at what left the page and at what the server stored. */
async function sendsEncrypted(room: string): Promise<void> {
  const text = await secret();
  await chat.send(text);
  await sent(room, text);
  assert.equal((await roomState(room)).encryption, "encrypted");
  const stored = await witness.events(room);
  assert.equal(stored.filter(({ type }) => type === "m.room.message").length, 0, "the server stores no clear message");
  assert.ok(stored.filter(({ type }) => type === "m.room.encrypted").length >= 2, "the server stores ciphertext");
  assert.ok(!sentBodies().includes(text), "the text is in no request");
  for (const { url } of chat.log.requestsTo(/\/send\//, "PUT").filter((request) => request.url.includes(encodeURIComponent(room)))) {
    assert.match(url, /\/send\/m\.room\.encrypted\//);
  }
}

async function sent(room: string, text: string): Promise<void> {
  await until("the message at the server", async () => {
    const item = (await chat.items(room)).find((entry) => entry.kind === "message" && entry.body === text);
    return item?.kind === "message" && item.eventId && !item.send;
  });
}

async function roomState(room: string) {
  return chat.frame.evaluate((reference) => structuredClone(window.chatSession!.room(reference).room.state), room);
}

/** Everything that left the page as the body of a request, as one text. */
function sentBodies(): string {
  return chat.log.requests.map(({ body }) => body).join("\n");
}

function hide(answer: SyncAnswer, room: string, content: Record<string, unknown> | undefined): void {
  const joined = joinedRoom(answer, room);
  if (joined) changeRoomEvents(joined, (event) => (event.type === "m.room.encryption" ? content && { ...event, content } : event));
}

async function removeEncryptionEverywhere(room: string): Promise<void> {
  onSync = (answer) => hide(answer, room, undefined);
  onEvent = (event) => (event.type === "m.room.encryption" ? undefined : event);
}
