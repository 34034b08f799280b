import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { Browser, Locator } from "playwright-core";

import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { register, signIn, type Account } from "./support/homeserver.ts";
import { secret } from "./support/secrets.ts";
import { storedData } from "./support/stored-data.ts";
import { until } from "./support/until.ts";

describe("the devices of an account", { timeout: 300_000 }, () => {
  let stack: E2eEnvironment;
  let browser: Browser;

  before(async () => {
    stack = await environment();
    browser = await openBrowser();
  });

  it("L5: are listed, the current one first and verified; a name goes to the server and survives a reload", async () => {
    const { alice, here, hereId, thereId } = await twoBrowsers();
    await showDevices(here);
    await rowOf(here, thereId).waitFor();
    const rows = here.frame.locator("melo-device-row");
    assert.equal(await rows.first().getAttribute("data-id"), hereId);
    for (const words of [/^this device$/i, /^\s*verified$/i, /^in use now/i]) await rows.first().getByText(words).waitFor();
    for (const words of [/^\s*not verified$/i, /^last seen just now/i]) await rowOf(here, thereId).getByText(words).waitFor();

    await rowOf(here, thereId)
      .getByRole("button", { name: /rename/i })
      .click();
    const field = here.frame.getByRole("textbox", { name: /name of the device/i });
    await field.fill("Garden <b>shed</b>");
    await field.press("Enter");
    await rowOf(here, thereId).getByText("Garden <b>shed</b>", { exact: true }).waitFor();
    assert.equal((await atServer(alice)).get(thereId), "Garden <b>shed</b>");

    await here.reload();
    await here.ready();
    await showDevices(here);
    await rowOf(here, thereId).getByText("Garden <b>shed</b>", { exact: true }).waitFor();
    assert.deepEqual(here.log.errors, []);
  });

  it("L5, L6: that appear while the list is open are marked as new, and signed out with the password from a follower tab: a wrong one ends nobody", async () => {
    const { alice, here, hereId, there, thereId } = await twoBrowsers();
    const follower = await ChatPage.open(here.page.context());
    await follower.ready();
    assert.deepEqual([(await here.session()).role, (await follower.session()).role], ["owner", "follower"]);
    await showDevices(follower);
    await rowOf(follower, thereId).waitFor();

    const later = await another(browser, alice);
    const laterId = (await later.session()).account!.deviceId;
    await rowOf(follower, laterId)
      .getByText(/was this you\?/i)
      .waitFor();
    assert.equal(
      await rowOf(follower, thereId)
        .getByText(/was this you\?/i)
        .count(),
      0,
      "what was there before is not new",
    );
    await rowOf(follower, laterId)
      .getByRole("button", { name: /this was me/i })
      .click();
    await rowOf(follower, laterId)
      .getByText(/was this you\?/i)
      .waitFor({ state: "hidden" });

    await rowOf(follower, thereId)
      .getByRole("button", { name: /^sign out/i })
      .click();
    const dialog = follower.frame.getByRole("dialog");
    await dialog.getByRole("button", { name: /^sign out/i }).click();
    const field = follower.frame.locator("melo-device-sign-out input[type='password']");
    const wrong = await secret();
    await field.fill(wrong);
    await field.press("Enter");
    await follower.says(/the password is not right/i);
    assert.ok((await atServer(alice)).has(thereId), "a wrong password signs nobody out");
    assert.equal((await there.session()).status, "ready");

    await field.fill(alice.password);
    await field.press("Enter");
    await rowOf(follower, thereId).waitFor({ state: "detached" });
    assert.deepEqual([...(await atServer(alice)).keys()].sort(), [hereId, laterId].sort(), "the server has ended that one, and no other");
    await there.status("signed-out");
    await there.says(/you were signed out on another device/i);
    assert.equal((await later.session()).status, "ready");

    for (const tab of [here, follower]) {
      const stored = await storedData(tab.frame);
      for (const password of [wrong, alice.password]) {
        assert.ok(!stored.includes(password), "no password is kept");
        assert.ok(!(await tab.visibleText()).includes(password));
      }
      assert.deepEqual(tab.log.errors, []);
    }
    assert.equal(await field.count(), 0, "nor the field that held it");
  });

  it("L6: a new one is told of on any page, until the visitor says that it was them; the next one is told of again", async () => {
    const tags = ["melo-encryption-status"];
    const alice = await register(stack.homeserver, "alice");
    await signIn(stack.homeserver, alice); // one without keys reads nothing: nobody is bothered
    const here = await ChatPage.signedIn(await openProfile(browser), alice, { tags });
    const status = here.frame.locator("melo-encryption-status");
    const isQuiet = () => status.evaluate((tag) => tag.matches(":state(ok):state(quiet)"));
    await until("silence", isQuiet);
    const there = await another(browser, alice);
    const thereId = (await there.session()).account!.deviceId;
    await here.says(/A new device is signed in to your account, and nobody has verified it\. Was this you\?/);
    await here.click(/^look at your devices$/i);
    await rowOf(here, thereId)
      .getByText(/was this you\?/i)
      .waitFor();
    await here.page.keyboard.press("Escape");
    await rowOf(here, thereId).waitFor({ state: "detached" });
    await here.click(/^this was me$/i);
    await until("silence again", isQuiet);
    await here.reload({ tags });
    await until("silence after a reload", isQuiet);
    await another(browser, alice);
    await here.says(/A new device is signed in to your account/);
  });

  it("L5: are signed out together; the current one never is", async () => {
    const { alice, here, hereId, thereId } = await twoBrowsers();
    const bare = await signIn(stack.homeserver, alice);
    await showDevices(here);
    await rowOf(here, bare.deviceId)
      .getByText(/reads no encrypted messages/i)
      .waitFor();

    const refused = await here.frame.evaluate(
      ([ids, password]) =>
        window.chatSession!.devices.signOut(ids, password).then(
          () => "none",
          ({ code }: { code: string }) => code,
        ),
      [[hereId, thereId], alice.password] as const,
    );
    assert.equal(refused, "forbidden");
    const needed = await here.frame.evaluate(
      (ids) =>
        window.chatSession!.devices.signOut(ids).then(
          () => "none",
          ({ code }: { code: string }) => code,
        ),
      [thereId],
    );
    assert.equal(needed, "password-needed");

    await here.frame.getByRole("checkbox", { name: /select all others/i }).check();
    await here.frame.getByRole("button", { name: /sign out selected/i }).click();
    await here.frame
      .getByRole("dialog")
      .getByRole("button", { name: /^sign them out/i })
      .click();
    const field = here.frame.locator("melo-device-sign-out input[type='password']");
    await field.fill(alice.password);
    await here.frame
      .getByRole("dialog")
      .getByRole("button", { name: /^sign them out/i })
      .click();
    await here.says(/only this device is signed in/i);
    assert.deepEqual([...(await atServer(alice)).keys()], [hereId]);
    assert.equal((await here.session()).status, "ready");
  });

  /** What the server knows of the account's devices: names by id. */
  async function atServer(account: Account): Promise<Map<string, string | undefined>> {
    const raw = await signIn(stack.homeserver, account);
    const { devices } = await raw.call<{ devices: { device_id: string; display_name?: string }[] }>("GET", "/_matrix/client/v3/devices");
    await raw.logout();
    const others = devices.filter(({ device_id }) => device_id !== raw.deviceId);
    return new Map(others.map(({ device_id, display_name }) => [device_id, display_name]));
  }

  /** Alice in two browsers; nobody has verified the second. */
  async function twoBrowsers() {
    const alice = await register(stack.homeserver, "alice");
    const here = await ChatPage.signedIn(await openProfile(browser), alice);
    const there = await another(browser, alice);
    const [hereId, thereId] = [(await here.session()).account!.deviceId, (await there.session()).account!.deviceId];
    return { alice, here, hereId, there, thereId };
  }
});

/** The same account in a browser of its own. */
async function another(browser: Browser, account: Account): Promise<ChatPage> {
  const chat = await ChatPage.open(await openProfile(browser));
  await chat.signIn(account);
  await chat.synced();
  return chat;
}

async function showDevices(chat: ChatPage): Promise<void> {
  await chat.frame.evaluate(() => window.showTag("melo-device-list"));
}

function rowOf(chat: ChatPage, deviceId: string): Locator {
  return chat.frame.locator(`melo-device-row[data-id="${deviceId}"]`);
}
