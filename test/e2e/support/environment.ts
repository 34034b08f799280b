import { existsSync } from "node:fs";

import type { StackInfo } from "../../../demo/stack/stack.ts";
import { atEnd } from "./at-end.ts";

type Known = "homeserver" | "serverName" | "portBase" | "database" | "mediaStore" | "stateFolder" | "jwt" | "livekit";

/** What a test runs against: the runner starts it once for all files and describes it in `MELO_E2E`. */
export interface E2eEnvironment extends Required<Pick<StackInfo, Known>> {
  /** Where the built pages of test/e2e/pages are served, without a trailing slash: `http://localhost:8403`. */
  readonly pages: string;
  /** Path of the Chromium to use. */
  readonly chromium: string;
}

let known: Promise<E2eEnvironment> | undefined;

/** The environment of this run. Without a runner, the first call starts one for this file alone, which ends with the file's tests. */
export function environment(): Promise<E2eEnvironment> {
  return (known ??= find());
}

/** The same pages at another site (scheme and host differ for the browser), for frames across sites. */
export function otherSite(pages: string): string {
  return pages.replace("//localhost", "//127.0.0.1");
}

async function find(): Promise<E2eEnvironment> {
  const given = process.env["MELO_E2E"];
  if (given) return { chromium: installedChromium(), ...(JSON.parse(given) as Omit<E2eEnvironment, "chromium">) };
  const { startStack } = await import("../../../demo/stack/stack.ts");
  const { buildPages, servePages } = await import("./page-server.ts");
  const stack = await startStack({ temporary: true, voice: "required" });
  atEnd(() => stack.stop());
  const server = await servePages(await buildPages());
  atEnd(() => server.close());
  const { livekit } = stack.info;
  if (!livekit) throw new Error("The stack has no LiveKit.");
  return { ...stack.info, livekit, pages: server.address, chromium: installedChromium() };
}

function installedChromium(): string {
  const candidates = [process.env["CHROME_PATH"], "/usr/bin/chromium", "/usr/bin/google-chrome"];
  const found = candidates.find((path) => path && existsSync(path));
  if (!found) throw new Error("No Chromium was found: set CHROME_PATH to one.");
  return found;
}
