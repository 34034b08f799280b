import { execFile } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { longStep } from "./progress.mjs";
import { projectFolder, projectNode } from "./project-node.mjs";

const run = promisify(execFile);

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const MAC_APPS = ["Google Chrome", "Chromium"].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);

/**
 * Path of the Chromium that the tests drive: the one named by `CHROME_PATH`, else an installed one, else Debian's package (as root), else
 * Playwright's own build.
 */
export async function ensureChromium(): Promise<string> {
  const named = process.env["CHROME_PATH"];
  if (named) {
    if (!isProgram(named)) throw new Error(`CHROME_PATH names ${named}, which is not a program.`);
    return named;
  }
  return installedChromium() ?? (await playwrightChromium()) ?? (await installChromium());
}

function installedChromium(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(":");
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...candidates, ...(process.platform === "darwin" ? MAC_APPS : [])].find(isProgram);
}

async function playwrightChromium(): Promise<string | undefined> {
  const { chromium } = await import("playwright-core");
  const path = chromium.executablePath();
  return existsSync(path) ? path : undefined;
}

async function installChromium(): Promise<string> {
  const isRoot = process.getuid?.() === 0;
  if (isRoot && existsSync("/usr/bin/apt-get")) {
    const apt = { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" }, maxBuffer: 64 * 1024 * 1024 };
    await longStep("Installing Debian's Chromium (once)", async () => {
      await run("apt-get", ["update"], apt);
      await run("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], apt);
    }).catch(() => {}); // not every Debian-like system has the package; Playwright's build is next
    const installed = installedChromium();
    if (installed) return installed;
  }
  const cli = join(projectFolder, "node_modules/playwright-core/cli.js");
  await longStep("Downloading Playwright's Chromium (once)", () => run(projectNode, [cli, "install", "chromium"])).catch(() => {});
  const path = await playwrightChromium();
  if (path) return path;
  throw new Error("The tests need a Chromium, and none could be installed: install one, or name it in CHROME_PATH.");
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** How Chromium has to be started in containers and on machines without a graphics card. */
export const CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"];
