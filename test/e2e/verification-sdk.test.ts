// Verification with another client: a page of plain matrix-js-sdk, without any of melo's code. Numbers are those of docs/interop.md.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { Browser } from "playwright-core";

import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { freshRawUser, register, signIn, type Account, type RawUser } from "./support/homeserver.ts";
import { SdkPeer } from "./support/sdk-peer.ts";
import { secret } from "./support/secrets.ts";
import { until } from "./support/until.ts";
import { flowIs, isDeviceSigned, isUserSigned, scanPicture, shownCode, verificationOf } from "./support/verifying.ts";

const DEVICE = "melo-verify-device";
const USER = "melo-verify-user";
const SAS_ONLY = ["m.sas.v1"];

describe("a client of plain matrix-js-sdk", { timeout: 300_000 }, () => {
  let stack: E2eEnvironment;
  let browser: Browser;
  let witness: RawUser;

  before(async () => {
    stack = await environment();
    browser = await openBrowser();
    witness = await freshRawUser(stack.homeserver, "witness");
  });

  it("V1, V11, B1: verifies a new melo device by emoji, and hands over what opens its earlier messages; it cannot scan, so no code is offered", async () => {
    const account = await register(stack.homeserver, "alice");
    const theirs = await established(account, SAS_ONLY);
    const room = await theirs.call("createRoom", []);
    const text = await secret();
    await theirs.call("send", room, text);
    await until("its key in the backup", async () => (await backupCount(theirs, account)) > 0);
    const melo = await newMelo(account, room);

    await melo.frame
      .locator(DEVICE)
      .getByRole("button", { name: /^verify this device$/i })
      .click();
    await theirs.verificationIs("requested");
    await theirs.call("accept");
    const { methods, code } = await flowIs(melo, "ready");
    assert.deepEqual(methods, { emoji: true, scan: false });
    assert.equal(code, undefined);
    await melo.click(/^show the emoji$/i);
    await sameEmoji(melo, theirs);
    await theirs.call("confirm");
    await melo.click(/^they match$/i);
    await Promise.all([flowIs(melo, "done"), theirs.verificationIs("done")]);
    await until("its signature at the server", () => isDeviceSigned(witness, account, melo));
    await melo.ready();
    await melo.click(/^done$/i);
    await melo.shows([text]);
    await backupIsOn(melo);
  });

  it("V6: nobody is alarmed while the secrets are on their way, however long they take", async () => {
    const account = await register(stack.homeserver, "alice");
    const theirs = await established(account);
    const melo = await newMelo(account);
    await melo.createRoom({ name: "Garden" });
    await melo.frame.evaluate(() => {
      window.showTag("melo-encryption-status");
      const told: string[] = [];
      Object.assign(window, { told });
      document.body.addEventListener("melo-encryption-change", ({ status, step }) => told.push(`${status} ${step ?? ""}`.trim()));
    });
    await melo.says(/This device is not verified/);
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    let held = 0;
    await theirs.page.route(/\/sendToDevice\/m\.room\.encrypted\//, async (route) => {
      held++;
      await released;
      await route.continue();
    });
    await toEmoji(melo, theirs);
    await Promise.all([theirs.call("confirm"), melo.click(/^they match$/i)]);
    await flowIs(melo, "done");
    await melo.ready();
    await until("secrets that are held back", () => held > 0);
    assert.equal(await melo.frame.evaluate(() => window.chatSession!.recovery.state.status), "locked");
    assert.doesNotMatch(await melo.visibleText(), /recovery key/);
    release();
    await backupIsOn(melo);
    const told = await until("the end of it", () =>
      melo.frame.evaluate(() => {
        const { told } = window as unknown as { told: string[] };
        return told.at(-1) === "ok" ? told : undefined;
      }),
    );
    assert.deepEqual(
      told.filter((one) => one.startsWith("attention") && one !== "attention verify-device"),
      [],
    );
    assert.ok(told.includes("healing"));
  });

  it("V5: a new one asks melo and begins the emoji; melo signs it and hands over its keys and the backup's", async () => {
    const account = await register(stack.homeserver, "alice");
    const melo = await ChatPage.signedIn(await openProfile(browser), account, { tags: [DEVICE] });
    const room = await melo.createRoom({ name: "Garden" });
    await melo.showRoom(room);
    const text = await secret();
    await melo.send(text);
    await melo.shows([text]);
    await allSaved(melo);
    const theirs = await SdkPeer.enter(await openProfile(browser), account);
    assert.equal((await theirs.call("status")).deviceSigned, false);

    await theirs.call("requestOwn");
    await flowIs(melo, "asked");
    await melo.says(/wants to verify/);
    await melo.click(/^accept$/i);
    await theirs.verificationIs("ready");
    await theirs.call("start");
    await sameEmoji(melo, theirs);
    await melo.click(/^they match$/i);
    await theirs.call("confirm");
    await Promise.all([flowIs(melo, "done"), theirs.verificationIs("done")]);
    const status = await until("everything that it needs", async () => {
      const now = await theirs.call("status");
      return now.deviceSigned && now.holds.length === 3 && now.holdsBackupKey ? now : undefined;
    });
    assert.equal(status.crossSigningReady, true);
    assert.ok((await theirs.call("restore")).imported > 0);
    await theirs.reads(room, text);
  });

  for (const shows of ["melo", "the SDK"] as const) {
    it(`V2: verifies by a code that ${shows} shows`, async () => {
      const account = await register(stack.homeserver, "alice");
      const theirs = await established(account);
      const melo = await newMelo(account);
      await melo.click(/^verify this device$/i);
      await theirs.verificationIs("requested");
      await theirs.call("accept");
      await flowIs(melo, "ready");
      if (shows === "melo") {
        await theirs.call("scan", await shownCode(melo, DEVICE));
        await flowIs(melo, "code-scanned");
        await melo.click(/^yes$/i);
      } else {
        await melo.click(/^scan their code$/i);
        assert.equal(await scanPicture(melo, DEVICE, await theirs.call("shownCode")), true);
        await theirs.verification("that was scanned", ({ scanned }) => scanned === true);
        assert.equal(await isDeviceSigned(witness, account, melo), false, "nobody has confirmed yet");
        await theirs.call("confirm");
      }
      await Promise.all([flowIs(melo, "done"), theirs.verificationIs("done")]);
      await until("its signature at the server", () => isDeviceSigned(witness, account, melo));
      await melo.ready();
      await backupIsOn(melo);
    });
  }

  it("V4, V9: verifies nothing when its owner says that the emoji differ, or stops; the next attempt succeeds", async () => {
    const account = await register(stack.homeserver, "alice");
    const theirs = await established(account);
    const melo = await newMelo(account);
    await toEmoji(melo, theirs);
    await theirs.call("mismatch");
    assert.equal((await flowIs(melo, "cancelled")).reason, "mismatch");
    await theirs.verificationIs("cancelled");
    assert.equal(await isDeviceSigned(witness, account, melo), false);
    await melo.click(/^close$/i);
    await toEmoji(melo, theirs);
    await theirs.call("cancel");
    assert.equal((await flowIs(melo, "cancelled")).reason, "by-them");
    await melo.click(/^close$/i);
    await toEmoji(melo, theirs);
    await melo.click(/^they differ$/i);
    assert.equal((await theirs.verificationIs("cancelled")).cancellationCode, "m.mismatched_sas");
    assert.equal(await isDeviceSigned(witness, account, melo), false);
    await melo.click(/^close$/i);
    await toEmoji(melo, theirs);
    await Promise.all([theirs.call("confirm"), melo.click(/^they match$/i)]);
    await until("its signature at the server", () => isDeviceSigned(witness, account, melo));
  });

  it("V7: a person with it is verified by emoji, asked by melo", async () => {
    const { bob, hers, theirs, hersRaw, alice, chat } = await together();
    await hers.frame.evaluate((id) => void window.chatSession!.verification.requestUser(id), bob.userId);
    await theirs.verificationIs("requested");
    await theirs.call("accept");
    await flowIs(hers, "ready");
    await hers.click(/^compare emoji instead$/i);
    await sameEmoji(hers, theirs);
    await Promise.all([theirs.call("confirm"), hers.click(/^they match$/i)]);
    await Promise.all([flowIs(hers, "done"), theirs.verificationIs("done")]);
    await until("her signature of him", () => isUserSigned(hersRaw, bob));
    await until("his trust in her", () => theirs.call("isUserVerified", alice.userId));
    await hers.click(/^done$/i);
    const [fromHer, fromHim] = [await secret(), await secret()];
    await hers.showRoom(chat);
    await hers.send(fromHer);
    await theirs.reads(chat, fromHer);
    await theirs.call("send", chat, fromHim);
    await hers.shows([fromHim]);

    // He begins anew: what she sends waits until she decides.
    await theirs.call("reset");
    await hers.says(/is no longer verified\. Messages wait until you decide\./);
  });

  it("V8: a person with it asks, melo answers and scans the code", async () => {
    const { alice, bob, hers, theirs, hersRaw, chat } = await together();
    await until("her identity", () => theirs.call("knows", alice.userId));
    await theirs.call("requestUser", alice.userId, chat);
    await flowIs(hers, "asked");
    await hers.says(new RegExp(`${bob.userId}.* asks`));
    await hers.frame
      .locator(USER)
      .getByRole("button", { name: /^accept$/i })
      .click();
    await Promise.all([flowIs(hers, "ready"), theirs.verificationIs("ready")]);
    await hers.frame
      .locator(USER)
      .getByRole("button", { name: /^scan their code$/i })
      .click();
    await scanPicture(hers, USER, await theirs.call("shownCode"));
    await theirs.verification("that was scanned", ({ scanned }) => scanned === true);
    await theirs.call("confirm");
    await Promise.all([flowIs(hers, "done"), theirs.verificationIs("done")]);
    await until("her signature of him", () => isUserSigned(hersRaw, bob));
    await until("his trust in her", () => theirs.call("isUserVerified", alice.userId));
  });

  for (const by of ["key", "passphrase"] as const) {
    it(`V3, S6, B1: melo is opened by a recovery ${by} that it made`, async () => {
      const account = await register(stack.homeserver, "alice");
      const theirs = await SdkPeer.enter(await openProfile(browser), account);
      await theirs.call("bootstrap");
      const passphrase = "a wheelbarrow of möwen";
      const key = await theirs.call("makeRecoveryKey", by === "passphrase" ? passphrase : undefined);
      const room = await theirs.call("createRoom", []);
      const text = await secret();
      await theirs.call("send", room, text);
      await until("its key in the backup", async () => (await backupCount(theirs, account)) > 0);
      const melo = await newMelo(account, room);
      await melo.frame.evaluate((words) => window.chatSession!.recovery.enter(words), by === "passphrase" ? passphrase : key);
      await melo.ready();
      await melo.shows([text]);
      await backupIsOn(melo);
      assert.equal(await melo.frame.evaluate(() => window.chatSession!.recovery.state.status), "ready");
    });

    it(`V3, S3, B1: it is opened by a recovery ${by} that melo made`, async () => {
      const account = await register(stack.homeserver, "alice");
      const melo = await ChatPage.signedIn(await openProfile(browser), account);
      const passphrase = "eine Schubkarre voll Möwen";
      const key = await melo.frame.evaluate(
        (words) => window.chatSession!.recovery.setUp(words),
        by === "passphrase" ? passphrase : undefined,
      );
      const room = await melo.createRoom({ name: "Garden" });
      await melo.showRoom(room);
      const text = await secret();
      await melo.send(text);
      await melo.shows([text]);
      await allSaved(melo);
      const theirs = await SdkPeer.enter(await openProfile(browser), account);
      const { imported, total } = await theirs.call("enterRecoveryKey", by === "passphrase" ? passphrase : key);
      assert.ok(imported > 0 && imported === total);
      const status = await theirs.call("status");
      assert.deepEqual(
        [status.deviceSigned, status.crossSigningReady, status.secretStorageReady, status.holdsBackupKey],
        [true, true, true, true],
      );
      await theirs.reads(room, text);
      await until("its signature in melo's list", () =>
        melo.frame.evaluate((id) => {
          const { devices } = window.chatSession!;
          devices.subscribe(() => {});
          return devices.state.devices.find(({ deviceId }) => deviceId === id)?.trust === "verified";
        }, theirs.deviceId),
      );
    });
  }

  /** An account that has lived with the SDK alone: identity, recovery key and backup are its. */
  async function established(account: Account, methods?: string[]): Promise<SdkPeer> {
    const peer = await SdkPeer.enter(await openProfile(browser), account, methods);
    await peer.call("bootstrap");
    await peer.call("makeRecoveryKey");
    return peer;
  }

  async function newMelo(account: Account, room?: string): Promise<ChatPage> {
    const melo = await ChatPage.open(await openProfile(browser), { tags: [DEVICE], room });
    await melo.signIn(account);
    await melo.sessionIs("synced and unsigned", ({ status, crossSigning }) => status === "ready" && crossSigning === "missing");
    return melo;
  }

  async function toEmoji(melo: ChatPage, theirs: SdkPeer): Promise<void> {
    await melo.frame
      .locator(DEVICE)
      .getByRole("button", { name: /^verify this device$/i })
      .click();
    await theirs.verificationIs("requested");
    await theirs.call("accept");
    await flowIs(melo, "ready");
    await melo.click(/^compare emoji instead$/i);
    await sameEmoji(melo, theirs);
  }

  /** Alice with melo and Bob with the SDK, in a direct chat. */
  async function together() {
    const [alice, bob] = await Promise.all([register(stack.homeserver, "alice"), register(stack.homeserver, "bob")]);
    const hersRaw = await signIn(stack.homeserver, alice);
    const [hers, theirs] = await Promise.all([
      openProfile(browser).then((profile) => ChatPage.signedIn(profile, alice, { tags: [USER] })),
      established(bob),
    ]);
    const chat = await hers.frame.evaluate((id) => window.chatSession!.rooms.openDirect(id), bob.userId);
    await theirs.call("join", chat);
    await until("both in it", () =>
      hers.frame.evaluate((id) => {
        const { room } = window.chatSession!.room(id);
        room.subscribe(() => {});
        return room.state.joinedCount === 2;
      }, chat),
    );
    return { alice, bob, hers, theirs, hersRaw, chat };
  }

  async function backupCount(peer: SdkPeer, account: Account): Promise<number> {
    const { backupVersion } = await peer.call("status");
    if (backupVersion === null) return 0;
    const raw = await rawOf(account);
    return (await raw.call<{ count: number }>("GET", "/_matrix/client/v3/room_keys/version")).count;
  }

  const raws = new Map<string, Promise<RawUser>>();
  /** One bare device for an account, which asks the server. */
  function rawOf(account: Account): Promise<RawUser> {
    const raw = raws.get(account.userId) ?? signIn(stack.homeserver, account);
    raws.set(account.userId, raw);
    return raw;
  }

  /** There is a key, and it is in the backup. */
  async function allSaved(melo: ChatPage): Promise<void> {
    await until("its key in the backup", () =>
      melo.frame.evaluate(async () => {
        const { total, unsaved } = await window.chatSession!.recovery.countKeys();
        return total > 0 && unsaved === 0;
      }),
    );
  }

  async function backupIsOn(melo: ChatPage): Promise<void> {
    await until("the backup being open", () =>
      melo.frame.evaluate(() => {
        const { recovery } = window.chatSession!;
        recovery.subscribe(() => {});
        return recovery.state.backup.status === "on";
      }),
    );
  }
});

/** Both clients show the same seven emoji and the same numbers. */
async function sameEmoji(melo: ChatPage, theirs: SdkPeer): Promise<void> {
  await flowIs(melo, "emoji");
  const { emoji, decimals } = await theirs.verification("with emoji", (now) => now.emoji !== undefined);
  const shown = await verificationOf(melo);
  assert.equal(emoji?.length, 7);
  assert.deepEqual(
    shown.emoji?.map(({ symbol, name }) => [symbol, name]),
    emoji,
  );
  assert.deepEqual(shown.decimals, decimals);
}
