// The recovery key and the backup when the tab crashes after each of their steps: what the next start finds, and that there is always a next step (docs/reliability.md).

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { Browser, BrowserContext } from "playwright-core";

import type { BackupState, RecoveryState } from "../../src/crypto/recovery-state.js";
import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { crash } from "./support/crash.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { register, signIn, type Account, type RawUser } from "./support/homeserver.ts";
import { openSecret } from "./support/open-secrets.ts";
import { fillBackup } from "./support/room-keys.ts";
import { storedRoomKeys } from "./support/stored-room-keys.ts";
import { until } from "./support/until.ts";

const SECRETS = ["m.cross_signing.master", "m.cross_signing.user_signing", "m.cross_signing.self_signing", "m.megolm_backup.v1"];
const KEYS = 60;

type Cut = readonly [step: string, method: string, path: RegExp];
const written: readonly Cut[] = [
  ["the key's description", "PUT", /account_data\/m\.secret_storage\.key\./],
  ["the pointer to the key", "PUT", /account_data\/m\.secret_storage\.default_key/],
  ...SECRETS.map((name): Cut => [name, "PUT", new RegExp(`account_data/${name.replaceAll(".", "\\.")}`)]),
];

describe("the recovery key, cut off", { timeout: 600_000 }, () => {
  let stack: E2eEnvironment;
  let browser: Browser;

  before(async () => {
    stack = await environment();
    browser = await openBrowser();
  });

  for (const [index, [step, method, path]] of written.entries()) {
    it(`in set-up, before the server took ${step}: made again`, async () => {
      const { profile, raw, page } = await someone();
      const again = await cutOff(page, profile, method, path, () => void window.chatSession!.recovery.setUp().catch(() => {}));
      const found = index < 2 ? "none" : "out-of-sync";
      await recoveryIs(again, found);
      const key = await again.frame.evaluate(
        (name) => (name === "none" ? window.chatSession!.recovery.setUp() : window.chatSession!.recovery.change()),
        found,
      );
      await recoveryIs(again, "ready");
      await opensAll(raw, key);
    });

    it(`in a change, before the server took ${step}: ${index < 2 ? "the former key opens all" : "made again"}`, async () => {
      const { profile, raw, page } = await someone();
      const former = await page.frame.evaluate(() => window.chatSession!.recovery.setUp());
      const again = await cutOff(page, profile, method, path, () => void window.chatSession!.recovery.change().catch(() => {}));
      await recoveryIs(again, index < 2 ? "ready" : "out-of-sync");
      if (index < 2) return opensAll(raw, former);
      await opensAll(raw, await again.frame.evaluate(() => window.chatSession!.recovery.change()));
      await recoveryIs(again, "ready");
    });
  }

  const entered: readonly (readonly [...cut: Cut, found: "locked" | "ready"])[] = [
    ["it learned the identity", "POST", /\/keys\/query/, "locked"],
    ["its signature was taken", "POST", /\/keys\/signatures\/upload/, "locked"],
    ["it learned of the backup", "GET", /\/room_keys\/version/, "locked"],
    ["it got the backup's keys", "GET", /\/room_keys\/keys/, "ready"],
  ];
  for (const [step, method, path, found] of entered) {
    it(`on a device that enters it, before ${step}: ${found === "locked" ? "entered again" : "finished by itself"}`, async () => {
      const { account, raw, page } = await someone();
      const key = await page.frame.evaluate(() => window.chatSession!.recovery.setUp());
      await fillBackup(raw, KEYS);
      const profile = await openProfile(browser);
      const second = await ChatPage.open(profile);
      await second.signIn(account);
      await second.sessionIs("not verified", (state) => state.status === "ready" && state.crossSigning === "missing");
      await recoveryIs(second, "locked");
      const again = await cutOff(
        second,
        profile,
        method,
        path,
        (text) => void window.chatSession!.recovery.enter(text!).catch(() => {}),
        key,
      );
      await again.synced();
      await recoveryIs(again, found);
      if (found === "locked") await again.frame.evaluate((text) => window.chatSession!.recovery.enter(text), key);
      await again.ready();
      await recoveryIs(again, "ready");
      await until("all keys of the backup", async () => (await storedRoomKeys(again.frame)) >= KEYS);
      await backupIs(again, "on", ({ status: found, restoring }) => found === "on" && !restoring);
    });
  }

  const off: readonly (readonly [...cut: Cut, after: "on" | "off"])[] = [
    ["the choice was recorded", "PUT", /account_data\/m\.key_backup/, "on"],
    ["the choice was recorded for Element", "PUT", /account_data\/m\.org\.matrix\.custom/, "on"],
    ["the backup was deleted", "DELETE", /room_keys\/version/, "on"],
    ["the recovery key was rid of it", "PUT", /account_data\/m\.megolm_backup/, "off"],
  ];
  for (const [step, method, path, after] of off) {
    it(`turning the backup off, before ${step}: ${after === "on" ? "turned off again" : "done"}`, async () => {
      const { profile, raw, page } = await someone();
      await page.frame.evaluate(() => window.chatSession!.recovery.setUp());
      const again = await cutOff(page, profile, method, path, () => void window.chatSession!.recovery.turnBackupOff().catch(() => {}));
      await backupIs(again, after, ({ status, turnedOff }) => status === after && (after === "on" || turnedOff === true));
      if (after === "on") await again.frame.evaluate(() => window.chatSession!.recovery.turnBackupOff());
      await backupIs(again, "turned off", ({ status, turnedOff }) => status === "off" && turnedOff === true);
      await recoveryIs(again, "ready");
      assert.equal(await raw.call("GET", "/_matrix/client/v3/room_keys/version").catch(() => "none"), "none");
    });
  }

  it("turning the backup on, before it begins: on by another click", async () => {
    const { profile, raw, page } = await someone();
    await page.frame.evaluate(async () => {
      await window.chatSession!.recovery.setUp();
      await window.chatSession!.recovery.turnBackupOff();
    });
    const on = () => void window.chatSession!.recovery.turnBackupOn().catch(() => {});
    const again = await cutOff(page, profile, "POST", /room_keys\/version/, on);
    await backupIs(again, "off", ({ status, turnedOff }) => status === "off" && !turnedOff);
    await again.frame.evaluate(() => window.chatSession!.recovery.turnBackupOn());
    await recoveryIs(again, "out-of-sync");
    await opensAll(raw, await again.frame.evaluate(() => window.chatSession!.recovery.change()));
    await recoveryIs(again, "ready");
  });

  /** Somebody with a first device and a backup that began by itself. */
  async function someone(): Promise<{ account: Account; raw: RawUser; profile: BrowserContext; page: ChatPage }> {
    const account = await register(stack.homeserver, "alice");
    const raw = await signIn(stack.homeserver, account);
    const profile = await openProfile(browser);
    const page = await ChatPage.signedIn(profile, account);
    await until("a backup", () => raw.call("GET", "/_matrix/client/v3/room_keys/version").catch(() => undefined));
    return { account, raw, profile, page };
  }
});

/** Begins the work, lets no such request through, kills the tab, and opens the next one. */
async function cutOff(
  chat: ChatPage,
  profile: BrowserContext,
  method: string,
  path: RegExp,
  work: (key?: string) => void,
  key?: string,
): Promise<ChatPage> {
  const held = Promise.withResolvers<void>();
  await chat.page.route(path, (route) => (route.request().method() === method ? held.resolve() : route.fallback()));
  await chat.frame.evaluate(work, key);
  await held.promise;
  await crash(chat.page);
  await chat.close();
  return ChatPage.open(profile);
}

async function opensAll(user: RawUser, key: string): Promise<void> {
  for (const name of SECRETS) assert.match(await openSecret(user, key, name), /^[\w+/]{43}=?$/);
}

async function recoveryIs(chat: ChatPage, ...statuses: RecoveryState["status"][]): Promise<RecoveryState["status"]> {
  return (await stateIs(chat, statuses.join(" or "), ({ status }) => statuses.includes(status))).status;
}

async function backupIs(chat: ChatPage, what: string, passes: (state: BackupState) => boolean): Promise<void> {
  await stateIs(chat, what, ({ backup }) => passes(backup));
}

async function stateIs(chat: ChatPage, what: string, passes: (state: RecoveryState) => boolean): Promise<RecoveryState> {
  return until(
    `a recovery that is ${what}`,
    async () => {
      const state = await chat.frame.evaluate(() => {
        const recovery = window.chatSession?.state.status === "ready" ? window.chatSession.recovery : undefined;
        recovery?.subscribe(() => {}, { signal: AbortSignal.timeout(1000) });
        return structuredClone(recovery?.state);
      });
      if (!state || !passes(state)) throw new Error(JSON.stringify(state));
      return state;
    },
    60_000,
  );
}
