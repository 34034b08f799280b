import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { before, describe, it } from "node:test";

import type { Page } from "playwright-core";

import type { Findings } from "./pages/hostile.ts";
import { openBrowser, openProfile } from "./support/browser.ts";
import { environment } from "./support/environment.ts";
import { PageLog } from "./support/page-log.ts";
import { until } from "./support/until.ts";

const CORPUS = "shared/data/hostile-html.jsonl";

describe("messages made to attack whoever reads them", () => {
  let texts: readonly string[];
  before(() => void (texts = corpus()));

  it(`are harmless: no script, no handler, no request, no node outside the allowlist`, async () => {
    const { page, log, requests } = await openPage();
    const { strange, called, formatted, asText } = await findings(page, "renderMessages", texts);
    assert.deepEqual(strange.slice(0, 5), []);
    assert.deepEqual(called, []);
    assert.deepEqual(requests(), []);
    assert.deepEqual([log.violations, log.errors], [[], []]);
    assert.ok(formatted > texts.length / 2, `${formatted} of ${texts.length} were shown as HTML`);
    assert.equal(asText, texts.length);
  });

  it("are noticed when they are not: inserted as they are, the same page finds scripts, requests and strange nodes", async () => {
    const { page, requests } = await openPage();
    const { strange } = await findings(page, "renderRaw", texts.slice(0, 400));
    assert.ok(strange.length > 100, `${strange.length} strange nodes`);
    await until("calls from messages", async () => (await page.evaluate(() => (window as unknown as HostilePage).called.length)) > 5);
    await until("requests of messages", async () => requests().length > 5);
  });
});

/** The page with Trusted Types enforced; `requests` are those that it made since it was loaded, to wherever. */
async function openPage() {
  const { pages } = await environment();
  const page = await (await openProfile(await openBrowser())).newPage();
  await page.setViewportSize({ width: 500, height: 300 }); // all of it is laid out; there is no need to paint it all
  const log = await PageLog.of(page);
  await page.goto(`${pages}/hostile.html`);
  await page.evaluate(async () => {
    const { renderMessages } = window as unknown as HostilePage;
    await renderMessages(["<b>the sanitiser is loaded</b>"]);
  });
  const before = log.requests.length;
  const requests = () =>
    log.requests
      .slice(before)
      .map(({ url }) => url)
      .filter((url) => !url.startsWith("blob:"));
  return { page, log, requests };
}

type HostilePage = Record<"renderMessages" | "renderRaw", (texts: readonly string[]) => Promise<Findings>> & {
  readonly called: readonly string[];
};

async function findings(page: Page, how: "renderMessages" | "renderRaw", texts: readonly string[]): Promise<Findings> {
  const found = await page.evaluate(([how, texts]) => (window as unknown as HostilePage)[how](texts), [how, texts] as const);
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve))); // what is fetched late has begun by then
  return found;
}

/** The payloads, one JSON string a line: a list beside the repository or above it, which may be newer, else the one in test/data. */
function corpus(): readonly string[] {
  let file = join(import.meta.dirname, "../data/hostile-html.jsonl");
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, CORPUS))) file = join(folder, CORPUS);
  }
  const texts = readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as string);
  assert.ok(texts.length >= 6000, `${file} has only ${texts.length} payloads`);
  return texts;
}
