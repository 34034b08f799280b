// Emoji with another implementation of their cryptography: matrix-nio, as a further device of the account. It has no identities, so it can be vouched for and vouches for nobody else.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { Browser } from "playwright-core";

import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { freshRawUser, register, type RawUser } from "./support/homeserver.ts";
import { NioPeer } from "./support/nio-peer.ts";
import { secret } from "./support/secrets.ts";
import { until } from "./support/until.ts";
import { flowIs, isSigned, verificationOf } from "./support/verifying.ts";

const TAGS = { tags: ["melo-verify-device"] };

describe("matrix-nio as a further device", { timeout: 240_000 }, () => {
  let stack: E2eEnvironment;
  let browser: Browser;
  let witness: RawUser;

  before(async () => {
    stack = await environment();
    browser = await openBrowser();
    witness = await freshRawUser(stack.homeserver, "witness");
  });

  it("V1: melo asks and begins: the same emoji, a signature at the server, and what is sent after that is read by it", async () => {
    const { melo, nio, account, room } = await together();
    await melo.showRoom(room);
    const before = await secret();
    await melo.send(before);
    await nio.seen(({ event, code }) => event === "withheld" && code === "m.unverified", "that its key is withheld");

    await melo.frame.evaluate((id) => void window.chatSession!.verification.request(id), nio.deviceId);
    await nio.agree();
    const { methods } = await flowIs(melo, "ready");
    assert.deepEqual(methods, { emoji: true, scan: false }, "it can do nothing else");
    await melo.click(/^show the emoji$/i);
    await sameEmoji(melo, nio);
    const confirmed = nio.confirm();
    assert.equal(await isSigned(witness, account, nio.deviceId), false, "one side alone vouches for nothing");
    await melo.click(/^they match$/i);
    await confirmed;
    await flowIs(melo, "done");
    await until("its signature at the server", () => isSigned(witness, account, nio.deviceId));
    assert.equal(await nio.trusts(account.userId, (await melo.session()).account!.deviceId), true);
    await melo.click(/^done$/i);
    const after = await secret();
    await melo.send(after);
    await nio.seen(({ event, body }) => event === "decrypted" && body === after, "what was sent after the verification");
    assert.ok(!nio.events.some(({ body }) => body === before));
  });

  it("V5: it asks and begins, and melo signs it", async () => {
    const { melo, nio, account } = await together();
    await nio.askToVerify(account.userId, (await melo.session()).account!.deviceId);
    await flowIs(melo, "asked");
    await melo.click(/^accept$/i);
    await nio.start();
    await sameEmoji(melo, nio);
    await Promise.all([nio.confirm(), melo.click(/^they match$/i)]);
    await flowIs(melo, "done");
    await until("its signature at the server", () => isSigned(witness, account, nio.deviceId));
  });

  it("V9: verifies nothing when either side says that the emoji differ", async () => {
    const { melo, nio, account } = await together();
    await melo.frame.evaluate((id) => void window.chatSession!.verification.request(id), nio.deviceId);
    await nio.agree();
    await melo.click(/^show the emoji$/i);
    await sameEmoji(melo, nio);
    await nio.reject();
    assert.equal((await flowIs(melo, "cancelled")).reason, "mismatch");
    await melo.click(/^close$/i);
    await nio.askToVerify(account.userId, (await melo.session()).account!.deviceId);
    await melo.click(/^accept$/i);
    await nio.start();
    await sameEmoji(melo, nio);
    await melo.click(/^they differ$/i);
    assert.equal((await flowIs(melo, "cancelled")).reason, "mismatch");
    assert.equal(await isSigned(witness, account, nio.deviceId), false);
    assert.equal(await nio.trusts(account.userId, (await melo.session()).account!.deviceId), false);
  });

  async function together() {
    const account = await register(stack.homeserver, "alice");
    const melo = await ChatPage.signedIn(await openProfile(browser), account, TAGS);
    const nio = await NioPeer.enter(stack.homeserver, account.name, account.password);
    await until("its device in melo's list", () =>
      melo.frame.evaluate((id) => {
        const { devices } = window.chatSession!;
        devices.subscribe(() => {});
        return devices.state.devices.some(({ deviceId, trust }) => deviceId === id && trust === "unverified");
      }, nio.deviceId),
    );
    // It learns of devices, its owner's too, by encrypted rooms only.
    const room = await melo.createRoom({ name: "Garden" });
    assert.equal(await nio.join(room), true);
    assert.ok((await nio.devices(account.userId)).includes((await melo.session()).account!.deviceId));
    return { account, melo, nio, room };
  }
});

async function sameEmoji(melo: ChatPage, nio: NioPeer): Promise<void> {
  const [{ emoji, decimals }] = await Promise.all([nio.emoji(), flowIs(melo, "emoji")]);
  const shown = await verificationOf(melo);
  assert.equal(emoji.length, 7);
  // Two of its names are not those of the specification, and some pictures lack the mark of a coloured one.
  const bare = (symbol: string): string => symbol.replaceAll("\uFE0F", "");
  assert.deepEqual(
    shown.emoji?.map(({ symbol }) => bare(symbol)),
    emoji.map(([symbol]) => bare(symbol)),
  );
  assert.deepEqual(shown.decimals, decimals);
}
