// Broken events between good ones: each is dealt with alone, and the room goes on.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";

import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { forgetSync } from "./support/damage.ts";
import { environment } from "./support/environment.ts";
import { register } from "./support/homeserver.ts";
import { alterSync, joinedRoom, type SyncAnswer } from "./support/hostile-server.ts";
import { malformedContents, malformedEvents } from "./support/malformed-events.ts";
import { NioPeer } from "./support/nio-peer.ts";
import { secret } from "./support/secrets.ts";
import { until } from "./support/until.ts";

const MALFORMED = 1000;
/** Another seed makes other events; the same one the same. */
const SEED = 20261122;
const GOOD = 20;
/** Sent one by one by a real client. */
const HIDDEN = 60;

test(`T1: ${MALFORMED} malformed events do no harm to the ${GOOD} good ones between them`, { timeout: 240_000 }, async () => {
  const { homeserver } = await environment();
  const browser = await openBrowser();
  const [alice, bob] = await Promise.all([register(homeserver, "alice"), register(homeserver, "bob")]);
  const readerProfile = await openProfile(browser);
  let inject: (answer: SyncAnswer) => void = () => {};
  await alterSync(readerProfile, (answer) => inject(answer));
  const [reader, writer] = await Promise.all([ChatPage.signedIn(readerProfile, alice), ChatPage.signedIn(await openProfile(browser), bob)]);
  const room = await writer.createRoom({ name: "Minefield", invite: [alice.userId] });
  await Promise.all([reader.showRoom(room), writer.showRoom(room)]);
  await reader.click(/^(accept|join)/i);
  await until("the reader in the room", () =>
    writer.frame.evaluate((id) => window.chatSession!.room(id).room.state.joinedCount === 2, room),
  );
  await reader.frame.locator("melo-composer").getByRole("textbox").waitFor();
  const first = await secret();
  await writer.send(first);
  await reader.shows([first]);
  await watchForBlank(reader);

  const malformed = malformedEvents(MALFORMED, SEED);
  const [timeline, state, accountData] = [[...malformed.timeline], [...malformed.state], [...malformed.accountData]];
  let remaining = GOOD;
  inject = (answer) => {
    const joined = joinedRoom(answer, room);
    if (!joined?.timeline?.events.some(({ type }) => type === "m.room.encrypted")) return;
    const share = (list: unknown[]) => Math.ceil(list.length / remaining);
    const forTimeline = timeline.splice(0, share(timeline));
    joined.timeline.events.unshift(...forTimeline.splice(0, forTimeline.length / 2));
    joined.timeline.events.push(...forTimeline);
    const forState = state.splice(0, share(state));
    // Where the server says apart what the state is after the timeline, only that counts.
    ((joined["org.matrix.msc4222.state_after"] ?? (joined.state ??= { events: [] })).events ??= []).push(...forState);
    const forAccount = accountData.splice(0, share(accountData));
    (joined.account_data ??= { events: [] }).events.push(...forAccount.splice(0, forAccount.length / 2));
    (answer.account_data ??= { events: [] }).events.push(...forAccount);
    remaining -= 1;
  };
  const good = [first];
  for (let count = 0; count < GOOD; count += 1) {
    const text = await secret();
    await writer.send(text);
    await reader.shows([text]);
    good.push(text);
    assert.equal((await reader.session()).status, "ready");
  }
  assert.deepEqual([timeline.length, state.length, accountData.length], [0, 0, 0], "every malformed event was delivered");
  await goodOnes(reader, room, good);

  // What was stored of it is met again at the next start.
  await reader.reload();
  await reader.showRoom(room);
  await reader.ready();
  await goodOnes(reader, room, good);

  // Some of it said that the room was closed, and the server may say that. Once it tells the truth again, the room works.
  await forgetSync(reader);
  await reader.mount();
  await reader.showRoom(room);
  await reader.ready();
  await reader.shows([good.at(-1)!]);
  const answer = await secret();
  await reader.send(answer);
  await writer.shows([answer]);
  await goodOnes(reader, room, [...good, answer]);
  assert.deepEqual(reader.log.errors, [], "uncaught errors and rejections");
});

test("what a hostile member malforms inside the encryption does no harm either", { timeout: 120_000 }, async () => {
  const { homeserver } = await environment();
  const alice = await register(homeserver, "alice");
  const [chat, nio] = await Promise.all([
    openProfile(await openBrowser()).then((context) => ChatPage.signedIn(context, alice, { devicePolicy: "all-devices" })),
    NioPeer.enter(homeserver, `nio-${randomBytes(5).toString("hex")}`, randomBytes(12).toString("base64url")),
  ]);
  const room = await chat.createRoom({ name: "Enemy within", invite: [nio.userId] });
  await chat.showRoom(room);
  await nio.join(room);
  await nio.devices(alice.userId);

  const good: string[] = [];
  for (const [index, { type, content }] of malformedContents(HIDDEN, SEED).entries()) {
    await nio.sendContent(room, content, type);
    if (index % 10 !== 9) continue;
    good.push(await secret());
    await nio.send(room, good.at(-1)!);
    await chat.shows([good.at(-1)!]);
  }
  // Some break already where they are decrypted; each of those says so in its own place, too.
  const dark = (await chat.items(room)).flatMap((item) => (item.kind === "undecryptable" ? [item.reason] : []));
  assert.ok(dark.length < HIDDEN / 2, `${dark.length} of ${HIDDEN} were not decrypted`);
  assert.deepEqual(
    [...new Set(dark)].filter((reason) => reason !== "unknown" && reason !== "malformed"),
    [],
  );
  await goodOnes(chat, room, good);
  assert.deepEqual(chat.log.errors, [], "uncaught errors and rejections");
});

/** Every good message is in the timeline once and in order, and is drawn when it is scrolled to. */
async function goodOnes(chat: ChatPage, room: string, good: readonly string[]): Promise<void> {
  const known = async () =>
    (await chat.items(room)).flatMap((item) => (item.kind === "message" && good.includes(item.body) ? [item.body] : []));
  const seen = new Set<string>();
  await chat.page.mouse.move(450, 1000);
  await until(
    "all good messages drawn on the way up",
    async () => {
      for (const text of await chat.texts()) seen.add(text);
      await chat.page.mouse.wheel(0, -1500);
      const missing = good.filter((text) => !seen.has(text));
      if (missing.length > 0) throw new Error(`${missing.length} missing: ${missing.join(", ")}`);
      return true;
    },
    60_000,
  );
  assert.deepEqual(await known(), good);
  assert.equal(
    await chat.frame.evaluate(() => (window as unknown as { blankFrames?: number }).blankFrames ?? 0),
    0,
    "frames in which the room was blank",
  );
}

/** From now on, counts the frames in which the room shows no message at all. */
async function watchForBlank(chat: ChatPage): Promise<void> {
  await chat.frame.evaluate(() => {
    const counted = window as unknown as { blankFrames: number };
    counted.blankFrames = 0;
    const holdsMessage = (root: Element | ShadowRoot): boolean =>
      root.querySelector("melo-message") !== null ||
      [...root.querySelectorAll("*")].some((child) => child.shadowRoot && holdsMessage(child.shadowRoot));
    const look = (): void => {
      const room = document.querySelector("melo-room")?.shadowRoot;
      if (!room || !holdsMessage(room)) counted.blankFrames += 1;
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}
