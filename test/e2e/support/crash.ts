import type { Page } from "playwright-core";

/** Kills the process behind a tab, as running out of memory does: no event of the page tells its code. */
export async function crash(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const crashed = page.waitForEvent("crash");
  session.send("Page.crash").catch(() => {}); // the answer dies with the page
  await crashed;
}
