import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { Browser, BrowserContext } from "playwright-core";

import { openBrowser, openProfile, openTolerantProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { BLOCKED } from "./support/damage.ts";
import { environment, otherSite, type E2eEnvironment } from "./support/environment.ts";
import { register, signIn } from "./support/homeserver.ts";
import { PageLog } from "./support/page-log.ts";
import { secret } from "./support/secrets.ts";
import { until } from "./support/until.ts";

const THIS_SESSION_ONLY = /This browser keeps nothing here/;

describe("a browser that keeps nothing for melo", () => {
  let stack: E2eEnvironment;
  let browser: Browser;

  before(async () => {
    stack = await environment();
    browser = await openBrowser();
  });

  for (const [way, script] of Object.entries(BLOCKED)) {
    it(`IndexedDB ${way}: works for this visit, and says so`, async () => {
      const page = await (await openProfile(browser)).newPage();
      await page.addInitScript(script);
      await worksForThisVisit(await ChatPage.openIn(page, await PageLog.of(page)));
    });
  }

  it("a sandboxed frame: works for this visit, and says so", async () => {
    await worksForThisVisit(await openFrame(stack.pages, "allow-scripts allow-forms"));
  });

  it("a frame in another site whose browser blocks that: works for this visit, and says so", async () => {
    await worksForThisVisit(await openFrame(otherSite(stack.pages)));
  });

  it("a frame in another site whose browser allows that: is kept", async () => {
    const chat = await openFrame(otherSite(stack.pages), undefined, await openTolerantProfile());
    await chat.signIn(await register(stack.homeserver, "alice"));
    const { storage } = await chat.ready();
    assert.equal(storage, "persistent");
    assert.ok(!THIS_SESSION_ONLY.test(await chat.visibleText()));
  });

  it("a page of its own says nothing of the kind, which shows that the words can be missed", async () => {
    const account = await register(stack.homeserver, "alice");
    const chat = await ChatPage.signedIn(await openProfile(browser), account);
    assert.equal((await chat.session()).storage, "persistent");
    assert.ok(!THIS_SESSION_ONLY.test(await chat.visibleText()));
  });

  /** A page of `site` with a frame of the pages' own site in it. */
  async function openFrame(site: string, sandbox?: string, profile?: BrowserContext): Promise<ChatPage> {
    const page = await (profile ?? (await openProfile(browser))).newPage();
    const log = await PageLog.of(page);
    await page.goto(`${site}/host.html`);
    await page.evaluate(
      ([address, rules]) => {
        const frame = document.createElement("iframe");
        if (rules) frame.setAttribute("sandbox", rules);
        frame.src = address!;
        document.body.append(frame);
      },
      [`${stack.pages}/chat.html`, sandbox],
    );
    const element = await page.waitForSelector("iframe");
    const chat = new ChatPage((await element.contentFrame())!, log, { homeserver: stack.homeserver });
    await chat.mount();
    return chat;
  }

  async function worksForThisVisit(chat: ChatPage): Promise<void> {
    const account = await register(stack.homeserver, "alice");
    await chat.signIn(account);
    const { storage, account: shown } = await chat.ready();
    assert.equal(storage, "memory");
    await chat.says(THIS_SESSION_ONLY);

    const room = await chat.createRoom();
    const text = await secret();
    await chat.showRoom(room);
    await chat.send(text);
    await chat.shows([text]);
    const sent = await until("the message being sent", async () =>
      (await chat.items(room)).find((item) => item.kind === "message" && item.body === text && item.eventId && !item.send),
    );
    const raw = await signIn(stack.homeserver, account);
    assert.equal((await raw.event(room, sent.eventId!)).type, "m.room.encrypted");
    assert.deepEqual(await raw.otherDevices(), [shown?.deviceId]);
    assert.deepEqual([chat.log.errors, chat.log.refusedKeyUploads], [[], []]);
  }
});
