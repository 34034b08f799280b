// Sign in, read and write with nothing but a keyboard, and see where one is all the time.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Page } from "playwright-core";

import { openBrowser, openProfile } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { environment } from "./support/environment.ts";
import { register } from "./support/homeserver.ts";
import { secret } from "./support/secrets.ts";
import { until } from "./support/until.ts";

/** More stops than any way through these pages has. */
const MANY = 40;

test("sign in, read and write with Tab, Enter and the arrow keys alone", { timeout: 180_000 }, async () => {
  const { homeserver } = await environment();
  const browser = await openBrowser();
  const [alice, bob] = await Promise.all([register(homeserver, "alice"), register(homeserver, "bob")]);
  const his = await ChatPage.signedIn(await openProfile(browser), bob);
  const room = await his.createRoom({ name: "Keys", invite: [alice.userId] });
  await his.showRoom(room);

  // From here on `hers` is touched by its keyboard only.
  const hers = await ChatPage.open(await openProfile(browser));
  const walk = new Walk(hers.page);
  await hers.frame.locator("melo-login input[type='password']").waitFor();
  await walk.tabTo("the user name", ({ autocomplete }) => /\busername\b/.test(autocomplete));
  await hers.page.keyboard.type(alice.name);
  await walk.tabTo("the password", ({ type }) => type === "password");
  await hers.page.keyboard.type(alice.password);
  await hers.page.keyboard.press("Enter");
  await hers.ready();

  await hers.showRoom(room);
  await hers.frame.getByRole("button", { name: /^(accept|join)/i }).waitFor();
  await walk.tabTo("the invitation's answer", ({ role, name }) => role === "button" && /^(accept|join)/i.test(name));
  await hers.page.keyboard.press("Enter");
  await hers.frame.locator("melo-composer").getByRole("textbox").waitFor();
  await until("the focus in the field that came in the button's place", async () => (await walk.focus()).path.includes("melo-composer"));
  await until("her in the room", () => his.frame.evaluate((id) => window.chatSession!.room(id).room.state.joinedCount === 2, room));
  const texts: string[] = [];
  for (let count = 0; count < 5; count += 1) {
    texts.push(`${count} ${await secret()}`);
    await his.send(texts.at(-1)!);
  }
  await hers.shows(texts);

  // Read: the messages are one stop; the arrow keys go from one to the next.
  await walk.tabTo("the messages", ({ path }) => path.includes("melo-timeline"));
  const read: string[] = [];
  for (let count = 0; count < MANY && read.length < texts.length; count += 1) {
    const { name } = await walk.focus();
    const message = texts.find((text) => name.includes(text));
    if (message && !read.includes(message)) read.unshift(message);
    await walk.press("ArrowUp");
  }
  assert.deepEqual(read, texts, "the arrow keys reach every message, the newest first");

  await walk.tabTo("the composer", ({ path, role }) => path.includes("melo-composer") && role === "textbox");
  const [oneLine, answer] = [await secret(), await secret()];
  await hers.page.keyboard.type(oneLine);
  await hers.page.keyboard.press("Shift+Enter");
  await hers.page.keyboard.type(answer);
  await hers.page.keyboard.press("Enter");
  await until("the answer at the other end", async () =>
    (await his.texts()).some((text) => text.includes(oneLine) && text.includes(answer)),
  );
  assert.equal(await hers.draft(), "");

  // And out again at the other end: no element keeps the focus for itself.
  await walk.tabOut();
  assert.deepEqual(walk.invisible, [], "stops at which nothing shows the focus");
  assert.deepEqual(hers.log.errors, []);
});

/** Where the focus is, through all shadow roots. */
interface Stop {
  /** Tag names from the page down to the focused element. */
  readonly path: readonly string[];
  readonly role: string;
  readonly name: string;
  readonly type: string;
  readonly autocomplete: string;
}

/** Goes over a page with the keyboard, and looks at each stop whether the focus can be seen. */
class Walk {
  /** Stops at which the page looks the same with and without the focus. */
  readonly invisible: string[] = [];
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async tabTo(what: string, arrived: (stop: Stop) => boolean): Promise<void> {
    const passed: string[] = [];
    for (let count = 0; count < MANY; count += 1) {
      const stop = await this.focus();
      if (arrived(stop)) return;
      passed.push(stop.path.join(" > "));
      await this.press("Tab");
    }
    assert.fail(`Tab does not reach ${what}; it passes ${passed.join(", ")}`);
  }

  /** Tabs until the focus has left the page's content. */
  async tabOut(): Promise<void> {
    const seen = new Set<string>();
    for (let stop = await this.focus(); stop.path.length > 1; stop = await this.focus()) {
      const here = JSON.stringify([stop.path, stop.name]);
      assert.ok(!seen.has(here), `the focus is caught at ${stop.path.join(" > ")}`);
      seen.add(here);
      await this.press("Tab");
    }
  }

  /** Presses a key; if the focus moves on, the element that had it has to look different without it. */
  async press(key: string): Promise<void> {
    const before = await this.#page.evaluate(rememberFocus);
    await this.#page.keyboard.press(key);
    const changed = await this.#page.evaluate(focusWasVisible);
    if (changed === false) this.invisible.push(before);
  }

  async focus(): Promise<Stop> {
    return this.#page.evaluate(() => {
      const path: string[] = [];
      let element = document.activeElement;
      while (element) {
        path.push(element.localName);
        if (!element.shadowRoot?.activeElement) break;
        element = element.shadowRoot.activeElement;
      }
      const input = element instanceof HTMLInputElement ? element : undefined;
      const implicit = element?.localName === "button" ? "button" : element?.localName === "textarea" || input ? "textbox" : "";
      return {
        path,
        role: element?.getAttribute("role") ?? implicit,
        name: (element?.getAttribute("aria-label") ?? element?.textContent ?? "").trim(),
        type: input?.type ?? "",
        autocomplete: input?.autocomplete ?? "",
      };
    });
  }
}

interface Remembered {
  readonly focused: Element;
  readonly chain: readonly Element[];
  readonly looks: readonly string[];
}
type WithRemembered = typeof globalThis & { remembered?: Remembered; lookOf?: (element: Element) => string };

/** In the page: keeps how the focused element, and what is around it, looks now. Answers with its name for people. */
function rememberFocus(): string {
  const page = globalThis as WithRemembered;
  page.lookOf ??= (element) => {
    for (const animation of element.getAnimations()) animation.finish();
    const style = getComputedStyle(element);
    const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor, backgroundColor, textDecorationLine } = style;
    const outline = outlineStyle === "none" ? "none" : `${outlineWidth} ${outlineColor}`;
    return [outline, boxShadow, borderColor, backgroundColor, textDecorationLine].join("; ");
  };
  let focused = document.activeElement;
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  page.remembered = undefined;
  if (!focused || focused === document.body) return "the page";
  const chain: Element[] = [];
  for (let element: Element | null = focused; element && chain.length < 4;) {
    chain.push(element);
    const root = element.getRootNode();
    element = element.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
  }
  page.remembered = { focused, chain, looks: chain.map(page.lookOf) };
  return chain.map(({ localName, className }) => `${localName}.${className}`).join(" in ");
}

/** In the page: whether what was remembered looks different now. `undefined` where it still has the focus, or is gone. */
function focusWasVisible(): boolean | undefined {
  const { remembered, lookOf } = globalThis as WithRemembered;
  let focused = document.activeElement;
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  if (!remembered || !lookOf || !remembered.focused.isConnected || remembered.focused === focused) return undefined;
  return remembered.chain.some((element, index) => lookOf(element) !== remembered.looks[index]);
}
