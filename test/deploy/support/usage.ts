import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

import type { Page } from "playwright-core";

/** Programs by a word of their command line, and what people call them. */
const NAMES: readonly [word: RegExp, name: string][] = [
  [/run-tied\.py/, ""],
  [/synapse\.app\.homeserver/, "Synapse"],
  [/synapse\.app\.generic_worker/, "worker of Synapse"],
  [/postgres/, "PostgreSQL"],
  [/livekit-server/, "LiveKit"],
  [/server\/main\.ts/, "token API"],
  [/caddy/, "Caddy"],
  [/redis-server/, "Redis"],
  [/turnserver/, "coturn"],
];

/** What the parts of the deployment in `folder` take of the memory (proportional set size), in MB. */
export function memoryOf(folder: string): Record<string, number> {
  const found: Record<string, number> = {};
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      if (!command.includes(folder) && !readlinkSync(`/proc/${pid}/cwd`).startsWith(folder)) continue;
      const name = NAMES.find(([word]) => word.test(command))?.[1];
      const [, kilobytes = 0] = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8")) ?? [];
      if (name) found[name] = (found[name] ?? 0) + Number(kilobytes) / 1024;
    } catch {
      // a process that has ended in the meantime, or somebody else's
    }
  }
  return Object.fromEntries(Object.entries(found).map(([name, value]) => [name, Math.round(value)]));
}

/** What the page sends to the SFU, all tracks together, in kbit/s. */
export async function uploadOf(page: Page, seconds = 8): Promise<number> {
  const sent = () =>
    page.evaluate(async () => {
      let bytes = 0;
      for (const sender of window.e2eConnections.senders())
        for (const entry of (await sender.getStats()).values() as Iterable<{ type: string; bytesSent?: number; headerBytesSent?: number }>)
          if (entry.type === "outbound-rtp") bytes += (entry.bytesSent ?? 0) + (entry.headerBytesSent ?? 0);
      return bytes;
    });
  const [before, begin] = [await sent(), Date.now()];
  await delay(seconds * 1000);
  return Math.round(((await sent()) - before) / ((Date.now() - begin) / 8));
}
