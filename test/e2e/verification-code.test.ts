// Own devices that verify each other by a QR code. Numbers are those of docs/interop.md.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, it } from "node:test";

import type { Browser } from "playwright-core";

import { atEnd } from "./support/at-end.ts";
import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { freshRawUser, register, type RawUser } from "./support/homeserver.ts";
import { until } from "./support/until.ts";
import { flowIs, isDeviceSigned, scanPicture, shownCode, verificationOf } from "./support/verifying.ts";

const TAG = "melo-verify-device";
const TAGS = { tags: [TAG] };

describe("two devices of one account with a QR code", { timeout: 240_000 }, () => {
  let stack: E2eEnvironment;
  let browser: Browser;
  let witness: RawUser;

  before(async () => {
    stack = await environment();
    browser = await openBrowser();
    witness = await freshRawUser(stack.homeserver, "witness");
  });

  it("V2: verify each other: the new one shows it, the old one scans it, and the new one gets the keys of the backup", async () => {
    const { old, fresh, account } = await agreed();
    const picture = await shownCode(fresh, TAG);
    const { code } = await verificationOf(fresh);
    assert.ok(!(await fresh.frame.evaluate(() => document.documentElement.getHTML({ serializableShadowRoots: true }))).includes(code!));
    await old.click(/^scan their code$/i);
    assert.equal(await scanPicture(old, TAG, picture), true);
    await flowIs(old, "confirming");
    await flowIs(fresh, "code-scanned");
    assert.equal(await isDeviceSigned(witness, account, fresh), false, "nobody has confirmed yet");
    await fresh.click(/^yes$/i);
    await Promise.all([flowIs(old, "done"), flowIs(fresh, "done")]);
    await until("the signature at the server", () => isDeviceSigned(witness, account, fresh));
    await fresh.ready();
    await until("the backup being open", () =>
      fresh.frame.evaluate(() => {
        const { recovery } = window.chatSession!;
        recovery.subscribe(() => {});
        return recovery.state.backup.status === "on";
      }),
    );
  });

  it("V2: verify each other when the old one shows it and the new one scans it", async () => {
    const { old, fresh, account } = await agreed();
    const picture = await shownCode(old, TAG);
    await fresh.click(/^scan their code$/i);
    await scanPicture(fresh, TAG, picture);
    await flowIs(old, "code-scanned");
    await old.click(/^yes$/i);
    await Promise.all([flowIs(old, "done"), flowIs(fresh, "done")]);
    await until("the signature at the server", () => isDeviceSigned(witness, account, fresh));
  });

  it("verify nothing by a code of an earlier flow, and end on both sides", async () => {
    const { old, fresh, account } = await agreed();
    const replayed = await shownCode(old, TAG);
    await old.page.keyboard.press("Escape");
    await flowIs(fresh, "cancelled");
    await fresh.click(/^start again$/i);
    await old.click(/^accept$/i);
    await flowIs(fresh, "ready");
    await fresh.click(/^scan their code$/i);
    await scanPicture(fresh, TAG, replayed);
    assert.equal((await flowIs(fresh, "cancelled")).reason, "key-mismatch");
    await flowIs(old, "cancelled");
    assert.equal(await isDeviceSigned(witness, account, fresh), false);
  });

  it("verify nothing by the code of somebody else's device", async () => {
    const [mine, theirs] = await Promise.all([agreed(), agreed()]);
    const foreign = await shownCode(theirs.old, TAG);
    await mine.fresh.click(/^scan their code$/i);
    await scanPicture(mine.fresh, TAG, foreign);
    assert.equal((await flowIs(mine.fresh, "cancelled")).reason, "key-mismatch");
    await flowIs(mine.old, "cancelled");
    for (const { account, fresh } of [mine, theirs]) assert.equal(await isDeviceSigned(witness, account, fresh), false);
  });

  it("verify nothing when the visitor sees that the other one did not scan", async () => {
    const { old, fresh, account } = await agreed();
    const picture = await shownCode(fresh, TAG);
    await old.click(/^scan their code$/i);
    await scanPicture(old, TAG, picture);
    await flowIs(fresh, "code-scanned");
    await fresh.click(/^no$/i);
    assert.equal((await flowIs(fresh, "cancelled")).reason, "mismatch");
    await flowIs(old, "cancelled");
    assert.equal(await isDeviceSigned(witness, account, fresh), false);
  });

  it("go on with emoji when the picture has no code, or the camera may not be used", async () => {
    const { old, fresh, account } = await agreed();
    await fresh.click(/^scan their code$/i);
    await fresh.says(/camera/i);
    const blank = await fresh.frame.evaluate(() =>
      Object.assign(document.createElement("canvas"), { width: 200, height: 200 }).toDataURL(),
    );
    assert.equal(await scanPicture(fresh, TAG, blank), false);
    await fresh.says(/There is no code in this picture/);
    await fresh.click(/^back$/i);
    await fresh.click(/^compare emoji instead$/i);
    await Promise.all([flowIs(old, "emoji"), flowIs(fresh, "emoji")]);
    await Promise.all([old.click(/^they match$/i), fresh.click(/^they match$/i)]);
    await until("the signature at the server", () => isDeviceSigned(witness, account, fresh));
  });

  it("V2: verify each other with a camera", async () => {
    const folder = await mkdtemp(join(tmpdir(), "melo-camera-"));
    atEnd(() => rm(folder, { recursive: true, force: true }));
    const film = join(folder, "code.y4m");
    const seeing = await openBrowser([
      "--use-fake-ui-for-media-stream",
      "--use-fake-device-for-media-stream",
      `--use-file-for-fake-video-capture=${film}`,
    ]);
    const { old, fresh, account } = await agreed(seeing);
    await writeFile(film, await filmOf(old, await shownCode(old, TAG)));
    await fresh.click(/^scan their code$/i);
    await flowIs(old, "code-scanned");
    await old.click(/^yes$/i);
    await Promise.all([flowIs(old, "done"), flowIs(fresh, "done")]);
    await until("the signature at the server", () => isDeviceSigned(witness, account, fresh));
    assert.equal(await fresh.frame.locator("melo-qr-scanner").count(), 0, "and the camera is off");
  });

  /** An old and a new device that have agreed to verify each other. */
  async function agreed(forFresh = browser) {
    const account = await register(stack.homeserver, "alice");
    const old = await ChatPage.signedIn(await openProfile(browser), account, TAGS);
    const fresh = await ChatPage.open(await openProfile(forFresh), TAGS);
    await fresh.signIn(account);
    await fresh.sessionIs("synced and unsigned", ({ status, crossSigning }) => status === "ready" && crossSigning === "missing");
    await fresh.click(/^verify this device$/i);
    await old.click(/^accept$/i);
    await Promise.all([flowIs(old, "ready"), flowIs(fresh, "ready")]);
    return { old, fresh, account };
  }
});

/** One second of a still picture of the code on a grey desk, 640 by 480, as a camera sees it: YUV4MPEG2. */
async function filmOf(page: ChatPage, picture: string): Promise<Buffer> {
  const luma = await page.frame.evaluate(async (url) => {
    const bitmap = await createImageBitmap(await (await fetch(url)).blob());
    const canvas = new OffscreenCanvas(640, 480);
    const context = canvas.getContext("2d")!;
    context.fillStyle = "#999";
    context.fillRect(0, 0, 640, 480);
    context.drawImage(bitmap, 130, 50, 380, 380);
    const { data } = context.getImageData(0, 0, 640, 480);
    return Array.from({ length: 640 * 480 }, (_, index) => data[index * 4]!);
  }, picture);
  const frame = Buffer.concat([Buffer.from("FRAME\n"), Buffer.from(luma), Buffer.alloc((640 * 480) / 2, 128)]);
  return Buffer.concat([Buffer.from("YUV4MPEG2 W640 H480 F20:1 Ip A1:1 C420\n"), ...Array.from({ length: 20 }, () => frame)]);
}
