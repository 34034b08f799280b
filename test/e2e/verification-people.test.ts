// People who verify each other in a direct chat, and what becomes of that when one of them begins anew. Numbers are those of docs/interop.md.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { Browser } from "playwright-core";

import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { crash } from "./support/crash.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { register, signIn, type Account, type RawUser } from "./support/homeserver.ts";
import { alterSync, joinedRoom } from "./support/hostile-server.ts";
import { secret } from "./support/secrets.ts";
import { until } from "./support/until.ts";
import { flowIs, isUserSigned, sameEmoji, scanPicture, shownCode, verificationOf } from "./support/verifying.ts";

const TAG = "melo-verify-user";
const TAGS = { tags: [TAG] };

const WAITS = /Somebody you verified is no longer verified/;

describe("two people", { timeout: 340_000 }, () => {
  let stack: E2eEnvironment;
  let browser: Browser;

  before(async () => {
    stack = await environment();
    browser = await openBrowser();
  });

  it("V7, V8, T4: verify each other by emoji in a direct chat that is made for it; the server keeps a signature of each, and the notes on messages follow", async () => {
    const { alice, bob, hers, his, hersRaw, hisRaw } = await meet();
    await ask(hers, bob);
    const { user } = await until("her waiting for him", async () => {
      const now = await verificationOf(hers);
      return now.status === "asking" && now.user ? now : undefined;
    });
    assert.equal(user?.userId, bob.userId);
    const chat = await until("the direct chat", async () => (await directChat(hersRaw, bob)) ?? undefined);
    await his.showRoom(chat);
    await his.click(/^(accept|join)/i); // the invitation
    await flowIs(his, "asked");
    await his.says(new RegExp(`${alice.userId}.* asks`));
    await his.frame
      .locator(TAG)
      .getByRole("button", { name: /^accept$/i })
      .click();
    await Promise.all([flowIs(hers, "ready"), flowIs(his, "ready")]);
    await hers.click(/^compare emoji instead$/i);
    await sameEmoji(TAG, hers, his);
    await hers.click(/^they match$/i);
    await hers.says(/has to confirm/);
    assert.equal(await isUserSigned(hersRaw, bob), false, "one side alone vouches for nothing");
    await his.click(/^they match$/i);
    await Promise.all([flowIs(hers, "done"), flowIs(his, "done")]);
    await until("her signature of him", () => isUserSigned(hersRaw, bob));
    await until("his signature of her", () => isUserSigned(hisRaw, alice));
    assert.equal(await identity(hers, bob), "verified");
    await Promise.all([hers.click(/^done$/i), his.click(/^done$/i)]);
    await hers.showRoom(chat);
    await hers.says(/asked for a verification/);
    assert.doesNotMatch(await hers.visibleText(), /Sent without encryption/);
    await until("the lock that says so", () =>
      hers.frame.evaluate((room) => window.chatSession!.room(room).identities.state.allVerified, chat),
    );

    // A second time, the chat that is there is used.
    await ask(his, alice);
    await flowIs(hers, "asked");
    assert.equal(await directChat(hisRaw, alice), chat, "no second chat");
    await hers.frame
      .locator(TAG)
      .getByRole("button", { name: /^decline$/i })
      .click();
    assert.equal((await flowIs(his, "cancelled")).reason, "by-them");
    assert.equal(await identity(hers, bob), "verified", "declining takes nothing away");
  });

  it("V8: verify each other by a code; a follower tab shows the same flow", async () => {
    const { alice, bob, hers, his, hersProfile, hersRaw } = await meet("chat");
    const follower = await ChatPage.open(hersProfile, TAGS);
    await follower.ready();
    assert.equal((await follower.session()).role, "follower");
    await ask(follower, bob);
    await flowIs(his, "asked");
    await his.click(/^accept$/i);
    await Promise.all([flowIs(follower, "ready"), flowIs(his, "ready")]);
    const picture = await shownCode(his, TAG);
    await follower.frame
      .locator(TAG)
      .getByRole("button", { name: /^scan their code$/i })
      .click();
    await scanPicture(follower, TAG, picture);
    await flowIs(his, "code-scanned");
    await his.says(/Does .* see that the code was right\?/);
    await his.click(/^yes$/i);
    await Promise.all([flowIs(follower, "done"), flowIs(hers, "done"), flowIs(his, "done")]);
    await until("her signature of him", () => isUserSigned(hersRaw, bob));
    assert.equal(await identity(his, alice), "verified");
  });

  it("V9: verify nothing when the emoji differ, or one of them stops", async () => {
    const { alice, bob, hers, his, hersRaw, hisRaw } = await meet("chat");
    await toEmoji(hers, his, bob);
    await his.click(/^they differ$/i);
    for (const side of [hers, his]) assert.equal((await flowIs(side, "cancelled")).reason, "mismatch");
    await Promise.all([hers.click(/^close$/i), his.click(/^close$/i)]);
    await toEmoji(hers, his, bob);
    await hers.page.keyboard.press("Escape");
    assert.equal((await flowIs(his, "cancelled")).reason, "by-them");
    assert.equal(await isUserSigned(hersRaw, bob), false);
    assert.equal(await isUserSigned(hisRaw, alice), false);
    assert.equal(await identity(hers, bob), "known");
  });

  it("V10: verify nothing when the tab of one dies with the emoji on it; the other stops, and the next tab begins again and succeeds", async () => {
    const { bob, hers, his, hersProfile, hersRaw } = await meet("chat");
    await toEmoji(hers, his, bob);
    await his.click(/^they match$/i);
    await flowIs(his, "confirming");
    await crash(hers.page);
    const next = await ChatPage.open(hersProfile, TAGS);
    await next.ready();
    assert.equal(await isUserSigned(hersRaw, bob), false);
    await his.page.keyboard.press("Escape");
    await flowIs(his, "idle");
    await toEmoji(next, his, bob);
    await Promise.all([next.click(/^they match$/i), his.click(/^they match$/i)]);
    await until("her signature of him", () => isUserSigned(hersRaw, bob));
  });

  it("verify nothing when a key is exchanged on the way", async () => {
    const { bob, hers, his, hersRaw } = await meet("chat");
    const chat = (await directChat(hersRaw, bob))!;
    let altered = 0;
    await alterSync(hers.page, (answer) => {
      for (const event of joinedRoom(answer, chat)?.timeline?.events ?? []) {
        if (event.type !== "m.key.verification.key" || event.sender !== bob.userId) continue;
        event.content["key"] = "l0Q3oSrIrpKoA1ocBMMo0vCPiMIlYZD8Qj5uTyKUOw8";
        altered++;
      }
    });
    await ask(hers, bob);
    await flowIs(his, "asked");
    await his.click(/^accept$/i);
    await Promise.all([flowIs(hers, "ready"), flowIs(his, "ready")]);
    await hers.click(/^compare emoji instead$/i);
    const [here, there] = await Promise.all([flowIs(hers, "cancelled"), flowIs(his, "cancelled")]);
    assert.ok(altered > 0);
    assert.deepEqual([here.reason, there.reason], ["key-mismatch", "key-mismatch"], "he had promised another key");
    assert.equal(await isUserSigned(hersRaw, bob), false);
  });

  it("T8: after a verification, a new identity keeps messages back until the visitor goes on without, and then they leave by themselves", async () => {
    const { bob, hers, his, hersRaw } = await meet("chat");
    await toEmoji(hers, his, bob);
    await Promise.all([hers.click(/^they match$/i), his.click(/^they match$/i)]);
    await Promise.all([flowIs(hers, "done"), flowIs(his, "done")]);
    await until("her signature of him", () => isUserSigned(hersRaw, bob));
    await hers.click(/^done$/i);
    const chat = (await directChat(hersRaw, bob))!;
    await hers.showRoom(chat);

    await his.frame.evaluate(() => window.chatSession!.signOut());
    await his.page.context().close();
    const again = await ChatPage.signedIn(await openProfile(browser), bob);
    await again.showRoom(chat);
    await hers.says(/is no longer verified\. Messages wait until you decide\./);
    assert.equal(await identity(hers, bob), "changed-since-verified");
    const [typed, unseen] = [await secret(), await secret()];
    await hers.send(typed);
    assert.equal(await hers.draft(), typed, "what is written stays in the field");
    // A page that sends by itself is refused by the engine as well.
    await hers.frame.evaluate(
      ([room, body]) => window.chatSession!.room(room!).timeline.send({ transactionId: "held", style: "text", body: body! }),
      [chat, unseen],
    );
    await until("the message that waits", async () => {
      const item = (await hers.items(chat)).find((one) => one.kind === "message" && one.body === unseen);
      return item?.kind === "message" && item.send?.status === "failed" && item.send.error?.code === "identity-changed";
    });
    // What he writes from the new identity is not shown as his.
    const fromHim = await secret();
    await again.send(fromHim);
    await hers.says(/This message stays closed until you decide\./);
    assert.ok(!(await hers.visibleText()).includes(fromHim));

    await hers.reload({ tags: ["melo-encryption-status"] });
    await hers.ready();
    await hers.says(WAITS); // wherever she is; in the room, the room says it, and nothing else
    await hers.click(/^see who it is$/i);
    await hers.says(/is no longer verified\. Messages wait until you decide\./);
    await hers.page.keyboard.press("Escape");
    await hers.showRoom(chat);
    await hers.says(/is no longer verified\. Messages wait/);
    await until("one prompt", async () => !WAITS.test(await hers.visibleText()));
    await hers.click(/^send anyway$/i);
    await again.shows([unseen]);
    assert.equal(await identity(hers, bob), "known");
    await hers.frame.locator("melo-composer").getByRole("textbox").press("Enter");
    await again.shows([typed]);
    await hers.shows([fromHim]);
  });

  /** Alice and Bob; with `"chat"`, in a direct chat. */
  async function meet(how?: "chat") {
    const [alice, bob] = await Promise.all([register(stack.homeserver, "alice"), register(stack.homeserver, "bob")]);
    const [hersRaw, hisRaw] = await Promise.all([alice, bob].map((one) => signIn(stack.homeserver, one)));
    const [hersProfile, hisProfile] = await Promise.all([openProfile(browser), openProfile(browser)]);
    const [hers, his] = await Promise.all([ChatPage.signedIn(hersProfile, alice, TAGS), ChatPage.signedIn(hisProfile, bob, TAGS)]);
    if (how === "chat") {
      const chat = await hers.frame.evaluate((id) => window.chatSession!.rooms.openDirect(id), bob.userId);
      await hisRaw!.join(chat);
      await until("both in it", () =>
        hers.frame.evaluate(
          async ([room]) => {
            const { room: it } = window.chatSession!.room(room!);
            it.subscribe(() => {});
            return it.state.joinedCount === 2;
          },
          [chat],
        ),
      );
    }
    return { alice, bob, hers, his, hersProfile, hersRaw: hersRaw!, hisRaw: hisRaw! };
  }

  async function ask(asker: ChatPage, person: Account): Promise<void> {
    await asker.frame.evaluate((id) => void window.chatSession!.verification.requestUser(id), person.userId);
  }

  async function toEmoji(hers: ChatPage, his: ChatPage, bob: Account): Promise<void> {
    await ask(hers, bob);
    await flowIs(his, "asked");
    await his.click(/^accept$/i);
    await Promise.all([flowIs(hers, "ready"), flowIs(his, "ready")]);
    await hers.click(/^compare emoji instead$/i);
    await sameEmoji(TAG, hers, his);
  }

  async function directChat(raw: RawUser, person: Account): Promise<string | undefined> {
    const path = `/_matrix/client/v3/user/${encodeURIComponent(raw.userId)}/account_data/m.direct`;
    const content = await raw.call<Record<string, string[]>>("GET", path).catch((): Record<string, string[]> => ({}));
    return content[person.userId]?.[0];
  }

  async function identity(chat: ChatPage, person: Account): Promise<string> {
    return until("what is known of somebody", () =>
      chat.frame.evaluate((id) => {
        const user = window.chatSession!.user(id);
        user.subscribe(() => {});
        return user.state.status === "ready" ? user.state.identity : undefined;
      }, person.userId),
    );
  }
});
