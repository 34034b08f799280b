import { constants } from "node:fs";
import { access, mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";

import { keyOf, type LeaveStore, type PendingLeave } from "./store.ts";

interface Entry {
  leave: PendingLeave;
  due: number;
}

/**
 * Pending leaves in memory, and in a file that is replaced as a whole whenever something changes. For one process. Without a file they end with the process; the
 * homeserver then sends them when their time is over.
 */
export async function openFileStore(file?: string): Promise<LeaveStore> {
  const entries = new Map(file ? await readEntries(file) : []);
  let writing: Promise<void> | undefined;
  let waiting: Promise<void> | undefined;

  /** Resolves when the present state is on disk. Any number of changes during one write are one write afterwards. */
  const persist = (): Promise<void> => {
    if (!file) return Promise.resolve();
    waiting ??= (writing ?? Promise.resolve())
      .catch(() => {}) // whoever waited for that write has the error
      .then(() => {
        waiting = undefined;
        writing = writeWhole(file, JSON.stringify([...entries.values()]));
        return writing;
      });
    return waiting;
  };

  return {
    async put(leave, due) {
      entries.set(keyOf(leave), { leave, due });
      await persist();
    },
    async claim(now, lease) {
      const due = [...entries.values()].filter((entry) => entry.due <= now);
      for (const entry of due) entry.due = now + lease; // not written: after a crash they are due at once, as they should be
      return due.map(({ leave }) => leave);
    },
    async get(key) {
      return entries.get(keyOf(key))?.leave;
    },
    async save(leave, due) {
      const kept = entries.get(keyOf(leave))?.leave;
      if (kept?.delayId !== leave.delayId || kept.version !== leave.version) return false;
      entries.set(keyOf(leave), { leave: { ...leave, version: leave.version + 1 }, due });
      await persist();
      return true;
    },
    async remove(leave) {
      if (entries.get(keyOf(leave))?.leave.delayId !== leave.delayId) return;
      entries.delete(keyOf(leave));
      await persist();
    },
    async check() {
      if (file) await access(dirname(file), constants.W_OK);
    },
    async close() {
      await waiting;
      await writing;
    },
  };
}

async function readEntries(file: string): Promise<[string, Entry][]> {
  await mkdir(dirname(file), { recursive: true });
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "[]";
    throw error;
  });
  return (JSON.parse(text) as Entry[]).map(({ leave }) => [keyOf(leave), { leave, due: 0 }]); // all are looked at right after a start
}

async function writeWhole(file: string, text: string): Promise<void> {
  const beside = `${file}.new`;
  const handle = await open(beside, "w", 0o600); // the ids in it are secrets
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(beside, file);
}
