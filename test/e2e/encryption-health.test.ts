// Whether a device can read and send everything, and the one step that helps. Numbers are those of docs/interop.md.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { Browser } from "playwright-core";

import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { register, signIn } from "./support/homeserver.ts";
import { NioPeer } from "./support/nio-peer.ts";
import { secret } from "./support/secrets.ts";
import { until } from "./support/until.ts";
import { flowIs, verificationOf } from "./support/verifying.ts";

const TAG = "melo-encryption-status";
const TAGS = { tags: [TAG] };

describe("the health of the encryption", { timeout: 340_000 }, () => {
  let stack: E2eEnvironment;
  let browser: Browser;

  before(async () => {
    stack = await environment();
    browser = await openBrowser();
  });

  it("S1, S2: a new account is signed and backed up without a click, and is asked for a recovery key only when there is something to lose; later means later, in this tab and the next", async () => {
    const alice = await register(stack.homeserver, "alice");
    const raw = await signIn(stack.homeserver, alice);
    const profile = await openProfile(browser);
    const hers = await ChatPage.signedIn(profile, alice, TAGS);
    await until("a backup", () => raw.call("GET", "/_matrix/client/v3/room_keys/version").catch(() => undefined));
    await until("health", async () => (await states(hers)).includes("ok"));
    assert.doesNotMatch(await hers.visibleText(), /recovery key/i, "an empty account is left alone");
    const key = `/_matrix/client/v3/user/${encodeURIComponent(alice.userId)}/account_data/m.secret_storage.default_key`;
    assert.equal(await raw.call("GET", key).catch(() => undefined), undefined, "no recovery key was made unasked");

    await hers.createRoom({ name: "Shed" });
    await hers.says(/Make a recovery key, or nobody can open your messages/);
    await hers.click(/^later$/i);
    await until("silence", async () => !/Make a recovery key, or/.test(await hers.visibleText()));
    await hers.reload(TAGS);
    await hers.ready();
    await until("attention all the same", async () => (await states(hers)).includes("attention"));
    assert.ok((await states(hers)).includes("quiet"));
    const second = await ChatPage.open(profile, TAGS);
    await second.ready();
    await until("attention in the other tab", async () => (await states(second)).includes("attention"));
    await until("silence in the other tab", async () => (await states(second)).includes("quiet"));

    await hers.frame.evaluate(() => window.chatSession!.recovery.setUp());
    for (const tab of [hers, second]) await until("health again", async () => (await states(tab)).includes("ok"));
  });

  it("S8, V6: a new device of an old account is led to its verification, and nothing is wanted while the secrets arrive", async () => {
    const alice = await register(stack.homeserver, "alice");
    const old = await ChatPage.signedIn(await openProfile(browser), alice, { tags: ["melo-verify-device"] });
    await old.createRoom({ name: "Shed" });
    await old.frame.evaluate(() => window.chatSession!.recovery.setUp());
    const fresh = await ChatPage.open(await openProfile(browser), TAGS);
    await fresh.signIn(alice);
    await fresh.says(/This device is not verified/);
    const seen: string[] = [];
    await fresh.page.exposeFunction("toldOfHealth", (status: string, step?: string) => void seen.push(step ?? status));
    await fresh.frame.evaluate(() => {
      const told = window as unknown as { toldOfHealth(status: string, step?: string): void };
      document.addEventListener("melo-encryption-change", (event) => {
        const { status, step } = event as Event & { status: string; step?: string };
        told.toldOfHealth(status, step);
      });
    });
    await fresh.click(/^verify this device$/i); // in the banner
    await fresh.frame
      .locator("melo-verify-device")
      .getByRole("button", { name: /^verify this device$/i })
      .click();
    await old.click(/^accept$/i);
    await fresh.click(/^compare emoji instead$/i);
    await Promise.all([flowIs(old, "emoji"), flowIs(fresh, "emoji")]);
    await Promise.all([old.click(/^they match$/i), fresh.click(/^they match$/i)]);
    await fresh.click(/^done$/i);
    await until("health", async () => (await states(fresh)).includes("ok"));
    assert.ok(!seen.includes("enter-recovery-key"), seen.join());
  });

  it("I4: a device that nobody is left to vouch for is led to the recovery key, and from there to a new beginning", async () => {
    const alice = await register(stack.homeserver, "alice");
    const old = await ChatPage.signedIn(await openProfile(browser), alice);
    await old.createRoom({ name: "Shed" });
    await old.frame.evaluate(() => window.chatSession!.recovery.setUp());
    await old.page.context().close(); // nobody is left to vouch but the key
    const fresh = await ChatPage.open(await openProfile(browser), TAGS);
    await fresh.signIn(alice);
    await fresh.says(/This device is not verified/);
    await fresh.click(/^verify this device$/i);
    await fresh.frame
      .locator("melo-recovery")
      .getByRole("button", { name: /neither the key nor another device/i })
      .waitFor();
  });

  it("S7: an account whose other device has no identity to vouch with is let in without a word", async () => {
    const alice = await register(stack.homeserver, "alice");
    const nio = await NioPeer.enter(stack.homeserver, alice.name, alice.password);
    const hers = await ChatPage.signedIn(await openProfile(browser), alice, TAGS);
    await until("health", async () => (await states(hers)).includes("ok"));
    assert.doesNotMatch(await hers.visibleText(), /verify/i);
    const room = await hers.createRoom({ name: "Shed" });
    await hers.showRoom(room);
    const text = await secret();
    await hers.send(text);
    await hers.shows([text]);
    const others = await (await signIn(stack.homeserver, alice)).publishedDevices(alice.userId);
    assert.ok(
      others.some(({ deviceId }) => deviceId === nio.deviceId),
      "there is another device",
    );
  });

  it("S8: the verification can be put off and broken off, and waits where the page has it", async () => {
    const alice = await register(stack.homeserver, "alice");
    const old = await ChatPage.signedIn(await openProfile(browser), alice, { tags: ["melo-verify-device"] });
    const fresh = await ChatPage.open(await openProfile(browser), TAGS);
    await fresh.signIn(alice);
    await fresh.says(/This device is not verified/);
    await fresh.click(/^later$/i);
    await until("silence", async () => (await states(fresh)).includes("quiet"));
    const room = await fresh.createRoom({ name: "Shed" });
    await fresh.showRoom(room);
    await fresh.frame.locator("melo-composer").getByRole("textbox").waitFor(); // no wall
    await fresh.reload({ tags: [TAG, "melo-verify-device"] });
    await until("silence after a reload", async () => {
      const now = await states(fresh);
      return now.includes("attention") && now.includes("quiet");
    });
    await fresh.click(/^verify this device$/i);
    await flowIs(old, "asked");
    await fresh.page.keyboard.press("Escape");
    await until("the request withdrawn", async () => (await verificationOf(old)).status !== "asked");
    await old.click(/^close$/i);
    await fresh.click(/^verify this device$/i);
    await old.click(/^accept$/i);
    await fresh.click(/^compare emoji instead$/i);
    await Promise.all([flowIs(old, "emoji"), flowIs(fresh, "emoji")]);
    await Promise.all([old.click(/^they match$/i), fresh.click(/^they match$/i)]);
    await fresh.ready();
  });

  it("B4: a backup that is gone, and nobody has said so, is asked about once; later means later, and a click begins another", async () => {
    const alice = await register(stack.homeserver, "alice");
    const raw = await signIn(stack.homeserver, alice);
    const hers = await ChatPage.signedIn(await openProfile(browser), alice, TAGS);
    await hers.createRoom({ name: "Shed" });
    await hers.frame.evaluate(() => window.chatSession!.recovery.setUp());
    const path = "/_matrix/client/v3/room_keys/version";
    const { version } = await raw.call<{ version: string }>("GET", path);
    await raw.call("DELETE", `${path}/${version}`);
    await hers.reload(TAGS);
    await hers.says(/Your messages can be read on this device only/);
    await hers.click(/^later$/i);
    await until("silence", async () => (await states(hers)).includes("quiet"));
    await hers.reload(TAGS);
    await until("silence after a reload", async () => {
      const now = await states(hers);
      return now.includes("attention") && now.includes("quiet");
    });
    assert.equal(await raw.call("GET", path).catch(() => undefined), undefined, "nothing is begun unasked");
    await hers.frame.evaluate(() => window.chatSession!.recovery.turnBackupOn());
    await hers.says(/Your recovery key does not protect everything any more/);
    await hers.frame.evaluate(() => window.chatSession!.recovery.change());
    await until("health", async () => (await states(hers)).includes("ok"));
    assert.notEqual((await raw.call<{ version: string }>("GET", path)).version, version);
  });

  it("B6: a verified device whose secrets never came asks for the recovery key, and is mended by it", async () => {
    const alice = await register(stack.homeserver, "alice");
    const old = await ChatPage.signedIn(await openProfile(browser), alice, { tags: ["melo-verify-device"] });
    await old.createRoom({ name: "Shed" });
    const key = await old.frame.evaluate(() => window.chatSession!.recovery.setUp());
    const fresh = await ChatPage.open(await openProfile(browser), { tags: [TAG, "melo-verify-device"] });
    await fresh.signIn(alice);
    await fresh.says(/This device is not verified/);
    let held = 0;
    await old.page.route(/\/sendToDevice\/m\.room\.encrypted\//, () => void held++); // never answered: what it would give away stays with it
    await fresh.frame.locator("melo-verify-device").getByRole("button").first().click();
    await old.click(/^accept$/i);
    await fresh.click(/^compare emoji instead$/i);
    await Promise.all([flowIs(old, "emoji"), flowIs(fresh, "emoji")]);
    await Promise.all([old.click(/^they match$/i), fresh.click(/^they match$/i)]);
    await fresh.ready();
    await until("secrets that are held back", () => held > 0);
    await old.page.context().close();

    await fresh.reload({ tags: [TAG] });
    await fresh.ready();
    await fresh.says(/Some of your messages open only with your recovery key/);
    await fresh.click(/^enter recovery key$/i);
    const tag = fresh.frame.locator("melo-recovery");
    await tag.getByRole("button", { name: /neither the key nor another device/i }).waitFor(); // who has lost it is not left alone
    await tag.locator("input").fill(key);
    await tag.locator("input").press("Enter");
    await until("health", async () => (await states(fresh)).includes("ok"));
    const holds = await fresh.frame.evaluate(() => window.chatSession!.recovery.state.canSetUp);
    assert.ok(holds, "it holds the identity, and the key of the backup");
  });

  async function states(page: ChatPage): Promise<string[]> {
    return page.frame
      .locator(TAG)
      .evaluate((tag) => ["quiet", "ok", "healing", "attention"].filter((name) => tag.matches(`:state(${name})`)));
  }
});
