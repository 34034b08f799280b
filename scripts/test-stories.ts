// `npm run test:stories [-- --only NAME]`: renders every story in a real Chromium and looks at it with axe, in the light and in the dark scheme.

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";

import type { AxeResults } from "axe-core";
import { chromium, type Browser, type Page } from "playwright-core";

import { StaticServer } from "../demo/stack/static-server.ts";
import { CHROMIUM_FLAGS, ensureChromium } from "./chromium.ts";
import { reportCounts } from "./counts.ts";
import { longStep, say } from "./progress.mjs";
import { projectFolder, projectNode } from "./project-node.mjs";

const SCHEMES = ["light", "dark"] as const;
/** How many stories are looked at at once. */
const PAGES = 2;
/** How long a story may take to be rendered and played, in ms. */
const STORY_LIMIT = 30_000;
/** Rules about whole pages: a story is a part of one. */
const PAGE_RULES = ["region", "landmark-one-main", "page-has-heading-one", "document-title", "html-has-lang", "bypass"];
/** Rules that another scheme may break; all others were looked at in the first. */
const SCHEME_RULES = ["color-contrast", "link-in-text-block"];
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Story {
  readonly id: string;
  readonly title: string;
  readonly name: string;
  readonly type: string;
}

const { values } = parseArgs({ options: { only: { type: "string" } } });
const folder = join(projectFolder, "dist/storybook");
const executablePath = await ensureChromium();
const failures: string[] = [];
let looks = 0;
try {
  await longStep("Building the stories", () =>
    promisify(execFile)(projectNode, [join(projectFolder, "node_modules/.bin/storybook"), "build", "--quiet", "--output-dir", folder], {
      cwd: projectFolder,
      env: { ...process.env, STORYBOOK_DISABLE_TELEMETRY: "1" },
      maxBuffer: 64 * 1024 * 1024,
    }),
  );
  const { entries } = JSON.parse(readFileSync(join(folder, "index.json"), "utf8")) as { entries: Record<string, Story> };
  const stories = Object.values(entries).filter(({ type, id }) => type === "story" && id.includes(values.only ?? ""));
  const server = new StaticServer({ name: "Stories", port: 0, folder });
  await server.start();
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
  try {
    const waiting = [...stories];
    await Promise.all(Array.from({ length: PAGES }, () => lookAtStories(browser, server.address, waiting)));
  } finally {
    await browser.close();
    await server.stop();
  }
  if (stories.length === 0) failures.push("No story was found.");
} catch (error) {
  const { message, stdout = "" } = error as Error & { stdout?: string };
  failures.push(`${message}\n${stdout.slice(-4000)}`);
}
for (const failure of failures) say(`✗ ${failure}`);
const passed = Math.max(0, looks - failures.length);
say(`Stories: ${passed} passed, ${failures.length} failed`);
reportCounts("stories", { passed, failed: failures.length, skipped: 0 });
process.exit(failures.length > 0 ? 1 : 0);

async function lookAtStories(browser: Browser, address: string, waiting: Story[]): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 900, height: 900 }, reducedMotion: "reduce" });
  const thrown: string[] = [];
  page.on("pageerror", (error) => thrown.push(error.message));
  for (let story = waiting.shift(); story; story = waiting.shift()) {
    const label = `${story.title} › ${story.name}`;
    for (const scheme of SCHEMES) {
      looks++;
      thrown.length = 0;
      const problems = await look(page, address, story, scheme).catch((error: unknown) => [String(error)]);
      problems.push(...thrown);
      if (problems.length > 0) failures.push(`${label} (${scheme})\n    ${problems.join("\n    ")}`);
    }
  }
}

/** What is wrong with the story. It is loaded once and then shown in each scheme. */
async function look(page: Page, address: string, story: Story, scheme: (typeof SCHEMES)[number]): Promise<string[]> {
  await page.emulateMedia({ colorScheme: scheme });
  if (scheme === SCHEMES[0]) {
    // The addon's own run of axe is off: two runs at once are an error.
    await page.goto(`${address}/iframe.html?viewMode=story&id=${story.id}&globals=a11y.manual:!true`);
    await rendered(page);
    await page.evaluate(AXE);
  }
  const { violations } = await page.evaluate(
    ([rules, only]) => {
      const axe = (window as unknown as { axe: typeof import("axe-core") }).axe;
      return axe.run("#storybook-root", {
        ...(only.length > 0 ? { runOnly: only } : { rules: Object.fromEntries(rules.map((rule) => [rule, { enabled: false }])) }),
        resultTypes: ["violations"],
      });
    },
    [PAGE_RULES, scheme === SCHEMES[0] ? [] : SCHEME_RULES] as const,
  );
  return violations.map(wording);
}

/** Waits until the story is on the page and its play function has ended. */
async function rendered(page: Page): Promise<void> {
  const handle = await page.waitForFunction(
    () => {
      const { currentRender } = (window as unknown as StorybookWindow).__STORYBOOK_PREVIEW__ ?? {};
      if (document.body.classList.contains("sb-show-errordisplay"))
        return document.querySelector("#error-message")?.textContent || "an error";
      return currentRender?.phase === "finished" || currentRender?.phase === "completed" ? "done" : undefined;
    },
    undefined,
    { timeout: STORY_LIMIT },
  );
  const outcome = await handle.jsonValue();
  if (outcome !== "done") throw new Error(`does not render: ${outcome}`);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
}

interface StorybookWindow {
  readonly __STORYBOOK_PREVIEW__?: { readonly currentRender?: { readonly phase?: string } };
}

function wording({ id, help, nodes }: AxeResults["violations"][number]): string {
  const where = nodes.map(({ target, any }) => `${target.flat().join(" ")}${any[0]?.message ? ` (${any[0].message})` : ""}`);
  return `${id}: ${help}\n      ${where.slice(0, 4).join("\n      ")}`;
}
