// A device that is called what a key of an identity is: in what both sides of a verification sign, one would stand for the other (CVE-2022-39250). Synapse lets nobody name a device like a key of
// the same account, so that case is played by the unit tests; in another account it does.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { Browser } from "playwright-core";

import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { freshRawUser, register, signIn, type RawUser } from "./support/homeserver.ts";
import { SdkPeer } from "./support/sdk-peer.ts";
import { until } from "./support/until.ts";
import { flowIs, isUserSigned } from "./support/verifying.ts";

const USER = "melo-verify-user";

describe("a device whose name is a key", { timeout: 240_000 }, () => {
  let stack: E2eEnvironment;
  let browser: Browser;
  let witness: RawUser;

  before(async () => {
    stack = await environment();
    browser = await openBrowser();
    witness = await freshRawUser(stack.homeserver, "witness");
  });

  it("of the visitor's identity, in somebody else's account, verifies nobody, whoever asks", async () => {
    const [alice, bob] = await Promise.all([register(stack.homeserver, "alice"), register(stack.homeserver, "bob")]);
    const hersRaw = await signIn(stack.homeserver, alice);
    const hers = await ChatPage.signedIn(await openProfile(browser), alice, { tags: [USER] });
    const masterKey = (await witness.masterKey(alice.userId))!;
    const masked = await SdkPeer.enter(await openProfile(browser), bob, undefined, masterKey);
    await masked.call("bootstrap");
    const chat = await hers.frame.evaluate((id) => window.chatSession!.rooms.openDirect(id), bob.userId);
    await masked.call("join", chat);
    await until("him in the chat", () =>
      hers.frame.evaluate((id) => {
        const { room } = window.chatSession!.room(id);
        room.subscribe(() => {});
        return room.state.joinedCount === 2;
      }, chat),
    );

    await hers.frame.evaluate((id) => void window.chatSession!.verification.requestUser(id), bob.userId);
    await masked.verificationIs("requested");
    await masked.call("accept");
    assert.equal((await flowIs(hers, "cancelled")).reason, "key-mismatch");
    await masked.verificationIs("cancelled");
    await hers.says(/the keys do not fit/);
    assert.equal(await isUserSigned(hersRaw, bob), false);
    await hers.click(/^close$/i);

    await until("her identity", () => masked.call("knows", alice.userId));
    await masked.call("requestUser", alice.userId, chat);
    await flowIs(hers, "asked");
    await hers.frame
      .locator(USER)
      .getByRole("button", { name: /^accept$/i })
      .click();
    assert.equal((await flowIs(hers, "cancelled")).reason, "key-mismatch");
    await masked.verificationIs("cancelled");
    assert.equal(await isUserSigned(hersRaw, bob), false);
  });
});
