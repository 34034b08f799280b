// B8: message keys as a file, for another device and another implementation.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { promisify } from "node:util";

import type { Browser } from "playwright-core";

import { MATRIX_NIO, preparePython } from "../../demo/stack/python.ts";
import { atEnd } from "./support/at-end.ts";
import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { freshRawUser } from "./support/homeserver.ts";
import { secret } from "./support/secrets.ts";
import { storedData } from "./support/stored-data.ts";
import { until } from "./support/until.ts";

const TAGS = { tags: ["melo-key-file"] };
const PASSPHRASE = "forty-one quinces in a row";
/** matrix-nio opens a file and writes what is in it into another one, under the same passphrase. */
const THROUGH_NIO = `
import sys
from nio.crypto.key_export import decrypt_and_read, encrypt_and_save
source, target, passphrase = sys.argv[1:]
encrypt_and_save(decrypt_and_read(source, passphrase), target, passphrase, 1000)
`;

describe("B8: a key file", { timeout: 180_000 }, () => {
  let stack: E2eEnvironment;
  let browser: Browser;
  let folder: string;

  before(async () => {
    stack = await environment();
    browser = await openBrowser();
    folder = await mkdtemp(join(tmpdir(), "melo-keys-"));
    atEnd(() => rm(folder, { recursive: true, force: true }));
  });

  it("opens earlier messages on a device without a backup, also after another implementation has read and written it, and leaves nothing behind", async () => {
    const alice = await freshRawUser(stack.homeserver, "alice");
    const data = `/_matrix/client/v3/user/${encodeURIComponent(alice.userId)}/account_data/m.key_backup`;
    await alice.call("PUT", data, { enabled: false });
    const first = await ChatPage.signedIn(await openProfile(browser), alice, TAGS);
    const room = await first.createRoom({ name: "Shed" });
    await first.showRoom(room);
    const text = await secret();
    await first.send(text);
    await until("the message sent", async () => (await first.items(room)).some((item) => item.kind === "message" && !item.send));

    await first.click(/^save a key file$/i);
    await fill(first, ["short", "short"]);
    await first.says(/at least 8 characters/);
    await fill(first, [PASSPHRASE, `${PASSPHRASE}!`]);
    await first.says(/The two are not the same/);
    const [download] = await Promise.all([first.page.waitForEvent("download"), fill(first, [PASSPHRASE, PASSPHRASE])]);
    const [file, again] = [join(folder, "message-keys.txt"), join(folder, "again.txt")];
    await download.saveAs(file);
    await first.says(/Keep the file and the passphrase apart/);
    const saved = await readFile(file, "utf8");
    assert.match(saved, /^-----BEGIN MEGOLM SESSION DATA-----\n[A-Za-z0-9+/=\n]+-----END MEGOLM SESSION DATA-----\n$/);
    await promisify(execFile)(await preparePython(MATRIX_NIO), ["-c", THROUGH_NIO, file, again, PASSPHRASE]);
    assert.notEqual(await readFile(again, "utf8"), saved);

    const profile = await openProfile(browser);
    const owner = await ChatPage.open(profile, { room });
    await owner.signIn(alice);
    await owner.says(/Sent before this device had the key\./);
    const second = await ChatPage.open(profile, { room, ...TAGS });
    await second.sessionIs("a follower", ({ role, status }) => role === "follower" && status === "ready");
    const chooser = second.frame.locator("melo-key-file input[type=file]");
    await writeFile(join(folder, "menu.txt"), "Soup of the day");
    await chooser.setInputFiles(join(folder, "menu.txt"));
    await fill(second, [PASSPHRASE]);
    await second.says(/This is not a key file/);
    await second.click(/^cancel$/i);
    await chooser.setInputFiles(again);
    await fill(second, ["not this one"]);
    await second.says(/not the passphrase of the file/);
    await fill(second, [PASSPHRASE]);
    await second.says(/1 of the 1 keys of the file are here now\./);
    for (const tab of [second, owner]) await tab.shows([text]);
    await second.reload({ room });
    await second.shows([text]);
    for (const page of [first, owner, second]) {
      const [stored, html] = await Promise.all([
        storedData(page.frame),
        page.frame.evaluate(() => document.documentElement.getHTML({ serializableShadowRoots: true })),
      ]);
      assert.ok(!stored.includes(PASSPHRASE) && !html.includes(PASSPHRASE));
      assert.ok(!JSON.stringify(page.log.requests).includes(PASSPHRASE));
    }
  });

  /** Fills the fields of the form and sends it. */
  async function fill(page: ChatPage, texts: readonly string[]): Promise<void> {
    const fields = page.frame.locator("melo-key-file").locator("input[type=password]");
    await fields.first().waitFor();
    for (const [index, text] of texts.entries()) await fields.nth(index).fill(text);
    await fields.last().press("Enter");
  }
});
