import type { BrowserContext, Page } from "playwright-core";

import type { Sdk, SdkVerification } from "../pages/sdk.ts";
import { environment } from "./environment.ts";
import type { Account } from "./homeserver.ts";
import { until } from "./until.ts";

/** The phases of a request, by the numbers of the SDK. */
export const PHASE = { requested: 2, ready: 3, started: 4, cancelled: 5, done: 6 } as const;

type Call = { [K in keyof Sdk]: Sdk[K] extends (...args: infer A) => infer R ? [args: A, result: Awaited<R>] : never };

/** A tab with a client of plain matrix-js-sdk: no code of melo's runs in it. It keeps nothing, so it is a new device each time. */
export class SdkPeer {
  readonly page: Page;
  userId = "";
  deviceId = "";

  private constructor(page: Page) {
    this.page = page;
  }

  static async enter(context: BrowserContext, { name, password }: Account, methods?: string[], asDevice?: string): Promise<SdkPeer> {
    const { homeserver, pages } = await environment();
    const peer = new SdkPeer(await context.newPage());
    await peer.page.goto(`${pages}/sdk.html`);
    await until("the page's code", () => peer.page.evaluate(() => "sdk" in window));
    const { userId, deviceId } = await peer.call("enter", { homeserver, name, password, methods, deviceId: asDevice });
    return Object.assign(peer, { userId, deviceId });
  }

  call<K extends keyof Sdk>(name: K, ...args: Call[K][0]): Promise<Call[K][1]> {
    const given = [name, args] as [string, unknown[]];
    return this.page.evaluate(
      ([method, all]) => (window.sdk as unknown as Record<string, (...args: unknown[]) => unknown>)[method]!(...all),
      given,
    );
  }

  /** Waits for a phase of the verification, and resolves with all that can be seen of it. */
  async verificationIs(phase: keyof typeof PHASE): Promise<SdkVerification> {
    return this.verification(`that is ${phase}`, (now) => now.phase === PHASE[phase]);
  }

  async verification(what: string, passes: (now: SdkVerification) => boolean): Promise<SdkVerification> {
    return until(`a verification of the SDK's ${what}`, async () => {
      const now = await this.call("verification");
      if (passes(now)) return now;
      throw new Error(JSON.stringify(now));
    });
  }

  async reads(room: string, text: string): Promise<void> {
    await until(`the text ${text} in the SDK's client`, async () => (await this.call("texts", room)).includes(text), 60_000);
  }
}
