import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { Browser, BrowserContext } from "playwright-core";

import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { crash } from "./support/crash.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { freshRawUser, register, signIn, type RawUser } from "./support/homeserver.ts";
import { keptMessages } from "./support/kept-messages.ts";
import { secret } from "./support/secrets.ts";
import { until } from "./support/until.ts";

const TABS = 8;

describe("eight tabs of one account", () => {
  let stack: E2eEnvironment;
  let browser: Browser;
  let witness: RawUser;

  before(async () => {
    stack = await environment();
    browser = await openBrowser();
    witness = await freshRawUser(stack.homeserver, "witness");
  });

  for (const round of [1, 2, 3]) {
    it(`X1: opened at once are one device with one identity (round ${round})`, async () => {
      const { tabs, profile, account } = await openTabs();
      await assertOneDevice(account, tabs);
      const [before] = await witness.publishedDevices(account.userId);
      await Promise.all(tabs.map((tab) => tab.reload()));
      await Promise.all(tabs.map((tab) => tab.ready()));
      await assertOneDevice(account, tabs);
      assert.deepEqual(await witness.publishedDevices(account.userId), [before], "the same after all were loaded again at once");
      await profile.close();
    });
  }

  describe("with somebody to talk to", () => {
    let tabs: ChatPage[];
    let account: RawUser;
    let bob: ChatPage;
    let room: string;

    before(async () => {
      ({ tabs, account } = await openTabs());
      const friend = await register(stack.homeserver, "bob");
      bob = await ChatPage.signedIn(await openProfile(browser), friend);
      room = await tabs[0]!.createRoom({ invite: [friend.userId] });
      await Promise.all([...tabs.map((tab) => tab.showRoom(room)), bob.showRoom(room)]);
      await bob.click(/^(accept|join)/i);
      await bob.frame.locator("melo-composer").getByRole("textbox").waitFor();
      await Promise.all(
        tabs.map((tab) =>
          until("Bob being there", () => tab.frame.evaluate((id) => window.chatSession!.room(id).room.state.joinedCount === 2, room)),
        ),
      );
    });

    it("all send and all receive", async () => {
      const texts = await Promise.all(tabs.map(() => secret()));
      await Promise.all(tabs.map((tab, index) => tab.send(texts[index]!)));
      await Promise.all([bob, ...tabs].map((tab) => tab.shows(texts)));
      const answer = await secret();
      await bob.send(answer);
      await Promise.all(tabs.map((tab) => tab.shows([answer])));
    });

    it("lose nothing and send nothing twice when the owner dies while ten messages are under way", async () => {
      const owner = await ownerOf(tabs);
      const follower = tabs.find((tab) => tab !== owner)!;
      const texts = await Promise.all(Array.from({ length: 10 }, () => secret()));

      // The first message reaches the server, and its answer is lost; the others wait behind it.
      let atServer = 0;
      await owner.page.route(/\/send\/m\.room\.encrypted\//, async (route) => {
        atServer++;
        await route.fetch();
      });
      await Promise.all([type(owner, texts.slice(0, 5)), type(follower, texts.slice(5))]);
      await Promise.all([owner.shows(texts.slice(0, 5)), follower.shows(texts.slice(5))]);
      await until("the first message at the server", () => atServer > 0);
      await until("all of them kept", async () => (await keptMessages(owner)) === texts.length);
      await crash(owner.page);

      const left = tabs.filter((tab) => tab !== owner);
      tabs = left;
      await bob.shows(texts, 60_000);
      await Promise.all(left.map((tab) => tab.shows(texts)));
      for (const tab of [bob, ...left]) {
        const shown = await tab.texts();
        for (const text of texts) assert.equal(shown.filter((other) => other === text).length, 1, `${text} is there once`);
      }
      const ordered = (await bob.texts()).filter((text) => texts.includes(text));
      assert.deepEqual(
        ordered.filter((text) => texts.indexOf(text) < 5),
        texts.slice(0, 5),
        "in the order of typing",
      );
      assert.deepEqual(
        ordered.filter((text) => texts.indexOf(text) >= 5),
        texts.slice(5),
        "in the order of typing",
      );
    });

    it("go on with another owner, as the same device", async () => {
      const owner = await ownerOf(tabs);
      const follower = tabs.find((tab) => tab !== owner)!;
      await Promise.all(tabs.map((tab) => tab.ready()));
      const [one, other] = await Promise.all([secret(), secret()]);
      await owner.send(one);
      await follower.send(other);
      await Promise.all([bob, ...tabs].map((tab) => tab.shows([one, other])));
      await assertOneDevice(account, tabs);
      const messages = (await account.events(room)).filter(({ type, sender }) => type === "m.room.encrypted" && sender === account.userId);
      assert.equal(messages.length, TABS + 10 + 2, "as many events at the server as were typed");
    });
  });

  /** A new account, whose device is first started in eight tabs at the same moment. */
  async function openTabs(): Promise<{ tabs: ChatPage[]; profile: BrowserContext; account: RawUser }> {
    const account = await signIn(stack.homeserver, await register(stack.homeserver, "alice"));
    const { userId, deviceId, accessToken } = account;
    const profile = await openProfile(browser);
    const options = { credentials: { userId, deviceId, accessToken } };
    const tabs = await Promise.all(Array.from({ length: TABS }, () => ChatPage.open(profile, options)));
    await Promise.all(tabs.map((tab) => tab.ready()));
    return { tabs, profile, account };
  }

  async function assertOneDevice(account: RawUser, tabs: readonly ChatPage[]): Promise<void> {
    const states = await Promise.all(tabs.map((tab) => tab.session()));
    assert.equal(states.filter(({ role }) => role === "owner").length, 1, "one tab runs the client");
    assert.ok(states.every(({ account: shown }) => shown?.deviceId === account.deviceId));
    const published = await witness.publishedDevices(account.userId);
    assert.deepEqual(
      published.map(({ deviceId }) => deviceId),
      [account.deviceId],
    );
    assert.deepEqual(await account.otherDevices(), [], "no further device was made");
    assert.deepEqual(
      tabs.flatMap(({ log }) => log.refusedKeyUploads),
      [],
      "nobody tried to publish other keys",
    );
    assert.deepEqual(
      tabs.flatMap(({ log }) => log.errors),
      [],
    );
  }

  async function ownerOf(tabs: readonly ChatPage[]): Promise<ChatPage> {
    return until("an owner", async () => {
      const states = await Promise.all(tabs.map((tab) => tab.session()));
      return tabs[states.findIndex(({ role }) => role === "owner")];
    });
  }

  async function type(tab: ChatPage, texts: readonly string[]): Promise<void> {
    for (const text of texts) await tab.send(text);
  }
});
