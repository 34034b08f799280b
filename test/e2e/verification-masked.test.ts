// A device that is called what a key of an identity is: in what both sides of a verification sign, one would stand for the other (CVE-2022-39250). No honest client makes one; a server, or who has the password, can.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { Browser } from "playwright-core";

import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { freshRawUser, register, signIn, type RawUser } from "./support/homeserver.ts";
import { SdkPeer } from "./support/sdk-peer.ts";
import { until } from "./support/until.ts";
import { flowIs, isSigned, isUserSigned } from "./support/verifying.ts";

const DEVICE = "melo-verify-device";
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

  it("of its owner's identity is verified by nobody, whoever asks and whoever accepts", async () => {
    const account = await register(stack.homeserver, "alice");
    const melo = await ChatPage.signedIn(await openProfile(browser), account, { tags: [DEVICE] });
    const masterKey = (await witness.masterKey(account.userId))!;
    const masked = await SdkPeer.enter(await openProfile(browser), account, undefined, masterKey);
    assert.equal(masked.deviceId, masterKey, "the server allows such a name");

    await masked.call("requestOwn");
    await flowIs(melo, "asked");
    await melo.click(/^accept$/i);
    assert.equal((await flowIs(melo, "cancelled")).reason, "key-mismatch");
    await masked.verificationIs("cancelled");
    await melo.says(/the keys do not fit/);
    await melo.click(/^close$/i);

    await melo.frame.evaluate((id) => window.chatSession!.verification.request(id), masterKey);
    await masked.verificationIs("requested");
    await masked.call("accept");
    assert.equal((await flowIs(melo, "cancelled")).reason, "key-mismatch");
    await masked.verificationIs("cancelled");
    assert.equal(await isSigned(witness, account, masterKey), false);
  });

  it("of the visitor's identity, in somebody else's account, verifies nobody", async () => {
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
    assert.equal(await isUserSigned(hersRaw, bob), false);
  });
});
