import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { before, describe, it } from "node:test";

import type { Browser } from "playwright-core";

import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { register, signIn } from "./support/homeserver.ts";
import { secret } from "./support/secrets.ts";
import { storedData } from "./support/stored-data.ts";
import { until } from "./support/until.ts";

describe("signing in and being signed out", () => {
  let stack: E2eEnvironment;
  let browser: Browser;

  before(async () => {
    stack = await environment();
    browser = await openBrowser();
  });

  it("says that a password is wrong, and takes the right one after that", async () => {
    const alice = await register(stack.homeserver, "alice");
    const chat = await ChatPage.open(await openProfile(browser));
    await chat.signIn({ name: alice.name, password: "not this one" });
    await chat.says(/the name or the password is not right/i);
    assert.equal((await chat.session()).status, "signed-out");
    await chat.signIn(alice);
    assert.equal((await chat.ready()).account?.userId, alice.userId);
  });

  it("takes a signed token of the host page (JWT)", async () => {
    const alice = await register(stack.homeserver, "alice");
    const chat = await ChatPage.open(await openProfile(browser));
    const token = jwt(stack.jwt, alice.name);
    await chat.status("signed-out");
    await chat.frame.evaluate((value) => window.chatSession!.signIn({ type: "jwt", token: value }), token);
    assert.equal((await chat.ready()).account?.userId, alice.userId);
  });

  it("refuses a token that somebody else signed", async () => {
    const alice = await register(stack.homeserver, "alice");
    const chat = await ChatPage.open(await openProfile(browser));
    const token = jwt({ ...stack.jwt, secret: "a secret that the server does not know" }, alice.name);
    await chat.status("signed-out");
    const code = await chat.frame.evaluate(
      (value) =>
        window.chatSession!.signIn({ type: "jwt", token: value }).then(
          () => "none",
          ({ code }: { code: string }) => code,
        ),
      token,
    );
    assert.equal(code, "login-rejected");
  });

  it("takes a login token, as single sign-on brings one back", async () => {
    const alice = await register(stack.homeserver, "alice");
    const elsewhere = await signIn(stack.homeserver, alice);
    const { login_token } = await elsewhere.call<{ login_token: string }>("POST", "/_matrix/client/v1/login/get_token", {});
    await elsewhere.logout();
    const chat = await ChatPage.open(await openProfile(browser));
    await chat.status("signed-out");
    await chat.frame.evaluate((value) => window.chatSession!.signIn({ type: "token", token: value }), login_token);
    assert.equal((await chat.ready()).account?.userId, alice.userId);
  });

  it("asks the host page for its session once, however many tabs open at the same time", async () => {
    const alice = await register(stack.homeserver, "alice");
    const device = await signIn(stack.homeserver, alice);
    const profile = await openProfile(browser);
    let asked = 0;
    await profile.exposeFunction("askForCredentials", () => {
      asked++;
      return { userId: device.userId, deviceId: device.deviceId, accessToken: device.accessToken };
    });
    const tabs = await Promise.all([1, 2, 3].map(() => ChatPage.open(profile, { credentials: "ask" })));
    for (const tab of tabs) assert.equal((await tab.ready()).account?.deviceId, device.deviceId);
    assert.equal(asked, 1);
  });

  it("L3: says so when the account was signed out elsewhere, in every tab, and keeps nothing", async () => {
    const alice = await register(stack.homeserver, "alice");
    const profile = await openProfile(browser);
    const first = await ChatPage.signedIn(profile, alice);
    const second = await ChatPage.open(profile);
    const deviceId = (await second.ready()).account!.deviceId;
    const elsewhere = await signIn(stack.homeserver, alice);
    await elsewhere.deleteDevice(deviceId, alice.password);
    for (const tab of [first, second]) {
      await tab.status("signed-out");
      await tab.says(/you were signed out on another device/i);
    }
    const stored = await storedData(first.frame);
    assert.ok(!stored.includes(deviceId));
  });

  it("L4: after a soft logout asks for the password alone, goes on as the same device, and reads what it read before", async () => {
    const alice = await register(stack.homeserver, "alice");
    const profile = await openProfile(browser);
    const chat = await ChatPage.signedIn(profile, alice);
    const room = await chat.createRoom({ name: "Garden" });
    await chat.showRoom(room);
    const text = await secret();
    await chat.send(text);
    await chat.shows([text]);
    await until("the message being on the server", async () =>
      (await chat.items(room)).every((item) => item.kind !== "message" || !item.send),
    );
    const { deviceId } = (await chat.session()).account!;

    // What a server answers whose sessions end after a time: this one's never do.
    const ended = { status: 401, json: { errcode: "M_UNKNOWN_TOKEN", error: "The session has ended.", soft_logout: true } };
    await profile.route(/\/_matrix\/client\/v3\/sync/, (route) => route.fulfill(ended));
    await (await signIn(stack.homeserver, alice)).logout(); // something happens, so that the running request has an answer
    await chat.status("locked");
    await chat.reload({ room });
    await chat.status("locked");
    await profile.unroute(/\/_matrix\/client\/v3\/sync/);
    const field = chat.frame.locator("melo-session > melo-login").locator("input[type='password']");
    await field.fill(alice.password);
    await field.press("Enter");
    assert.equal((await chat.ready()).account?.deviceId, deviceId);
    await chat.shows([text]);
  });

  it("X6: gives the page to another account, with other tabs open: nothing of the one before is left", async () => {
    const [alice, bob] = await Promise.all([register(stack.homeserver, "alice"), register(stack.homeserver, "bob")]);
    const profile = await openProfile(browser);
    const first = await ChatPage.signedIn(profile, alice);
    const second = await ChatPage.open(profile);
    await second.ready();
    const before = (await first.session()).account!;
    const room = await first.createRoom({ name: "Garden" });
    await second.frame.evaluate(() => window.chatSession!.signOut());
    for (const tab of [first, second]) await tab.status("signed-out");
    await first.signIn(bob);
    assert.equal((await first.ready()).account?.userId, bob.userId);
    assert.equal((await second.ready()).account?.userId, bob.userId, "the other tab follows");
    const stored = await storedData(first.frame);
    for (const trace of [before.deviceId, before.userId, room]) assert.ok(!stored.includes(trace), trace);
    const names = await first.frame.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
    const foreign = names.filter((name) => name?.includes("matrix-sdk-crypto") && !name.includes(bob.userId));
    assert.deepEqual(foreign, [], "no crypto store but his");
  });
});

/** A token as a host page's server signs it. RFC 7519, HS256. */
function jwt({ secret: key, issuer, audience }: E2eEnvironment["jwt"], name: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = `${part({ alg: "HS256", typ: "JWT" })}.${part({ sub: name, iss: issuer, aud: audience, exp: Math.floor(Date.now() / 1000) + 600 })}`;
  return `${claims}.${createHmac("sha256", key).update(claims).digest("base64url")}`;
}
