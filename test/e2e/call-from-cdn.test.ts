// A call on a site that takes melo from another origin and whose policy is as strict as one can be: the worker that encrypts, the noise filter, and every connection have to be allowed by what docs/embedding.md says.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { buildCdn } from "../../demo/stack/cdn-build.ts";
import { StaticServer } from "../../demo/stack/static-server.ts";
import type { SessionApi } from "../../src/session/session-api.js";
import { atEnd } from "./support/at-end.ts";
import { CallPage } from "./support/call-page.ts";
import { hears, openCaller, seesPictures } from "./support/caller-browser.ts";
import { environment } from "./support/environment.ts";
import { register } from "./support/homeserver.ts";
import { PageLog } from "./support/page-log.ts";
import { until } from "./support/until.ts";

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
});

test(
  "one script of another origin gives a site under a strict policy an encrypted call, without one violation",
  { timeout: 180_000 },
  async () => {
    const { homeserver } = await environment();
    const [alice, bob] = await Promise.all([register(homeserver, "alice"), register(homeserver, "bob")]);
    const his = await CallPage.signedIn(await openCaller({ tone: 610, colour: "green" }), bob);
    const room = await his.createVoiceChannel({ name: "Porch", invite: [alice.userId] });
    await his.show("melo-call", room);
    await his.join(room, { camera: true });

    const context = await openCaller({ tone: 440, colour: "red" });
    const page = await context.newPage();
    const log = await PageLog.of(page);
    await page.goto(await site(room));
    await page.locator("input[autocomplete~='username']").fill(alice.name);
    await page.locator("input[type='password']").fill(alice.password);
    await page.locator("input[type='password']").press("Enter");
    await page
      .getByRole("button", { name: /^(accept|join)/i })
      .first()
      .click({ timeout: 60_000 });
    await page.getByRole("button", { name: /^join$/i }).click({ timeout: 30_000 });
    await Promise.all([hears(page, [610], 60_000), hears(his.page, [440], 60_000)]);
    await seesPictures(page, 1);
    const calls = () =>
      page.evaluate(() =>
        structuredClone((document.querySelector("melo-session") as unknown as { session: SessionApi }).session.calls.state),
      );
    assert.equal((await calls()).call?.encrypted, true);

    await page.evaluate(() =>
      (document.querySelector("melo-session") as unknown as { session: SessionApi }).session.calls.configure({ noiseFilter: true }),
    );
    await until("the noise filter", async () => (await calls()).call?.microphone.noiseFilter === "on");

    assert.deepEqual(log.violations, []);
    const { livekit } = await environment();
    const asked = new Set(log.requests.filter(({ url }) => url.startsWith("http")).map(({ url }) => new URL(url).origin));
    const known = [new URL(page.url()).origin, cdn.address, homeserver, ...Object.values(livekit).map(originOf)];
    assert.deepEqual(
      [...asked].filter((origin) => !known.includes(origin)),
      [],
    );
  },
);

test(
  "a policy that forbids the worker ends the call with a reason for the page's owner, and nothing is sent",
  { timeout: 120_000 },
  async () => {
    const { homeserver } = await environment();
    const alice = await register(homeserver, "alice");
    const context = await openCaller({ tone: 440, colour: "red" });
    const hers = await CallPage.signedIn(context, alice);
    const room = await hers.createVoiceChannel({ name: "Porch" });
    const page = await context.newPage();
    const log = await PageLog.of(page);
    await page.goto(await site(room, "worker-src blob:"));
    await page.locator("input[autocomplete~='username']").fill(alice.name);
    await page.locator("input[type='password']").fill(alice.password);
    await page.locator("input[type='password']").press("Enter");
    await page.getByRole("button", { name: /^join$/i }).click({ timeout: 60_000 });
    await page.getByText("could not be encrypted").waitFor({ timeout: 60_000 });
    await until("the reason", () => log.console.some(({ text }) => /worker-src/.test(text)));
    const sent = await page.evaluate(() => window.e2eSentFrames.map(({ frames }) => frames));
    assert.deepEqual(
      sent.filter((frames) => frames > 0),
      [],
    );
  },
);

/** A page with one tag, under the policy that docs/embedding.md gives for a call from a CDN. Resolves with its address. */
async function site(room: string, workers = `worker-src blob: ${cdn.address}`): Promise<string> {
  const { homeserver, livekit } = await environment();
  const policy = [
    "default-src 'none'",
    `script-src ${cdn.address} 'wasm-unsafe-eval'`,
    workers,
    `connect-src ${homeserver} ${cdn.address} ${originOf(livekit.tokenService)} ${originOf(livekit.address)} ${originOf(livekit.address).replace(/^http/, "ws")}`,
    "img-src blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types lit-html dompurify melo",
  ].join("; ");
  const server = new StaticServer({
    name: "Site",
    port: 0,
    folder: fileURLToPath(new URL("../../demo", import.meta.url)),
    async answer(path) {
      if (path !== "/") return undefined;
      const html = `<!doctype html><html lang="en"><title>Porch</title><script type="module" src="${cdn.address}/melo.js"></script>
        <melo-session homeserver="${homeserver}"><melo-call room="${room}"></melo-call></melo-session></html>`;
      return { body: html, headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": policy } };
    },
  });
  await server.start();
  atEnd(() => server.stop());
  return `${server.address}/`;
}

function originOf(address: unknown): string {
  return typeof address === "string" && URL.canParse(address) ? new URL(address).origin : "";
}
