// The page of voice channels, as a visitor has it: in by one click, out by another, and the call goes on while they look around.

import assert from "node:assert/strict";
import { before, test } from "node:test";

import type { FrameLocator, Locator, Page } from "playwright-core";

import { DEMO_PORTS, startDemo } from "../../demo/stack/demo.ts";
import { startStack } from "../../demo/stack/stack.ts";
import { atEnd } from "./support/at-end.ts";
import { openCaller } from "./support/caller-browser.ts";

/** Three clients start on one machine. */
const LIMIT = 120_000;

let page: Page;

before(async () => {
  const stack = await startStack({ temporary: true, voice: "required", alsoFree: DEMO_PORTS });
  atEnd(() => stack.stop());
  const demo = await startDemo(stack);
  const context = await openCaller({ tone: 440, colour: "red" });
  page = await context.newPage();
  page.setDefaultTimeout(LIMIT);
  await page.goto(`${demo.address}/voice.html`);
});

test(
  "a visitor sees who is inside, goes in, is muted and deaf, moves on, and leaves, while the media server hears nothing",
  { timeout: 600_000 },
  async (context) => {
    const [kitchen, bench] = [channel("Kitchen table"), channel("Bench under the quince tree")];
    await kitchen.getByText("Bob", { exact: true }).waitFor();
    await bench.getByText("Carol", { exact: true }).waitFor();

    const clicked = performance.now();
    await kitchen.getByRole("button", { name: "Join Kitchen table" }).click();
    await kitchen.getByRole("button", { name: "Leave Kitchen table" }).waitFor();
    const bar = page.locator("melo-call-bar");
    await bar.getByRole("button", { name: "Show Kitchen table" }).waitFor();
    await page.locator("melo-call-bar:state(connected)").waitFor();
    context.diagnostic(`in after ${Math.round(performance.now() - clicked)} ms`);

    const bobs = page.frameLocator('iframe[title="Bob"]');
    await row(bobs, "Alice").waitFor();
    await bar.getByRole("button", { name: "Mute", exact: true }).click();
    await row(bobs, "Alice").getByLabel("muted", { exact: true }).waitFor();
    await bar.getByRole("button", { name: "Unmute" }).click();
    await row(bobs, "Alice").getByLabel("muted", { exact: true }).waitFor({ state: "detached" });
    await bar.getByRole("button", { name: "Hear nobody" }).click();
    await row(bobs, "Alice").getByLabel("hears nobody").waitFor();
    await bar.getByRole("button", { name: "Hear again" }).click();
    await row(bobs, "Alice").getByLabel("hears nobody").waitFor({ state: "detached" });

    await bar.getByRole("button", { name: "Show Kitchen table" }).click();
    await page.locator("main melo-call").waitFor();
    await page.locator("nav a.place").click();
    await page.locator("main melo-room").waitFor();
    assert.equal(await page.locator("melo-call-bar:state(connected)").count(), 1, "the call goes on");

    await page.locator("sfu-view").getByRole("button", { name: "Look in" }).click();
    const sound = page.locator('sfu-view article[data-kind="sound"]').first();
    await sound.waitFor();
    await page.waitForFunction(() => {
      const articles = [...(document.querySelector("sfu-view")?.shadowRoot?.querySelectorAll("article") ?? [])];
      return articles.some(({ dataset }) => Number(dataset["frames"]) > 20);
    });
    const counts = await page
      .locator("sfu-view article")
      .evaluateAll((all) => (all as HTMLElement[]).map(({ dataset }) => ({ ...dataset })));
    for (const { frames, sealed } of counts) assert.ok(Number(sealed) > 0 && Number(frames) - Number(sealed) <= 5, JSON.stringify(counts));
    await page.locator("sfu-view").getByRole("button", { name: "Stop looking" }).click();

    await bench.getByRole("button", { name: /^Join/ }).click();
    await bench.getByRole("button", { name: /^Leave/ }).waitFor();
    await bar.getByRole("button", { name: "Show Bench under the quince tree" }).waitFor();
    await kitchen.getByText("Alice", { exact: true }).waitFor({ state: "detached" });

    await bar.getByRole("button", { name: "Leave the call" }).click();
    await page.locator("melo-call-bar:state(idle)").waitFor({ state: "attached" });
    await bench.getByText("Alice", { exact: true }).waitFor({ state: "detached" });
  },
);

function channel(name: string): Locator {
  return page.locator("melo-voice-channel-list melo-voice-channel").filter({ hasText: name });
}

function row(frame: FrameLocator, name: string): Locator {
  return frame.locator("melo-participant-list .person").filter({ hasText: name });
}
