import { open, rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

import { say } from "../../scripts/progress.mjs";

/** Runs `action` while no other process on this machine runs it under the same lock file. A lock whose process is gone is void. */
export async function alone(lockFile: string, action: () => Promise<void>): Promise<void> {
  for (let waited = 0; ; waited += 500) {
    try {
      const lock = await open(lockFile, "wx");
      await lock.writeFile(String(process.pid));
      await lock.close();
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      if (waited === 0) say("Another melo is making what this one needs; waiting for it …");
      if (!(await holderLives(lockFile))) await rm(lockFile, { force: true });
      else await delay(500);
    }
  }
  try {
    await action();
  } finally {
    await rm(lockFile, { force: true });
  }
}

async function holderLives(lockFile: string): Promise<boolean> {
  const lock = await open(lockFile).catch(() => undefined);
  if (!lock) return false;
  const { mtimeMs } = await lock.stat();
  const pid = Number(await lock.readFile("utf8"));
  await lock.close();
  if (!pid) return Date.now() - mtimeMs < 2000; // its holder has only just made it
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
