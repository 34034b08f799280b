// The autoloader of the built bundle, on a page of another origin: what it loads, when, and what becomes of a page when it cannot.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";

import type { Browser, Page } from "playwright-core";

import { buildCdn } from "../../demo/stack/cdn-build.ts";
import { StaticServer } from "../../demo/stack/static-server.ts";
import { atEnd } from "./support/at-end.ts";
import { openBrowser, openProfile } from "./support/browser.ts";
import { until } from "./support/until.ts";

let browser: Browser;
let cdn: StaticServer;
let site: StaticServer;

before(async () => {
  const folder = fileURLToPath(new URL("../../dist/cdn", import.meta.url));
  cdn = new StaticServer({ name: "CDN", port: 0, folder, headers: { "access-control-allow-origin": "*" }, prepare: buildCdn });
  await cdn.prepare();
  await cdn.start();
  atEnd(() => cdn.stop());
  site = new StaticServer({
    name: "Site",
    port: 0,
    folder,
    answer: async () => ({ body: html(), headers: { "content-type": "text/html" } }),
  });
  await site.start();
  atEnd(() => site.stop());
  browser = await openBrowser();
});

test("a page without melo's tags loads the loader and nothing else", async () => {
  const { page, loaded } = await open();
  await page.waitForFunction(() => document.readyState === "complete");
  assert.deepEqual(loaded, ["melo.js"]);
});

test("tags are found when they are there, when they come later, and inside shadow roots", async () => {
  const { page } = await open();
  await put(page, "<p><melo-avatar name='Alice'></melo-avatar></p>");
  await isDefined(page, "melo-avatar");
  await page.evaluate(() => {
    const root = document.querySelector("melo-avatar")!.shadowRoot!;
    root.append(document.createElement("melo-typing"));
  });
  await isDefined(page, "melo-typing");
  await page.evaluate(async (loader) => {
    const { observe } = (await import(loader)) as { observe: (root: ShadowRoot) => void };
    const root = document.body.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
    root.append(document.createElement("melo-encryption-badge"));
    observe(root);
  }, `${cdn.address}/melo.js`);
  await isDefined(page, "melo-encryption-badge");
});

test("an element whose code cannot be loaded says so in its place; the others work, and so does the page", async () => {
  const { page, errors } = await open();
  const broken = /\/melo-composer-[^/]*\.js$/;
  await page.route(broken, (route) => route.abort());
  await page.evaluate(() => {
    Object.assign(window, { failures: [] as string[] });
    document.addEventListener("melo-element-failed", ({ target }) => {
      (window as unknown as { failures: string[] }).failures.push((target as Element).localName);
    });
  });
  await put(page, "<melo-composer></melo-composer><melo-avatar name='Alice'></melo-avatar>");
  await isDefined(page, "melo-avatar");
  const alert = page.locator("melo-composer").getByRole("alert");
  await alert.waitFor();
  assert.match((await alert.textContent()) ?? "", /could not be loaded/);
  assert.deepEqual(await page.evaluate(() => (window as unknown as { failures: string[] }).failures), ["melo-composer"]);
  assert.deepEqual(errors, []);

  await page.unroute(broken);
  await alert.getByRole("button", { name: "Try again" }).click();
  await isDefined(page, "melo-composer");
  assert.equal(await alert.count(), 0);
  assert.deepEqual(errors, []);
});

test("an element that failed while the browser was offline is loaded when it is back", async () => {
  const { page } = await open();
  await page.context().setOffline(true);
  await put(page, "<melo-avatar name='Alice'></melo-avatar>");
  await page.locator("melo-avatar").getByRole("alert").waitFor();
  await page.context().setOffline(false);
  await isDefined(page, "melo-avatar");
});

function html(): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>A site</title><link rel="icon" href="data:,"><script type="module" src="${cdn.address}/melo.js"></script><main></main></html>`;
}

/** The files of melo that the page asked for, and what went wrong in it. */
async function open(): Promise<{ page: Page; loaded: string[]; errors: string[] }> {
  const page = await (await openProfile(browser)).newPage();
  const loaded: string[] = [];
  const errors: string[] = [];
  page.on("request", (request) => {
    if (request.url().startsWith(cdn.address)) loaded.push(new URL(request.url()).pathname.slice(1));
  });
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(`${site.address}/page`);
  return { page, loaded, errors };
}

async function put(page: Page, markup: string): Promise<void> {
  await page.evaluate((text) => document.querySelector("main")!.insertAdjacentHTML("beforeend", text), markup);
}

async function isDefined(page: Page, tag: string): Promise<void> {
  await until(tag, () => page.evaluate((name) => customElements.get(name) !== undefined, tag));
}
