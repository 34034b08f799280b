import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { Page } from "playwright-core";

import { openBrowser, openProfile } from "./support/browser.ts";
import { environment } from "./support/environment.ts";
import { freshRawUser } from "./support/homeserver.ts";

describe("a crypto store", () => {
  let page: Page;
  let open: (deviceId: string, key: number) => ReturnType<Window["openCryptoStore"]>;

  before(async () => {
    const { homeserver, pages } = await environment();
    const { userId, accessToken } = await freshRawUser(homeserver, "alice");
    page = await (await openProfile(await openBrowser())).newPage();
    await page.goto(`${pages}/store.html`);
    await page.waitForFunction(() => "openCryptoStore" in window, undefined, { polling: 50 });
    open = (deviceId, key) =>
      page.evaluate(([account, bytes]) => window.openCryptoStore(account, "melo-e2e", bytes), [
        { homeserver, userId, deviceId, accessToken },
        key,
      ] as const);
  });

  it("is the same device again with its own key, also after a reload", async () => {
    const first = await open("GARDENGATE", 1);
    assert.ok("ed25519" in first);
    assert.deepEqual(await open("GARDENGATE", 1), first);
    await page.reload();
    await page.waitForFunction(() => "openCryptoStore" in window, undefined, { polling: 50 });
    assert.deepEqual(await open("GARDENGATE", 1), first);
  });

  it("opened with another key gives store-wrong-key", async () => {
    assert.deepEqual(await open("GARDENGATE", 2), { error: "store-wrong-key" });
  });

  it("opened by another device gives store-other-device", async () => {
    assert.deepEqual(await open("KITCHENDOOR", 1), { error: "store-other-device" });
  });

  it("is none the worse for it", async () => {
    assert.ok("ed25519" in (await open("GARDENGATE", 1)));
  });
});
