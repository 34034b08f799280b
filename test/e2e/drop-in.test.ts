// The demo's drop-in page as it is: a site with a strict policy and Trusted Types, one script tag of the built bundle from another origin, and a chat.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";

import type { Browser } from "playwright-core";

import { dropInPage } from "../../demo/drop-in-page.ts";
import { buildCdn } from "../../demo/stack/cdn-build.ts";
import { StaticServer } from "../../demo/stack/static-server.ts";
import { atEnd } from "./support/at-end.ts";
import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { environment } from "./support/environment.ts";
import { register, signIn } from "./support/homeserver.ts";
import { PageLog } from "./support/page-log.ts";
import { secret } from "./support/secrets.ts";
import { until } from "./support/until.ts";

let browser: Browser;
let cdn: StaticServer;

before(async () => {
  cdn = new StaticServer({
    name: "CDN",
    port: 0,
    folder: fileURLToPath(new URL("../../dist/cdn", import.meta.url)),
    headers: { "access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin" },
    prepare: buildCdn,
  });
  await cdn.prepare();
  await cdn.start();
  atEnd(() => cdn.stop());
  browser = await openBrowser();
});

test(
  "one script of another origin gives a site under a strict policy an encrypted chat, without one violation",
  { timeout: 180_000 },
  async () => {
    const { homeserver, serverName } = await environment();
    const [alice, bob] = await Promise.all([register(homeserver, "alice"), register(homeserver, "bob")]);
    const his = await ChatPage.signedIn(await openProfile(browser), bob);
    const alias = bob.name.replace("bob", "quince");
    const room = await his.createRoom({ name: "Quince Lane", alias, public: true });
    await his.showRoom(room);

    const hers = await openDropIn(`#${alias}:${serverName}`);
    const form = hers.frame.locator("melo-room melo-login");
    await form.locator("input[autocomplete~='username']").fill(alice.name);
    await form.locator("input[type='password']").fill(alice.password);
    await form.locator("input[type='password']").press("Enter");
    await hers.frame.getByRole("button", { name: /^join/i }).click({ timeout: 60_000 });
    await hers.frame.locator("melo-composer").getByRole("textbox").waitFor({ timeout: 45_000 });
    await until("her in his room", () => his.frame.evaluate((id) => window.chatSession!.room(id).room.state.joinedCount === 2, room));
    // Both sides sign their devices at first sign-in; what is sent before that is known would be held back.
    const witness = await signIn(homeserver, bob);
    await until("her signed device", async () =>
      (await witness.publishedDevices(alice.userId)).some(({ signedBy }) => signedBy.length > 1),
    );
    const [question, answer] = [await secret(), await secret()];
    await his.send(`**${question}** and *a list*`);
    await hers.shows([`${question} and a list`]);
    await hers.send(answer);
    await his.shows([answer]);
    assert.deepEqual(
      (await witness.events(room)).filter(({ type }) => type === "m.room.message"),
      [],
      "the server stores no clear message",
    );

    await hers.page.reload();
    await hers.shows([`${question} and a list`, answer], 60_000);

    assert.deepEqual(hers.log.violations, []);
    assert.deepEqual(hers.log.errors, []);
    const scripts = await hers.page.evaluate(() => Array.from(document.querySelectorAll("script"), ({ src }) => new URL(src).origin));
    assert.deepEqual(scripts, [cdn.address], "one script tag");
    const asked = new Set(hers.log.requests.filter(({ url }) => url.startsWith("http")).map(({ url }) => new URL(url).origin));
    assert.deepEqual(asked, new Set([new URL(hers.page.url()).origin, cdn.address, homeserver]));
  },
);

test("this test can tell: the page's policy forbids what it should, and the log hears of it", { timeout: 60_000 }, async () => {
  const { pages } = await environment();
  const hers = await openDropIn("#nowhere:localhost");
  const outcome = await hers.page.evaluate(async (stranger) => {
    const results: string[] = [];
    try {
      document.createElement("p").innerHTML = "<b>markup</b>";
      results.push("markup");
    } catch {
      results.push("no markup");
    }
    results.push(
      await fetch(stranger).then(
        () => "stranger",
        () => "no stranger",
      ),
    );
    return results;
  }, pages);
  assert.deepEqual(outcome, ["no markup", "no stranger"]);
  await until("both violations", () => hers.log.violations.length === 2);
});

/** The demo's page, on an origin of its own, with its own headers. */
async function openDropIn(room: string): Promise<ChatPage> {
  const { homeserver } = await environment();
  const site = new StaticServer({
    name: "Drop-in page",
    port: 0,
    folder: fileURLToPath(new URL("../../demo", import.meta.url)),
    async answer(path) {
      if (path !== "/") return undefined;
      const { html, headers } = await dropInPage({ cdn: cdn.address, homeserver }, room, { username: "nobody", password: "nothing" });
      return { body: html, headers };
    },
  });
  await site.start();
  atEnd(() => site.stop());
  const page = await (await openProfile(browser)).newPage();
  const chat = new ChatPage(page.mainFrame(), await PageLog.of(page), { homeserver });
  await page.goto(`${site.address}/`);
  return chat;
}
