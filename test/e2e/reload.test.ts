import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { BrowserContext } from "playwright-core";

import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { freshRawUser, register, type Account, type PublishedDevice, type RawEvent, type RawUser } from "./support/homeserver.ts";
import { secret } from "./support/secrets.ts";
import { storedData } from "./support/stored-data.ts";
import { until } from "./support/until.ts";

describe("a page that is loaded again", () => {
  let stack: E2eEnvironment;
  let alice: Account;
  let bob: Account;
  let carol: RawUser;
  let witness: RawUser;
  let profile: BrowserContext;
  let hers: ChatPage;
  let his: ChatPage;
  let room: string;
  let deviceId: string;
  let published: PublishedDevice[];

  before(async () => {
    stack = await environment();
    const browser = await openBrowser();
    [alice, bob, carol, witness] = await Promise.all([
      register(stack.homeserver, "alice"),
      register(stack.homeserver, "bob"),
      freshRawUser(stack.homeserver, "carol"),
      freshRawUser(stack.homeserver, "witness"),
    ]);
    profile = await openProfile(browser);
    [hers, his] = await Promise.all([ChatPage.signedIn(profile, alice), ChatPage.signedIn(await openProfile(browser), bob)]);
    room = await hers.createRoom({ invite: [bob.userId, carol.userId, witness.userId] });
    await Promise.all([hers.showRoom(room), his.showRoom(room), carol.join(room), witness.join(room)]);
    await his.click(/^(accept|join)/i);
    await joined(4);
    deviceId = (await hers.session()).account!.deviceId;
    published = await witness.publishedDevices(alice.userId);
  });

  it("restores the same device with the same keys, without asking", async () => {
    assert.equal(published.length, 1);
    await hers.reload({ room });
    const state = await hers.ready();
    assert.equal(state.account?.deviceId, deviceId);
    assert.equal(state.storage, "persistent");
    assert.deepEqual(await witness.publishedDevices(alice.userId), published);
    assert.deepEqual(hers.log.refusedKeyUploads, []);
    assert.equal(hers.log.requestsTo(/\/login$/, "POST").length, 1, "the first sign-in stays the only one");
  });

  it("goes on with the encryption sessions it had, and reads what it read before", async () => {
    const before = await exchange();
    const claims = hers.log.requestsTo(/\/keys\/claim$/).length;
    await hers.reload({ room });
    await hers.ready();
    await hers.shows([before.text]);
    const after = await exchange();
    assert.equal(after.event.content["session_id"], before.event.content["session_id"], "the same outbound session");
    assert.equal(hers.log.requestsTo(/\/keys\/claim$/).length, claims, "no new session with a device it knows");
  });

  it("takes a new encryption session when somebody has left, which shows that the comparison can tell", async () => {
    const before = await exchange();
    await carol.leave(room);
    await joined(3);
    const after = await exchange();
    assert.notEqual(after.event.content["session_id"], before.event.content["session_id"]);
  });

  it("keeps the draft, and keeps it unreadable", async () => {
    const draft = `not yet ${await secret()}`;
    await hers.frame.locator("melo-composer").getByRole("textbox").pressSequentially(draft);
    await until("the draft being kept", () =>
      hers.frame.evaluate(async ([id, text]) => (await window.chatSession!.drafts.load(id!)) === text, [room, draft]),
    );
    await hers.reload({ room });
    await until("the draft being back", async () => (await hers.draft()) === draft);
    await hers.ready();
    const stored = await storedData(hers.frame);
    assert.ok(stored.includes(deviceId), "what is kept is seen at all");
    for (const word of [draft, draft.slice(8), alice.password]) assert.ok(!stored.includes(word));
    const tokens = new Set(
      hers.log.requests.map(({ headers }) => headers["authorization"]?.split(" ")[1]).filter((token) => token !== undefined),
    );
    assert.ok(tokens.size > 0);
    for (const token of tokens) assert.ok(!stored.includes(token), "no access token lies open");
  });

  async function joined(count: number): Promise<void> {
    await until(`${count} people being there`, () =>
      hers.frame.evaluate(([id, wanted]) => window.chatSession!.room(id).room.state.joinedCount === wanted, [room, count] as const),
    );
  }

  /** Alice sends, Bob reads, and the witness (who has no keys) fetches the event as the server has it. */
  async function exchange(): Promise<{ text: string; event: RawEvent }> {
    const text = await secret();
    await hers.send(text);
    await his.shows([text]);
    const item = await until("the sent message", async () =>
      (await hers.items(room)).find((found) => found.kind === "message" && found.body === text && found.eventId),
    );
    return { text, event: await witness.event(room, item.eventId!) };
  }
});
