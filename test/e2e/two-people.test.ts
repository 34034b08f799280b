import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { MessageItem } from "../../src/matrix/timeline-item.js";
import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { encodingsOf } from "./support/encodings.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { freshRawUser, register, signIn, type Account } from "./support/homeserver.ts";
import { knownSecrets, newMarker, secret } from "./support/secrets.ts";
import { scanServer } from "./support/server-scan.ts";
import { until } from "./support/until.ts";

const EACH = 20;

describe("two people who have never met", () => {
  let stack: E2eEnvironment;
  let alice: Account;
  let bob: Account;
  let hers: ChatPage;
  let his: ChatPage;
  let room: string;
  const sent: string[] = [];

  before(async () => {
    stack = await environment();
    [alice, bob] = await Promise.all([register(stack.homeserver, "alice"), register(stack.homeserver, "bob")]);
  });

  it("sign in by the form, each in a browser of their own", async () => {
    const [one, other] = await Promise.all([openBrowser(), openBrowser()]);
    [hers, his] = await Promise.all([ChatPage.signedIn(await openProfile(one), alice), ChatPage.signedIn(await openProfile(other), bob)]);
    assert.equal((await hers.session()).account?.userId, alice.userId);
    assert.equal((await his.session()).account?.userId, bob.userId);
  });

  it("meet in a room that is encrypted without being asked", async () => {
    room = await hers.createRoom({ name: "Garden", invite: [bob.userId] });
    await hers.showRoom(room);
    await his.showRoom(room);
    await his.click(/^(accept|join)/i);
    for (const chat of [hers, his]) {
      await chat.frame.locator("melo-composer").getByRole("textbox").waitFor();
      await until("an encrypted room", () =>
        chat.frame.evaluate((id) => window.chatSession!.room(id).room.state.encryption === "encrypted", room),
      );
    }
    await until("both being there", () => hers.frame.evaluate((id) => window.chatSession!.room(id).room.state.joinedCount === 2, room));
  });

  it(`type ${EACH} messages each at the same time, and read all of them once and in the same order`, async () => {
    const type = async (chat: ChatPage, name: string) => {
      const texts: string[] = [];
      for (let count = 1; count <= EACH; count++) {
        const text = `${name} ${count} ${await secret()}`;
        texts.push(text);
        await chat.send(text);
      }
      return texts;
    };
    const [fromAlice, fromBob] = await Promise.all([type(hers, "alice"), type(his, "bob")]);
    sent.push(...fromAlice, ...fromBob);
    await Promise.all([hers.shows(sent), his.shows(sent)]);
    await Promise.all([allSent(hers), allSent(his)]);

    const [onHers, onHis] = await Promise.all([hers.texts(), his.texts()]);
    assert.equal(onHers.length, 2 * EACH, "nothing twice, and nothing else");
    assert.deepEqual(onHers, onHis, "both read the same conversation");
    for (const mine of [fromAlice, fromBob])
      assert.deepEqual(
        onHers.filter((text) => mine.includes(text)),
        mine,
        "the order of typing is kept",
      );
    for (const chat of [hers, his]) {
      const messages = (await chat.items(room)).filter((item): item is MessageItem => item.kind === "message");
      assert.deepEqual(
        messages.filter(({ security }) => security),
        [],
        "nothing is to be said against any of them",
      );
    }
  });

  it("gave the server ciphertext only, in that order", async () => {
    const inTimeline = (await his.items(room)).filter(({ kind }) => kind === "message").map(({ eventId }) => eventId);
    const witness = await signIn(stack.homeserver, alice);
    const events = (await witness.events(room)).filter(({ type }) => type === "m.room.encrypted" || type === "m.room.message");
    await witness.logout();
    assert.deepEqual(
      events.map(({ event_id }) => event_id),
      inTimeline,
    );
    for (const { type, content } of events) {
      assert.equal(type, "m.room.encrypted");
      assert.equal(content["algorithm"], "m.megolm.v1.aes-sha2");
      assert.equal(content["body"], undefined);
    }
  });

  it("published one signed device each", async () => {
    const witness = await freshRawUser(stack.homeserver, "witness");
    for (const { userId } of [alice, bob]) {
      const devices = await witness.publishedDevices(userId);
      assert.equal(devices.length, 1);
      assert.equal(devices[0]!.signedBy.length, 2, "signed by itself and by its owner's identity");
    }
    for (const { log } of [hers, his]) assert.deepEqual([log.errors, log.refusedKeyUploads], [[], []]);
  });

  it("said nothing that the server could have kept, and neither did the tests that ran before", async () => {
    const secrets = await knownSecrets();
    assert.equal(sent.filter((text) => secrets.some((known) => text.includes(known))).length, 2 * EACH);
    assert.deepEqual(scanServer(stack, secrets), []);
  });

  it("would have been found out: what goes into an unencrypted room is found, however it is encoded", async () => {
    const open = await hers.createRoom({ encrypted: false });
    const typed = newMarker();
    await hers.showRoom(open);
    await hers.send(typed);
    await hers.shows([typed]);
    await allSent(hers, open);
    assert.ok(
      scanServer(stack, [typed]).some(({ place }) => place === "event_json.json"),
      "typed in melo",
    );

    const witness = await freshRawUser(stack.homeserver, "witness");
    const square = await witness.createRoom();
    const marker = newMarker();
    const encodings = encodingsOf(marker).filter(({ encoding }) => encoding !== "utf-16le"); // an event cannot hold that one
    for (const { bytes } of encodings) await witness.sendText(square, bytes.toString());
    const found = new Set(scanServer(stack, [marker]).map(({ encoding }) => encoding));
    assert.deepEqual(
      encodings.map(({ encoding }) => encoding).filter((encoding) => !found.has(encoding)),
      [],
    );
  });

  async function allSent(chat: ChatPage, id = room): Promise<void> {
    await until("every message being sent", async () =>
      (await chat.items(id)).every((item) => item.eventId && !("send" in item && item.send)),
    );
  }
});
