import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { Browser } from "playwright-core";

import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { freshRawUser, register, type Account, type RawUser } from "./support/homeserver.ts";
import { secret } from "./support/secrets.ts";
import { until } from "./support/until.ts";

describe("somebody whose identity changes", () => {
  let stack: E2eEnvironment;
  let browser: Browser;
  let witness: RawUser;
  let alice: Account;
  let bob: Account;
  let hers: ChatPage;
  let his: ChatPage;
  let room: string;

  before(async () => {
    stack = await environment();
    browser = await openBrowser();
    witness = await freshRawUser(stack.homeserver, "witness");
    [alice, bob] = await Promise.all([register(stack.homeserver, "alice"), register(stack.homeserver, "bob")]);
    [hers, his] = await Promise.all([
      ChatPage.signedIn(await openProfile(browser), alice),
      ChatPage.signedIn(await openProfile(browser), bob),
    ]);
    room = await hers.createRoom({ name: "Garden", invite: [bob.userId] });
    await hers.showRoom(room);
    await his.showRoom(room);
    await his.click(/^(accept|join)/i);
    const text = await secret();
    await his.send(text);
    await hers.shows([text]);
  });

  it("T3, T9: is told in the room until the visitor takes it, in every tab and after a reload, and messages go on", async () => {
    assert.equal(await identity(hers), "known");
    const before = await witness.masterKey(bob.userId);
    await his.frame.evaluate(() => window.chatSession!.signOut());
    await his.page.context().close();
    his = await ChatPage.signedIn(await openProfile(browser), bob);
    assert.notEqual(await witness.masterKey(bob.userId), before, "his identity is another one at the server");
    await his.showRoom(room);

    await hers.says(/bob.*’s security details changed/i);
    await hers.reload();
    await hers.ready();
    await hers.showRoom(room);
    await hers.says(/bob.*’s security details changed/i);
    assert.equal(await identity(hers), "changed");
    const follower = await ChatPage.open(hers.page.context(), {});
    await follower.ready();
    assert.equal((await follower.session()).role, "follower");
    await follower.showRoom(room);
    await follower.says(/bob.*’s security details changed/i);

    const [one, other] = [await secret(), await secret()];
    await hers.send(one);
    await his.shows([one]);
    await his.send(other);
    await hers.shows([other]);

    await follower.click(/^ok$/i);
    await until("the notice to be gone", async () => !/security details changed/i.test(await hers.visibleText()));
    assert.equal(await identity(hers), "known");
    await hers.reload();
    await hers.ready();
    await hers.showRoom(room);
    await hers.shows([one, other]);
    assert.equal(await identity(hers), "known");
    assert.doesNotMatch(await hers.visibleText(), /security details changed/i);
    await follower.close();
  });

  it("shows who wrote a message in a card, with what is known of them", async () => {
    await hers.frame.locator("melo-message").getByRole("button", { name: /^bob/ }).last().click();
    const card = hers.frame.locator("melo-user-card");
    await card.getByText(bob.userId).first().waitFor();
    await card.getByText(/you have not verified/i).waitFor();
    await hers.page.keyboard.press("Escape");
    await until("the card to be gone", async () => (await card.count()) === 0);
  });

  it("is unknown while somebody has published none, and an address that is none is said so", async () => {
    const plain = await freshRawUser(stack.homeserver, "plain");
    assert.equal(await identity(hers, plain.userId), "unknown");
    const state = await userState(hers, "plain");
    assert.deepEqual([state.status, state.error?.code], ["failed", "user-invalid"]);
  });

  async function identity(chat: ChatPage, userId = bob.userId): Promise<string> {
    return (await userState(chat, userId)).identity;
  }

  async function userState(chat: ChatPage, userId: string) {
    return chat.frame.evaluate(async (id) => {
      const user = window.chatSession!.user(id);
      const { promise, resolve } = Promise.withResolvers<void>();
      const look = () => {
        if (user.state.status !== "loading") resolve();
      };
      const stop = user.subscribe(look);
      look();
      await promise;
      stop();
      return user.state;
    }, userId);
  }
});
