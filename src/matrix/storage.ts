import { MeloError } from "../internal/errors.js";
import { within } from "../internal/time-limit.js";
import { MemoryVault, SealedVault, type Vault } from "./vault.js";

/** The database of the site's vault. */
const VAULT = "melo";
/** How long a browser may take to open a database, in ms: some never answer. */
const OPENING = 4_000;
/** How long to wait for a database to be deleted, in ms: one that is open elsewhere goes later, by itself. */
const DELETING = 800;

/**
 * Finds out what this browser keeps here, before anything else touches its storage: the site's sealed vault, else one in memory ("this session only": sandboxed and some
 * third-party frames, private windows, blocked storage). Rejects `unsupported` where there is no cryptography at all (a page without HTTPS).
 */
export async function openVault(): Promise<Vault> {
  if (!globalThis.crypto?.subtle || !crypto.randomUUID)
    throw new MeloError("unsupported", "melo needs a secure context: serve the page over https, or from localhost.");
  if (!(await mayShare())) return new MemoryVault();
  return (await opened()) ?? new MemoryVault();
}

/** Asks the browser not to evict what is kept. Whatever it answers, melo goes on. */
export async function askToPersist(): Promise<void> {
  try {
    if (!(await navigator.storage.persisted())) await navigator.storage.persist();
  } catch {
    // Not offered here.
  }
}

/** Deletes databases. Resolves with the names of those that are still there because they are open somewhere. */
export async function deleteDatabases(names: readonly string[]): Promise<string[]> {
  const results = await Promise.all(names.map(async (name) => ((await deleteDatabase(name)) ? [] : [name])));
  return results.flat();
}

/** Frames of an opaque origin throw at the mere mention of storage and locks; without them several tabs would destroy each other's keys. */
async function mayShare(): Promise<boolean> {
  try {
    if (!globalThis.indexedDB || !globalThis.localStorage || !navigator.locks || !globalThis.BroadcastChannel) return false;
    await navigator.locks.query();
    return true;
  } catch {
    return false;
  }
}

/** The site's vault, or `undefined` if the browser does not really keep it. One that is damaged is thrown away once. */
async function opened(): Promise<Vault | undefined> {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      return await within(OPENING, SealedVault.open(VAULT), tooLate);
    } catch (error) {
      const isDamaged = error instanceof DOMException && (error.name === "NotFoundError" || error.name === "VersionError");
      if (!isDamaged) return undefined;
      await deleteDatabase(VAULT);
    }
  }
  return undefined;
}

function deleteDatabase(name: string): Promise<boolean> {
  const deleted = new Promise<boolean>((resolve) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve(true);
    request.onerror = () => resolve(false);
  });
  return within(DELETING, deleted, tooLate).catch(() => false);
}

function tooLate(): MeloError {
  return new MeloError("store-closed", "The browser does not open its storage.");
}
