import type { BrowserContext, Frame, FrameLocator, Locator, Page } from "playwright-core";

import { environment, otherSite } from "./environment.ts";
import { signIn, type Account, type RawUser } from "./homeserver.ts";
import { until } from "./until.ts";

/** In a lower window Element Call hides its controls. */
const ROOMY = { width: 800, height: 1000 };

/** Element Call in the page of a Matrix client that is not melo, used by its buttons. */
export class ElementCall {
  readonly page: Page;
  readonly user: RawUser;

  constructor(page: Page, user: RawUser) {
    this.page = page;
    this.user = user;
  }

  /** Signs a new device of the account in, with a client of the bare SDK around it. */
  static async open(context: BrowserContext, account: Account): Promise<ElementCall> {
    const { homeserver, pages } = await environment();
    const user = await signIn(homeserver, account);
    const page = await context.newPage();
    await page.setViewportSize(ROOMY);
    await page.goto(`${pages}/element-call-host.html`);
    const { userId, deviceId, accessToken } = user;
    await page.evaluate((login) => window.elementCallHost.start(login), { homeserver, userId, deviceId, accessToken });
    return new ElementCall(page, user);
  }

  async createRoom(name: string, invite: readonly string[]): Promise<string> {
    return this.page.evaluate(([called, guests]) => window.elementCallHost.createRoom(called, guests), [name, [...invite]] as const);
  }

  async joinRoom(roomId: string): Promise<void> {
    await this.page.evaluate((id) => window.elementCallHost.joinRoom(id), roomId);
  }

  /** Shows Element Call for the room. Resolves when it is in the call. */
  async join(roomId: string): Promise<void> {
    const { pages } = await environment();
    const elementCall = `${otherSite(pages)}/element-call/index.html`;
    await this.page.evaluate((options) => window.elementCallHost.open(options), { roomId, elementCall });
    await this.button("incall_leave").waitFor({ timeout: 60_000 });
    await until("Element Call in the call", async () => (await this.actions()).includes("io.element.join"), 60_000);
  }

  /** Where Element Call runs: what it plays and receives is asked for here. */
  get frame(): Frame {
    const frame = this.page.frames().find((candidate) => candidate.url().includes("/element-call/"));
    if (!frame) throw new Error("Element Call is not on the page.");
    return frame;
  }

  /** One of its controls, by the name that its own tests use. */
  button(id: string): Locator {
    return this.#inside.getByTestId(id);
  }

  /** Clicks one of them. */
  async click(id: string): Promise<void> {
    await this.button(id).click({ force: true }); // a page that is short of the processor is never still
  }

  /** The tile of a participant's camera. */
  tile(name: string): Locator {
    return this.#tiles(name).filter({ hasNot: this.#inside.locator("[data-lk-source='screen_share']") });
  }

  /** The picture of the screen that a participant shares. */
  screen(name: string): Locator {
    return this.#tiles(name).locator("video[data-lk-source='screen_share']");
  }

  async isMuted(name: string): Promise<boolean> {
    return (await this.tile(name).locator("[aria-label='Microphone off']").count()) > 0;
  }

  async hasRaisedHand(name: string): Promise<boolean> {
    return (await this.tile(name).locator("[aria-label='Reaction']", { hasText: "✋" }).count()) > 0;
  }

  /** By the buttons: its menu of reactions, then `name` in it. */
  async react(name: string): Promise<void> {
    await this.#inside.getByRole("button", { name: "Reactions" }).click({ force: true });
    await this.#inside.getByRole("button", { name, exact: true }).click({ force: true });
  }

  #tiles(name: string): Locator {
    return this.#inside.getByTestId("videoTile").filter({ has: this.#inside.getByTestId("name_tag").getByText(name) });
  }

  get #inside(): FrameLocator {
    return this.page.frameLocator("iframe");
  }

  async leave(): Promise<void> {
    await this.click("incall_leave");
    await until("Element Call having left", async () => (await this.actions()).includes("io.element.close"));
  }

  async actions(): Promise<readonly string[]> {
    return this.page.evaluate(() => window.elementCallHost.actions());
  }
}
