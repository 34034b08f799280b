import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { chromium, type Browser, type BrowserContext, type ViewportSize } from "playwright-core";

import { atEnd } from "./at-end.ts";
import { environment } from "./environment.ts";
import { picturesOnFailure } from "./on-failure.ts";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"];
const LOOKS = { viewport: { width: 900, height: 2600 }, colorScheme: "light", reducedMotion: "reduce" } as const;

/** A real Chromium, closed at the end of the file's tests. */
export async function openBrowser(flags: readonly string[] = []): Promise<Browser> {
  const { chromium: executablePath } = await environment();
  const browser = await chromium.launch({ executablePath, args: [...FLAGS, ...flags] });
  atEnd(() => browser.close());
  return browser;
}

/** One visitor's browser: storage, tabs and permissions of its own. The window is tall, so that a conversation of some forty messages is in view, unless told otherwise. */
export async function openProfile(browser: Browser, viewport: ViewportSize = LOOKS.viewport): Promise<BrowserContext> {
  const context = await browser.newContext({ ...LOOKS, viewport });
  picturesOnFailure(context);
  context.setDefaultTimeout(30_000);
  return context;
}

/** A browser of its own whose owner lets frames of other sites keep data; the others refuse them, as Chromium does by default. */
export async function openTolerantProfile(): Promise<BrowserContext> {
  const { chromium: executablePath } = await environment();
  const folder = await mkdtemp(join(tmpdir(), "melo-e2e-"));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, "Default"));
  const preferences = { profile: { cookie_controls_mode: 0, block_third_party_cookies: false } };
  await writeFile(join(folder, "Default/Preferences"), JSON.stringify(preferences));
  const context = await chromium.launchPersistentContext(folder, { executablePath, args: FLAGS, ...LOOKS });
  picturesOnFailure(context);
  atEnd(() => context.close());
  context.setDefaultTimeout(30_000);
  return context;
}
