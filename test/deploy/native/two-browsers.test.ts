// The deployment's own page, under its own headers, over https and wss: two people chat and call through it. Then it is destroyed, and restored from its backup.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";

import type { BrowserContext, Page } from "playwright-core";

import type { MeloSession } from "../../../src/elements/melo-session.js";
import { hears, openCaller } from "../../e2e/support/caller-browser.ts";
import { PageLog } from "../../e2e/support/page-log.ts";
import { until } from "../../e2e/support/until.ts";
import { NativeDeployment } from "../support/native.ts";

const run = promisify(execFile);
const PASSWORD = "a long password of a person";
/** On a machine that others use too. */
const PATIENCE = 180_000;

describe("a deployment", { timeout: 25 * 60_000 }, () => {
  let deployment: NativeDeployment;
  let ana: Visitor;
  let ben: Visitor;
  let room: string;

  before(async () => {
    deployment = await NativeDeployment.start();
    for (const name of ["ana", "ben"]) await deployment.register(name, PASSWORD);
  });

  after(() => deployment?.end());

  test("lets two people sign in on its own page and read each other's encrypted messages", async () => {
    ana = await Visitor.open(deployment, 440, "red");
    ben = await Visitor.open(deployment, 610, "blue");
    await Promise.all([ana.signIn("ana"), ben.signIn("ben")]);
    room = await ana.page.evaluate(
      async (id) => document.querySelector<MeloSession>("melo-session")!.session!.createVoiceChannel({ name: "Garden", invite: [id] }),
      ben.userId,
    );
    await Promise.all([ana.show(room), ben.show(room)]);
    await ben.page
      .getByRole("button", { name: /^(accept|join)/i })
      .first()
      .click({ timeout: PATIENCE });
    await ana.says("the quinces are ripe");
    await ben.reads("the quinces are ripe");
    await ben.says("and the jam is on");
    await ana.reads("and the jam is on");
  });

  test("carries their encrypted call: each hears the other", async () => {
    await Promise.all([ana.call(room), ben.call(room)]);
    await Promise.all([hears(ana.page, [610], PATIENCE), hears(ben.page, [440], PATIENCE)]);
    for (const { page } of [ana, ben]) {
      // Keys rotate while people come: a track may wait for the next one for a moment.
      const call = await until(
        "a call in which nothing is kept back",
        async () => {
          const seen = await page.evaluate(() =>
            structuredClone(document.querySelector<MeloSession>("melo-session")!.session!.calls.state.call),
          );
          const blocked = seen?.participants.flatMap(({ tracks }) => tracks.filter((track) => track.blocked)) ?? [];
          if (blocked.length > 0) throw new Error(JSON.stringify(blocked));
          return seen;
        },
        PATIENCE,
      );
      assert.equal(call.encrypted, true);
      assert.equal(call.status, "connected");
      assert.equal(call.intruders, 0);
    }
  });

  test("with nothing that its own policy forbids, and no request to anybody else", async () => {
    for (const { log } of [ana, ben]) {
      assert.deepEqual(log.violations, []);
      const origins = new Set(log.requests.filter(({ url }) => url.startsWith("http")).map(({ url }) => new URL(url).origin));
      assert.deepEqual(origins, new Set([deployment.address]));
    }
  });

  test("keeps the tokens in its addresses out of its logs", async () => {
    for (const part of ["caddy", "livekit", "token-api", "synapse"] as const) {
      assert.doesNotMatch(await readFile(deployment.logOf(part), "utf8"), /eyJ[\w-]{20}|syt_\w{10}|access_token=(?!hidden)\w/, part);
    }
  });

  test("destroyed and restored from its backup: the same people, the same messages, and a call", async () => {
    // Both: media keys go to devices that their owners have signed, and new ones are signed with the recovery key.
    const recoveryKeys = await Promise.all([ana.makeRecoveryKey(), ben.makeRecoveryKey()]);
    const { host, port } = deployment.database;
    const env = {
      ...process.env,
      MELO_FOLDER: deployment.folder,
      MELO_DATABASE: `postgresql://synapse:${(await deployment.env).SECRET_DATABASE}@${host}:${port}/synapse`,
      MELO_PG_DUMP: deployment.programs.pgDump,
      MELO_PG_RESTORE: deployment.programs.pgRestore,
    };
    const script = (name: string) => join(import.meta.dirname, "../../../deploy", name);
    const { stdout } = await run(script("backup"), [join(deployment.folder, "backups")], { env });
    const file = stdout.trim();
    const kept = join(deployment.folder, "backups", "kept.env");
    await cp(join(deployment.folder, ".env"), kept);
    await Promise.all([ana.close(), ben.close()]);

    await assert.rejects(run(script("restore"), [file], { env }), /is not empty/, "nothing is put over data that is there");
    await deployment.stop();
    await deployment.destroyData();
    await deployment.makeDatabase(); // while .env is there still: PostgreSQL has to know its password
    await rm(join(deployment.folder, ".env"));
    await rm(join(deployment.folder, "run"), { recursive: true });
    await mkdir(join(deployment.folder, "data/synapse"), { recursive: true });
    await deployment.startPart("postgres");
    await run(script("restore"), [file], { env });
    assert.equal(await readFile(join(deployment.folder, ".env"), "utf8"), await readFile(kept, "utf8"));
    await deployment.configure();
    await deployment.restart("postgres", "synapse", "livekit", "token-api", "caddy", "coturn");

    ana = await Visitor.open(deployment, 440, "red");
    ben = await Visitor.open(deployment, 610, "blue");
    await Promise.all([ana.signIn("ana"), ben.signIn("ben")]);
    await Promise.all([ana.enterRecoveryKey(recoveryKeys[0]), ben.enterRecoveryKey(recoveryKeys[1])]);
    await Promise.all([ana.show(room), ben.show(room)]);
    await ana.reads("the quinces are ripe");
    await ana.reads("and the jam is on");
    await Promise.all([ana.call(room), ben.call(room)]);
    await Promise.all([hears(ana.page, [610], PATIENCE), hears(ben.page, [440], PATIENCE)]);
  });
});

/** One person in a browser of their own, on the deployment's page. */
class Visitor {
  readonly page: Page;
  readonly log: PageLog;
  userId = "";
  readonly #context: BrowserContext;

  private constructor(context: BrowserContext, page: Page, log: PageLog) {
    this.#context = context;
    this.page = page;
    this.log = log;
  }

  static async open(deployment: NativeDeployment, tone: number, colour: "red" | "blue"): Promise<Visitor> {
    // The authority of the certificate is known to nobody but the deployment itself.
    const context = await openCaller({ tone, colour, flags: ["--ignore-certificate-errors"] });
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

  async makeRecoveryKey(): Promise<string> {
    return this.page.evaluate(async () => document.querySelector<MeloSession>("melo-session")!.session!.recovery.setUp());
  }

  async enterRecoveryKey(key: string): Promise<void> {
    await this.page.evaluate(async (text) => document.querySelector<MeloSession>("melo-session")!.session!.recovery.enter(text), key);
  }

  async show(room: string): Promise<void> {
    await this.page.goto(`${new URL(this.page.url()).origin}/?${new URLSearchParams({ room })}`);
  }

  async says(text: string): Promise<void> {
    const field = this.page.locator("melo-composer").getByRole("textbox");
    await field.fill(text, { timeout: PATIENCE });
    await field.press("Enter");
  }

  async reads(text: string): Promise<void> {
    await this.page.getByText(text).first().waitFor({ timeout: PATIENCE });
  }

  async call(room: string): Promise<void> {
    await this.page.evaluate(async (id) => document.querySelector<MeloSession>("melo-session")!.session!.calls.join(id), room);
  }

  async close(): Promise<void> {
    await this.#context.browser()?.close();
  }
}
