import type { BrowserContext, Page } from "playwright-core";

import type { TrackFrames } from "../pages/listener.ts";
import { environment } from "./environment.ts";
import type { RawUser } from "./homeserver.ts";

export interface SfuToken {
  readonly url: string;
  readonly jwt: string;
}

/** Asks the token service as a client does: with an OpenID token of the homeserver. */
export async function sfuToken(service: string, user: RawUser, roomId: string): Promise<SfuToken> {
  const openid_token = await user.call("POST", `/_matrix/client/v3/user/${encodeURIComponent(user.userId)}/openid/request_token`, {});
  const answer = await fetch(`${service}/sfu/get`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ room: roomId, openid_token, device_id: user.deviceId }),
  });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return (await answer.json()) as SfuToken;
}

/** A subscriber with a valid token and without any key: what the SFU itself can see and hear. */
export class KeylessListener {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  static async open(context: BrowserContext, { url, jwt }: SfuToken): Promise<KeylessListener> {
    const { pages } = await environment();
    const page = await context.newPage();
    await page.goto(`${pages}/listener.html`);
    await page.evaluate(([address, token]) => window.listener.connect(address, token), [url, jwt] as const);
    return new KeylessListener(page);
  }

  /** All that came in so far, by track. */
  async frames(): Promise<readonly TrackFrames[]> {
    return this.page.evaluate(() => window.listener.frames());
  }
}
