// What a whole visit leaves behind: nothing that a later visitor of this browser, the page's owner or a third party could use.

import assert from "node:assert/strict";
import { before, test } from "node:test";

import type { Browser } from "playwright-core";

import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { environment } from "./support/environment.ts";
import { register } from "./support/homeserver.ts";
import type { PageLog } from "./support/page-log.ts";
import { kept, keptResidue, leaks, visibleResidue, watchRandomKeys, type Residue } from "./support/residue.ts";
import { newMarker, secret } from "./support/secrets.ts";
import { until } from "./support/until.ts";

/** The site's own key, under which nothing is kept any more: it is made at the first visit, and belongs to nobody. */
const NOTHING = { records: ['melo / vault / ["key"]'], localStorage: [], sessionStorage: [], caches: [], serviceWorkers: [] };

let browser: Browser;

before(async () => {
  browser = await openBrowser();
});

test(
  "a visit from sign-in to sign-out leaves no secret anywhere, and asks nobody but the homeserver and its own site",
  { timeout: 180_000 },
  async () => {
    const { homeserver, pages } = await environment();
    const [alice, bob] = await Promise.all([register(homeserver, "alice"), register(homeserver, "bob")]);
    const profile = await openProfile(browser);
    const randomKeys = await watchRandomKeys(profile);
    const his = await ChatPage.signedIn(await openProfile(browser), bob);

    const hers = await ChatPage.open(profile);
    const login = hers.page.waitForResponse((response) => response.url().endsWith("/login") && response.request().method() === "POST");
    await hers.signIn(alice);
    const { access_token: token, device_id: deviceId } = (await (await login).json()) as { access_token: string; device_id: string };
    await hers.ready();
    const second = await ChatPage.open(profile);
    await second.status("ready");

    const room = await his.createRoom({ name: "Diary", invite: [alice.userId] });
    await Promise.all([hers.showRoom(room), his.showRoom(room), second.showRoom(room)]);
    await hers.click(/^(accept|join)/i);
    await until("her in the room", () => his.frame.evaluate((id) => window.chatSession!.room(id).room.state.joinedCount === 2, room));
    await hers.frame.locator("melo-composer").getByRole("textbox").waitFor();
    const [read, written, draft] = await Promise.all([secret(), secret(), secret()]);
    await his.send(read);
    await Promise.all([hers.shows([read]), second.shows([read])]);
    await hers.send(written);
    await Promise.all([his.shows([written]), second.shows([written])]);
    await hers.frame.locator("melo-composer").getByRole("textbox").pressSequentially(draft);
    await until("the draft kept", () =>
      hers.frame.evaluate(async ([id, text]) => (await window.chatSession!.drafts.load(id!)) === text, [room, draft]),
    );

    const credentials = new Map([
      ["access token", token],
      ["password", alice.password],
    ]);
    const texts = new Map([
      ["message read", read],
      ["message written", written],
      ["draft", draft],
    ]);
    const keys = new Map(randomKeys().map((key, index) => [`random key ${index}`, key]));
    assert.ok(keys.size > 0, "keys were drawn");

    // While signed in: what is kept is unreadable, and credentials are not in the page.
    const during = await keptResidue(hers.page);
    assert.ok(during.length > 100, "a signed-in session keeps something");
    assert.deepEqual(leaks(new Map([...credentials, ...texts]), during), [], "kept while signed in");
    assert.deepEqual(rawLeaks(keys, during), [], "keys kept in the open while signed in");
    assert.deepEqual(
      during.filter(({ text }) => text === "EXTRACTABLE-CRYPTO-KEY"),
      [],
      "keys that a script could take along",
    );
    for (const { page } of [hers, second]) assert.deepEqual(leaks(credentials, await visibleResidue(page)), [], "shown while signed in");

    await hers.click(/^sign out$/i);
    await hers.frame
      .getByRole("dialog")
      .getByRole("button", { name: /^sign out anyway$/i }) // there is no recovery key
      .click();
    await Promise.all([hers.status("signed-out"), second.status("signed-out")]);
    await Promise.all([hers, second].map(({ frame }) => frame.locator("melo-login input[type='password']").first().waitFor()));

    const all = new Map([...credentials, ...texts]);
    for (const [name, tab] of [
      ["the tab that signed out", hers],
      ["the other tab", second],
    ] as const) {
      assert.deepEqual(leaks(all, await visibleResidue(tab.page)), [], `shown by ${name}`);
      assert.deepEqual(leaks(all, spoken(tab.log)), [], `in the console and the addresses of ${name}`);
      assert.deepEqual(tab.log.errors, [], `uncaught errors in ${name}`);
      const strangers = tab.log.requests.filter(
        ({ url }) => /^(https?|wss?):/.test(url) && ![homeserver, pages].includes(new URL(url).origin),
      );
      assert.deepEqual(
        strangers.map(({ url }) => url),
        [],
        `requests of ${name} to strangers`,
      );
      const astray = tab.log.requests.filter(({ url, headers }) => headers["authorization"] && new URL(url).origin !== homeserver);
      assert.deepEqual(
        astray.map(({ url }) => url),
        [],
        `requests of ${name} that took the token elsewhere`,
      );
    }
    assert.ok(
      hers.log.requests.some(({ headers }) => headers["authorization"] === `Bearer ${token}`),
      "the token is seen where it belongs",
    );
    assert.deepEqual(
      await until("an empty browser", async () => {
        const left = await kept(hers.page);
        if (JSON.stringify(left) === JSON.stringify(NOTHING)) return left;
        throw new Error(JSON.stringify(left));
      }),
      NOTHING,
    );

    const answer = await fetch(`${homeserver}/_matrix/client/v3/account/whoami`, { headers: { authorization: `Bearer ${token}` } });
    assert.equal(answer.status, 401, "the session is over on the server");

    // The next visitor of this browser finds nothing either.
    await hers.reload();
    await hers.status("signed-out");
    const after = [...(await keptResidue(hers.page)), ...(await visibleResidue(hers.page))];
    assert.deepEqual(leaks(new Map([...all, ["device id", deviceId], ["user id", alice.userId]]), after), [], "after a reload");
  },
);

test("this scan can tell: it finds a secret in each place where one could lie", { timeout: 60_000 }, async () => {
  const chat = await ChatPage.open(await openProfile(browser));
  const marker = newMarker();
  await chat.frame.evaluate(async (text) => {
    localStorage.setItem("a", btoa(encodeURIComponent(text)));
    sessionStorage.setItem("b", JSON.stringify({ text }));
    await (await caches.open("c")).put("/c", new Response(text));
    const request = indexedDB.open("d");
    request.onupgradeneeded = () => request.result.createObjectStore("d");
    await new Promise((resolve) => (request.onsuccess = resolve));
    const records = request.result.transaction("d", "readwrite").objectStore("d");
    records.put({ deep: [new Map([["bytes", new TextEncoder().encode(`…${text}…`)]])] }, "d");
    await new Promise((resolve) => (records.transaction.oncomplete = resolve));
    request.result.close();
    const host = document.createElement("div");
    host.attachShadow({ mode: "open" }).innerHTML = "<p title=''></p>";
    host.shadowRoot!.querySelector("p")!.title = text;
    document.body.append(host);
    console.info(text);
    await fetch(`?${encodeURIComponent(text)}`);
  }, marker);
  const secrets = new Map([
    ["marker", marker],
    ["marker in another clothing", encodeURIComponent(marker)],
  ]);
  const places = (residues: readonly Residue[]) => new Set(leaks(secrets, residues).map(({ place }) => place.split(" ")[0]));
  assert.deepEqual(places(await keptResidue(chat.page)), new Set(["localStorage", "sessionStorage", "IndexedDB", "cache"]));
  assert.deepEqual(places(await visibleResidue(chat.page)), new Set(["document"]));
  assert.deepEqual(places(spoken(chat.log)), new Set(["console", "address"]));
});

/** What a tab said in its console, and the addresses that it asked. */
function spoken(log: PageLog): Residue[] {
  return [
    ...log.console.map(({ text }) => ({ place: "console", text })),
    ...log.violations.map((text) => ({ place: "violation", text })),
    ...log.requests.map(({ url }) => ({ place: "address", text: url })),
  ];
}

/** Keys are bytes, not texts: they are looked for as they are, and in hexadecimal and Base64. */
function rawLeaks(keys: ReadonlyMap<string, string>, residues: readonly Residue[]) {
  const found: { readonly name: string; readonly place: string }[] = [];
  for (const [name, letters] of keys) {
    const bytes = Buffer.from(letters, "latin1");
    const forms = [letters, bytes.toString("hex"), bytes.toString("base64").slice(0, 42), bytes.toString("base64url").slice(0, 42)];
    for (const { place, text } of residues) if (forms.some((form) => text.includes(form))) found.push({ name, place });
  }
  return found;
}
