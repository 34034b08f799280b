// V10: the tab of one side dies in the middle of a verification. docs/reliability.md has the table.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { Browser } from "playwright-core";

import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { crash } from "./support/crash.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { freshRawUser, register, type RawUser } from "./support/homeserver.ts";
import { until } from "./support/until.ts";
import { flowIs, isDeviceSigned, scanPicture, shownCode } from "./support/verifying.ts";

const TAG = "melo-verify-device";
const TAGS = { tags: [TAG] };

describe("V10: a verification whose tab dies", { timeout: 300_000 }, () => {
  let stack: E2eEnvironment;
  let browser: Browser;
  let witness: RawUser;

  before(async () => {
    stack = await environment();
    browser = await openBrowser();
    witness = await freshRawUser(stack.homeserver, "witness");
  });

  type Sides = { readonly old: ChatPage; readonly fresh: ChatPage };
  const steps: [name: string, lead: (sides: Sides) => Promise<unknown>][] = [
    ["waits for an answer", async ({ fresh, old }) => Promise.all([flowIs(fresh, "asking"), flowIs(old, "asked")])],
    ["shows its code", async (sides) => agree(sides)],
    ["shows the emoji", async (sides) => (await agree(sides), await toEmoji(sides))],
    [
      "has confirmed the emoji",
      async (sides) => {
        await agree(sides);
        await toEmoji(sides);
        await sides.fresh.click(/^they match$/i);
        await flowIs(sides.fresh, "confirming");
      },
    ],
    [
      "has scanned the code",
      async (sides) => {
        await agree(sides);
        const picture = await shownCode(sides.old, TAG);
        await sides.fresh.click(/^scan their code$/i);
        await scanPicture(sides.fresh, TAG, picture);
        await flowIs(sides.old, "code-scanned");
      },
    ],
  ];

  for (const [name, lead] of steps) {
    it(`while it ${name}: nothing is verified, the other side can stop, and the next tab begins again and succeeds`, async () => {
      const account = await register(stack.homeserver, "alice");
      const old = await ChatPage.signedIn(await openProfile(browser), account, TAGS);
      const profile = await openProfile(browser);
      const fresh = await ChatPage.open(profile, TAGS);
      await fresh.signIn(account);
      await fresh.sessionIs("unsigned", ({ status, crossSigning }) => status === "ready" && crossSigning === "missing");
      await fresh.click(/^verify this device$/i);
      await lead({ old, fresh });
      await crash(fresh.page);

      const next = await ChatPage.open(profile, TAGS);
      await next.sessionIs("unsigned still", ({ status, crossSigning }) => status === "ready" && crossSigning === "missing");
      assert.equal(await isDeviceSigned(witness, account, next), false);
      await old.page.keyboard.press("Escape");
      await flowIs(old, "idle");
      await next.click(/^verify this device$/i);
      await agree({ old, fresh: next });
      await toEmoji({ old, fresh: next });
      await Promise.all([old.click(/^they match$/i), next.click(/^they match$/i)]);
      await until("the signature at the server", () => isDeviceSigned(witness, account, next));
    });
  }

  async function agree({ old, fresh }: Sides): Promise<void> {
    await flowIs(old, "asked");
    await old.click(/^accept$/i);
    await Promise.all([flowIs(old, "ready"), flowIs(fresh, "ready")]);
  }

  async function toEmoji({ old, fresh }: Sides): Promise<void> {
    await fresh.click(/^compare emoji instead$/i);
    await Promise.all([flowIs(old, "emoji"), flowIs(fresh, "emoji")]);
  }
});
