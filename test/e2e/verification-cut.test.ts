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

describe("V10: a verification whose tab dies", { timeout: 340_000 }, () => {
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
      const { account, old, fresh, freshProfile } = await twoDevices();
      await fresh.click(/^verify this device$/i);
      await lead({ old, fresh });
      await crash(fresh.page);

      const next = await ChatPage.open(freshProfile, TAGS);
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

  const askedSteps: typeof steps = [
    ["shows its code", async (sides) => agree(sides)],
    ["shows the emoji", async (sides) => (await agree(sides), await toEmoji(sides))],
    [
      "has confirmed the emoji",
      async (sides) => {
        await agree(sides);
        await toEmoji(sides);
        await sides.old.click(/^they match$/i);
        await flowIs(sides.old, "confirming");
      },
    ],
  ];
  for (const [name, lead] of askedSteps) {
    it(`of the side that was asked, while it ${name}: the same`, async () => {
      const { account, fresh, old, oldProfile } = await twoDevices();
      await fresh.click(/^verify this device$/i);
      await lead({ old, fresh });
      await crash(old.page);
      const next = await ChatPage.open(oldProfile, TAGS);
      await next.ready();
      assert.equal(await isDeviceSigned(witness, account, fresh), false);
      await fresh.page.keyboard.press("Escape");
      await flowIs(fresh, "idle");
      await fresh.click(/^verify this device$/i);
      await agree({ old: next, fresh });
      await toEmoji({ old: next, fresh });
      await Promise.all([next.click(/^they match$/i), fresh.click(/^they match$/i)]);
      await until("the signature at the server", () => isDeviceSigned(witness, account, fresh));
    });
  }

  it("of the side that was asked, before it answered: the next tab is asked, and goes on", async () => {
    const { account, fresh, old, oldProfile } = await twoDevices();
    await fresh.click(/^verify this device$/i);
    await flowIs(old, "asked");
    await crash(old.page);
    const next = await ChatPage.open(oldProfile, TAGS);
    await agree({ old: next, fresh });
    await toEmoji({ old: next, fresh });
    await Promise.all([next.click(/^they match$/i), fresh.click(/^they match$/i)]);
    await until("the signature at the server", () => isDeviceSigned(witness, account, fresh));
    assert.deepEqual(next.log.refusedKeyUploads, []);
  });

  async function twoDevices() {
    const account = await register(stack.homeserver, "alice");
    const oldProfile = await openProfile(browser);
    const old = await ChatPage.signedIn(oldProfile, account, TAGS);
    const freshProfile = await openProfile(browser);
    const fresh = await ChatPage.open(freshProfile, TAGS);
    await fresh.signIn(account);
    await fresh.sessionIs("unsigned", ({ status, crossSigning }) => status === "ready" && crossSigning === "missing");
    return { account, old, oldProfile, fresh, freshProfile };
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
