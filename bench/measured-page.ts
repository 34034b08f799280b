import type { Page } from "playwright-core";

import { MARK } from "./mark.ts";

export interface DeviceCredentials {
  readonly userId: string;
  readonly deviceId: string;
  readonly accessToken: string;
}

/** What a page that is measured is given before its own code runs. */
export interface PageOptions {
  readonly homeserver: string;
  readonly credentials: DeviceCredentials;
  readonly room: string;
}

/** How long a page may take, in ms. */
const LIMIT = 60_000;

declare global {
  interface Window {
    /** When the first decrypted message was in the document, in ms since the navigation. */
    firstMessageAt?: number;
  }
}

/** Gives the page its options, and has it note when it shows a decrypted message: every frame is looked at, shadow trees included. */
export async function prepare(page: Page, options: PageOptions): Promise<void> {
  await page.addInitScript(
    ([given, mark]) => {
      Object.assign(window, { benchOptions: given });
      const shows = (root: HTMLElement | ShadowRoot): boolean => {
        if (root.textContent?.includes(mark)) return true;
        return [...root.querySelectorAll("*")].some(({ shadowRoot }) => shadowRoot !== null && shows(shadowRoot));
      };
      const look = (): void => {
        if (document.body && shows(document.body)) window.firstMessageAt = performance.now();
        else requestAnimationFrame(look);
      };
      look();
    },
    [options, MARK] as const,
  );
}

/** In ms since the navigation. */
export async function firstMessage(page: Page): Promise<number> {
  await page.waitForFunction(() => window.firstMessageAt !== undefined, undefined, { timeout: LIMIT, polling: 50 });
  return page.evaluate(() => window.firstMessageAt!);
}
