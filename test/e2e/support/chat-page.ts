import type { BrowserContext, Frame, Page } from "playwright-core";

import type { CreateRoomOptions } from "../../../src/matrix/rooms-state.js";
import type { TimelineItem } from "../../../src/matrix/timeline-item.js";
import type { SessionState, SessionStatus } from "../../../src/session/session-state.js";
import type { MountOptions } from "../pages/mount.ts";
import { environment } from "./environment.ts";
import type { Account } from "./homeserver.ts";
import { PageLog } from "./page-log.ts";
import { until } from "./until.ts";

/** Starting on two cores that others use too takes its time. */
const START_LIMIT = 90_000;

/** A tab (or a frame in one) with a `<melo-session>`, a `<melo-login>` and a `<melo-room>`, used as a visitor uses it. */
export class ChatPage {
  readonly page: Page;
  /** Where melo's tags are: the page's own frame, or one inside it. */
  readonly frame: Frame;
  readonly log: PageLog;
  readonly #options: MountOptions;

  constructor(frame: Frame, log: PageLog, options: MountOptions) {
    this.page = frame.page();
    this.frame = frame;
    this.log = log;
    this.#options = options;
  }

  /** Opens the chat in a new tab. It is signed in only if the profile already is. */
  static async open(context: BrowserContext, options: Partial<MountOptions> = {}, path = "chat.html"): Promise<ChatPage> {
    const page = await context.newPage();
    return ChatPage.openIn(page, await PageLog.of(page), options, path);
  }

  /** The same in a tab that the test has prepared. */
  static async openIn(page: Page, log: PageLog, options: Partial<MountOptions> = {}, path = "chat.html"): Promise<ChatPage> {
    const { homeserver, pages } = await environment();
    const chat = new ChatPage(page.mainFrame(), log, { homeserver, ...options });
    await page.goto(`${pages}/${path}`);
    await chat.mount();
    return chat;
  }

  /** Opens the chat in a new tab and signs in by the form, up to the first complete sync. */
  static async signedIn(context: BrowserContext, account: Account, options: Partial<MountOptions> = {}): Promise<ChatPage> {
    const chat = await ChatPage.open(context, options);
    await chat.signIn(account);
    await chat.ready();
    return chat;
  }

  async mount(options: Partial<MountOptions> = {}): Promise<void> {
    await until("the page's code", () => this.frame.evaluate(() => "mountChat" in window)); // a tab in the background draws no frame to wait for
    await this.frame.evaluate((all) => window.mountChat(all), { ...this.#options, ...options });
  }

  async reload(options: Partial<MountOptions> = {}): Promise<void> {
    await this.page.reload();
    await this.mount(options);
  }

  async showRoom(room: string): Promise<void> {
    await this.frame.evaluate((reference) => window.showRoom(reference), room);
  }

  /** Fills the sign-in form and sends it. */
  async signIn({ name, password }: Pick<Account, "name" | "password">): Promise<void> {
    const form = this.frame.locator("melo-session > melo-login"); // a room of a visitor who is not signed in has one too
    await form.locator("input[autocomplete~='username']").fill(name);
    await form.locator("input[type='password']").fill(password);
    await form.locator("input[type='password']").press("Enter");
  }

  async session(): Promise<SessionState> {
    return this.frame.evaluate(() => structuredClone(window.chatSession!.state));
  }

  /** Waits until the session's snapshot passes; a session that fails meanwhile is an error, unless that is what is waited for. */
  async sessionIs(what: string, passes: (state: SessionState) => boolean, limit = START_LIMIT): Promise<SessionState> {
    return until(
      `a session that is ${what}`,
      async () => {
        const state = await this.session();
        if (passes(state)) return state;
        throw new Error(JSON.stringify(state));
      },
      limit,
    );
  }

  async status(...statuses: SessionStatus[]): Promise<SessionState> {
    return this.sessionIs(statuses.join(" or "), ({ status }) => statuses.includes(status));
  }

  /** Signed in, synced, cross-signed: what is sent from now on can be read by everybody in the room. */
  async ready(): Promise<SessionState> {
    return this.sessionIs("ready and cross-signed", ({ status, crossSigning }) => status === "ready" && crossSigning === "ready");
  }

  /** Signed in and synced. For further devices of an account, which nobody has signed yet. */
  async synced(): Promise<SessionState> {
    return this.status("ready");
  }

  /** Creates a room as a host page does, and resolves with its id. */
  async createRoom(options: CreateRoomOptions = {}): Promise<string> {
    return this.frame.evaluate((all) => window.chatSession!.createRoom(all), options);
  }

  /** Clicks the one button of that name. */
  async click(name: RegExp): Promise<void> {
    await this.frame.getByRole("button", { name }).click();
  }

  /** Types into the composer, key by key, and sends with Enter. */
  async send(text: string): Promise<void> {
    const field = this.frame.locator("melo-composer").getByRole("textbox");
    await field.pressSequentially(text);
    await field.press("Enter");
  }

  /** The text in the composer. */
  async draft(): Promise<string> {
    return this.frame
      .locator("melo-composer")
      .getByRole("textbox")
      .evaluate((field) => (field as HTMLTextAreaElement).value);
  }

  /** The texts of the messages that are on the screen, oldest first, as the visitor reads them. */
  async texts(): Promise<string[]> {
    return this.frame.evaluate(() => {
      const texts: string[] = [];
      const walk = (node: Element | ShadowRoot) => {
        for (const child of node.querySelectorAll("*")) {
          if (child.matches("[part~='message']:not(.change) [part~='body']")) texts.push(child.textContent.trim());
          if (child.shadowRoot) walk(child.shadowRoot);
        }
      };
      for (const room of document.querySelectorAll("melo-room")) if (room.shadowRoot) walk(room.shadowRoot);
      return texts;
    });
  }

  /** Everything that can be read on the page, shadow roots included. */
  async visibleText(): Promise<string> {
    return this.frame.evaluate(() => {
      const shown = (root: Node): string => {
        if (root instanceof Text) return root.data;
        // An element without a box of its own shows what it holds.
        const isShown = (element: Element) => getComputedStyle(element).display === "contents" || element.checkVisibility();
        if (root instanceof Element && (root.matches("style, script") || !isShown(root))) return "";
        const own =
          root instanceof HTMLSlotElement ? root.assignedNodes({ flatten: true }) : [...((root as Element).shadowRoot ?? root).childNodes];
        return own.map(shown).join(" ");
      };
      return shown(document.body).replaceAll(/\s+/g, " ");
    });
  }

  /** The snapshot of a room's timeline, as the session gives it to every element. */
  async items(room: string): Promise<readonly TimelineItem[]> {
    return this.frame.evaluate((reference) => structuredClone(window.chatSession!.room(reference).timeline.state.items), room);
  }

  /** Waits until all of `texts` are on the screen. */
  async shows(texts: readonly string[], limit = 60_000): Promise<void> {
    await until(
      `${texts.length} messages`,
      async () => {
        const shown = await this.texts();
        const missing = texts.filter((text) => !shown.includes(text));
        if (missing.length > 0) throw new Error(`${missing.length} missing, "${missing[0]}" first; shown: ${shown.join(" | ")}`);
        return true;
      },
      limit,
    );
  }

  /** Waits for a sentence anywhere on the page. */
  async says(words: RegExp, limit = 60_000): Promise<void> {
    await until(
      `the words ${String(words)}`,
      async () => {
        const text = await this.visibleText();
        if (!words.test(text)) throw new Error(text);
        return true;
      },
      limit,
    );
  }

  async close(): Promise<void> {
    await this.page.close();
  }
}
