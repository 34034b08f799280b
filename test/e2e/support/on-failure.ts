import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, type TestContext } from "node:test";

import type { BrowserContext } from "playwright-core";

/** What the pages of each profile said lately. */
const watched = new Map<BrowserContext, string[]>();
/** How much of it is kept. */
const LINES = 200;

// Registered while the file is loaded, so that it holds for every test of the file.
afterEach(async (test) => {
  const folder = process.env["MELO_E2E_ARTIFACTS"];
  const { passed, error, fullName } = test as TestContext & { readonly passed: boolean; readonly error: Error | null };
  if (!folder || passed) return;
  const name = fullName.replaceAll(/[^\w]+/g, "-").slice(0, 80);
  const said = [...watched.values()].map((lines, index) => `Profile ${index + 1} said:\n${lines.join("\n")}`);
  const cause = error?.cause instanceof Error ? error.cause.stack : "";
  await writeFile(join(folder, `${name}.txt`), [error?.stack ?? String(error), cause, ...said].join("\n\n"));
  let count = 0;
  for (const context of watched.keys()) {
    for (const page of context.pages()) {
      const file = join(folder, `${name}-${++count}.png`);
      await page.screenshot({ path: file, timeout: 5_000 }).catch(() => {}); // a crashed or closed page has no picture
    }
  }
});

/** Keeps a picture of every page of the profile, and what it wrote to its console, for whoever looks into a failed test. */
export function picturesOnFailure(context: BrowserContext): void {
  const lines: string[] = [];
  const note = (line: string): void => {
    lines.push(line);
    if (lines.length > LINES) lines.shift();
  };
  watched.set(context, lines);
  context.on("console", (message) => note(`${message.type()}: ${message.text()}`));
  context.on("weberror", (error) => note(`thrown: ${error.error().stack ?? error.error().message}`));
  context.on("requestfailed", (request) => note(`failed: ${request.method()} ${request.url()} ${request.failure()?.errorText ?? ""}`));
  context.on("close", () => watched.delete(context));
}
