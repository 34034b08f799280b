import type { BrowserContext, Page } from "playwright-core";

import type { MeloSession } from "../../../src/elements/melo-session.js";
import { openCaller } from "../../e2e/support/caller-browser.ts";
import { PageLog } from "../../e2e/support/page-log.ts";
import { until } from "../../e2e/support/until.ts";
import type { NativeDeployment } from "./native.ts";

export const PASSWORD = "a long password of a person";
/** On a machine that others use too. */
export const PATIENCE = 180_000;

/** One person in a browser of their own, on the deployment's page. */
export class Visitor {
  readonly page: Page;
  readonly log: PageLog;
  userId = "";
  readonly #context: BrowserContext;

  private constructor(context: BrowserContext, page: Page, log: PageLog) {
    this.#context = context;
    this.page = page;
    this.log = log;
  }

  /** `flags`: further ones of Chromium. */
  static async open(deployment: NativeDeployment, tone: number, colour: "red" | "blue", flags: readonly string[] = []): Promise<Visitor> {
    // The authority of the certificate is known to nobody but the deployment itself.
    const context = await openCaller({ tone, colour, flags: ["--ignore-certificate-errors", ...flags] });
    const page = await context.newPage();
    const log = await PageLog.of(page);
    await page.goto(`${deployment.address}/`);
    return new Visitor(context, page, log);
  }

  async signIn(name: string): Promise<void> {
    const form = this.page.locator("melo-login").first();
    await form.locator("input[autocomplete~='username']").fill(name, { timeout: PATIENCE });
    await form.locator("input[type='password']").fill(PASSWORD);
    await form.locator("input[type='password']").press("Enter");
    this.userId = await until(
      `${name} being signed in`,
      () =>
        this.page.evaluate(() => {
          const { status, crossSigning, account } = document.querySelector<MeloSession>("melo-session")!.session!.state;
          if (status !== "ready" || crossSigning === "unknown") throw new Error(`${status} ${crossSigning}`);
          return account?.userId;
        }),
      PATIENCE,
    );
  }

  /** Resolves with the key when all that it opens has left this device. */
  async makeRecoveryKey(): Promise<string> {
    const key = await this.page.evaluate(async () => document.querySelector<MeloSession>("melo-session")!.session!.recovery.setUp());
    await until(
      "every key being in the backup",
      () =>
        this.page.evaluate(
          async () => (await document.querySelector<MeloSession>("melo-session")!.session!.recovery.countKeys()).unsaved === 0,
        ),
      PATIENCE,
    );
    return key;
  }

  async enterRecoveryKey(key: string): Promise<void> {
    await this.page.evaluate(async (text) => document.querySelector<MeloSession>("melo-session")!.session!.recovery.enter(text), key);
  }

  /** A channel for two, which both look at and have joined. */
  async makesChannel(guest: Visitor): Promise<string> {
    const room = await this.page.evaluate(
      async (id) => document.querySelector<MeloSession>("melo-session")!.session!.createVoiceChannel({ name: "Garden", invite: [id] }),
      guest.userId,
    );
    await Promise.all([this.show(room), guest.show(room)]);
    await guest.page
      .getByRole("button", { name: /^(accept|join)/i })
      .first()
      .click({ timeout: PATIENCE });
    await guest.page.locator("melo-composer").getByRole("textbox").waitFor({ timeout: PATIENCE });
    return room;
  }

  async show(room: string): Promise<void> {
    await this.page.goto(`${new URL(this.page.url()).origin}/?${new URLSearchParams({ room })}`);
  }

  async says(text: string): Promise<void> {
    const field = this.page.locator("melo-composer").getByRole("textbox");
    await field.fill(text, { timeout: PATIENCE }).catch((error: unknown) => this.#tell(error));
    await field.press("Enter");
  }

  async reads(text: string): Promise<void> {
    await this.page
      .getByText(text)
      .first()
      .waitFor({ timeout: PATIENCE })
      .catch((error: unknown) => this.#tell(error));
  }

  /** What is seen on the page, and what it has said, beside what was waited for. */
  async #tell(error: unknown): Promise<never> {
    const seen = await this.page
      .locator("main")
      .ariaSnapshot()
      .catch(() => "nothing");
    const said = [...this.log.errors, ...this.log.console.map(({ type, text }) => `${type}: ${text}`)];
    throw new Error(`${String(error)}\nThe page shows:\n${seen}\nand said:\n${said.slice(-20).join("\n")}`);
  }

  async call(room: string): Promise<void> {
    await this.page.evaluate(async (id) => document.querySelector<MeloSession>("melo-session")!.session!.calls.join(id), room);
  }

  /** Ends the call on this side. */
  async hangUp(): Promise<void> {
    await this.page.evaluate(async () => document.querySelector<MeloSession>("melo-session")!.session!.calls.leave());
  }

  async close(): Promise<void> {
    await this.#context.browser()?.close();
  }
}
