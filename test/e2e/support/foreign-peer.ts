import type { BrowserContext, Page } from "playwright-core";

import type { ForeignJoin, ForeignState, SentKey } from "../pages/foreign-caller.ts";
import { environment } from "./environment.ts";
import { signIn, type Account, type RawUser } from "./homeserver.ts";
import { until } from "./until.ts";

/** A caller by the bare SDKs, in a page of its own. */
export class ForeignPeer {
  readonly page: Page;
  readonly user: RawUser;

  constructor(page: Page, user: RawUser) {
    this.page = page;
    this.user = user;
  }

  /** Signs a new device of the account in; with `signed: false` nobody vouches for it. */
  static async open(context: BrowserContext, account: Account, signed = true): Promise<ForeignPeer> {
    const { homeserver, pages } = await environment();
    const user = await signIn(homeserver, account);
    const page = await context.newPage();
    await page.goto(`${pages}/foreign-caller.html`);
    const { userId, deviceId, accessToken } = user;
    await page.evaluate((login) => window.foreignCaller.start(login), { homeserver, userId, deviceId, accessToken, signed });
    return new ForeignPeer(page, user);
  }

  /** Its name at the SFU, and that of its membership. */
  get identity(): string {
    return `${this.user.userId}:${this.user.deviceId}`;
  }

  async createRoom(name: string, invite: readonly string[], encrypted = true): Promise<string> {
    return this.page.evaluate(([called, guests, secret]) => window.foreignCaller.createRoom(called, guests, secret), [
      name,
      [...invite],
      encrypted,
    ] as const);
  }

  async joinRoom(roomId: string): Promise<void> {
    await this.page.evaluate((id) => window.foreignCaller.joinRoom(id), roomId);
  }

  async join(options: ForeignJoin): Promise<void> {
    await this.page.evaluate((all) => window.foreignCaller.join(all), options);
  }

  /** With `keepMedia` it stays at the SFU, as a client does that wants to go on listening. */
  async leave(keepMedia = false): Promise<void> {
    await this.page.evaluate((keep) => window.foreignCaller.leave(keep), keepMedia);
  }

  async setMicrophone(on: boolean): Promise<void> {
    await this.page.evaluate((wanted) => window.foreignCaller.setMicrophone(wanted), on);
  }

  async setCamera(on: boolean): Promise<void> {
    await this.page.evaluate((wanted) => window.foreignCaller.setCamera(wanted), on);
  }

  /** By a click, as the browser asks for one. */
  async shareScreen(): Promise<void> {
    await this.page.evaluate(() => {
      const button = document.querySelector<HTMLButtonElement>("#share")!;
      button.onclick = () => void window.foreignCaller.setScreenShare(true);
    });
    await this.page.click("#share");
  }

  async sendKey(key: SentKey): Promise<void> {
    await this.page.evaluate((all) => window.foreignCaller.sendKey(all), key);
  }

  async state(): Promise<ForeignState> {
    return this.page.evaluate(() => window.foreignCaller.state());
  }

  /** Waits until its view of the call passes. */
  async stateIs(what: string, passes: (state: ForeignState) => boolean, limit = 30_000): Promise<ForeignState> {
    return until(
      what,
      async () => {
        const state = await this.state();
        if (passes(state)) return state;
        throw new Error(JSON.stringify(state));
      },
      limit,
    );
  }
}
