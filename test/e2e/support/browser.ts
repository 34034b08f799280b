import { chromium, type Browser, type BrowserContext } from "playwright-core";

import { atEnd } from "./at-end.ts";
import { environment } from "./environment.ts";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"];

/** A real Chromium, closed at the end of the file's tests. */
export async function openBrowser(flags: readonly string[] = []): Promise<Browser> {
  const { chromium: executablePath } = await environment();
  const browser = await chromium.launch({ executablePath, args: [...FLAGS, ...flags] });
  atEnd(() => browser.close());
  return browser;
}

/** One visitor's browser: storage, tabs and permissions of its own. The window is tall, so that a conversation of some forty messages is in view. */
export async function openProfile(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 900, height: 2600 }, colorScheme: "light", reducedMotion: "reduce" });
  context.setDefaultTimeout(20_000);
  return context;
}
