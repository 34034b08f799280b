import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, type TestContext } from "node:test";

import type { BrowserContext } from "playwright-core";

const watched = new Set<BrowserContext>();

// Registered while the file is loaded, so that it holds for every test of the file.
afterEach(async (test) => {
  const folder = process.env["MELO_E2E_ARTIFACTS"];
  const { passed, error, fullName } = test as TestContext & { readonly passed: boolean; readonly error: Error | null };
  if (!folder || passed) return;
  const name = fullName.replaceAll(/[^\w]+/g, "-").slice(0, 80);
  await writeFile(join(folder, `${name}.txt`), String(error?.stack ?? error));
  let count = 0;
  for (const context of watched) {
    for (const page of context.pages()) {
      const file = join(folder, `${name}-${++count}.png`);
      await page.screenshot({ path: file, timeout: 5_000 }).catch(() => {}); // a crashed or closed page has no picture
    }
  }
});

/** Keeps a picture of every page of the profile, for whoever looks into a failed test. */
export function picturesOnFailure(context: BrowserContext): void {
  watched.add(context);
  context.on("close", () => watched.delete(context));
}
