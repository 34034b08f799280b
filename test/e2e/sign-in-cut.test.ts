// The first sign-in of an account when the tab crashes before each of its steps: what the next start finds, and finishes (docs/reliability.md).

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { Browser } from "playwright-core";

import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { crash } from "./support/crash.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { freshRawUser, register, signIn, type RawUser } from "./support/homeserver.ts";
import { until } from "./support/until.ts";
import { isDeviceSigned } from "./support/verifying.ts";

describe("the first sign-in of an account, cut off", { timeout: 300_000 }, () => {
  let stack: E2eEnvironment;
  let browser: Browser;
  let witness: RawUser;

  before(async () => {
    stack = await environment();
    browser = await openBrowser();
    witness = await freshRawUser(stack.homeserver, "witness");
  });

  const steps: readonly (readonly [step: string, path: RegExp])[] = [
    ["the device's keys", /\/keys\/upload/],
    ["the identity", /\/keys\/device_signing\/upload/],
    ["the identity's signature of the device", /\/keys\/signatures\/upload/],
    ["the backup", /\/room_keys\/version/],
  ];
  for (const [step, path] of steps) {
    it(`before the server took ${step}: finished at the next start, by the same device`, async () => {
      const account = await register(stack.homeserver, "alice");
      const profile = await openProfile(browser);
      const first = await ChatPage.open(profile);
      const held = Promise.withResolvers<void>();
      await first.page.route(path, (route) => (route.request().method() === "POST" ? held.resolve() : route.fallback()));
      await first.signIn(account);
      await held.promise;
      const { deviceId } = (await first.session()).account!;
      await crash(first.page);
      await first.close();

      const again = await ChatPage.open(profile);
      assert.equal((await again.ready()).account?.deviceId, deviceId);
      assert.ok(await isDeviceSigned(witness, account, again), "signed at the server");
      const raw = await signIn(stack.homeserver, account);
      await until("a backup", () => raw.call("GET", "/_matrix/client/v3/room_keys/version").catch(() => undefined));
      await until("a backup that this device has the key of", () =>
        again.frame.evaluate(() => {
          const { recovery } = window.chatSession!;
          recovery.subscribe(() => {}, { signal: AbortSignal.timeout(1000) });
          return recovery.state.backup.status === "on";
        }),
      );
      assert.deepEqual(again.log.refusedKeyUploads, []);
    });
  }
});
