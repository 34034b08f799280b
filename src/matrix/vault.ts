import { createStore, del, delMany, get, keys, update, type UseStore } from "idb-keyval";

import { MeloError } from "../internal/errors.js";

/** Named values kept at rest, encrypted under a key that no script can read out. */
export interface Vault {
  /** `memory`: forgotten when the page closes, because this browser keeps nothing here. */
  readonly kind: "persistent" | "memory";
  /** The value kept under `name`; `undefined` if there is none or it cannot be opened any more. */
  load<T>(name: string): Promise<T | undefined>;
  /** Keeps a JSON value. Rejects `store-full` or `store-closed`. */
  save(name: string, value: unknown): Promise<void>;
  remove(name: string): Promise<void>;
  /** The names that begin with `prefix`, sorted. */
  names(prefix: string): Promise<string[]>;
}

/** The site's key. Its id tells whether a value was sealed under it, since keys cannot be compared. */
interface SiteKey {
  readonly id: string;
  readonly key: CryptoKey;
}

interface Sealed {
  readonly keyId: string;
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly data: ArrayBuffer;
}

/** Where the site's key is kept: an array, so that no name of a value is ever the same. */
const KEY = ["key"];

/**
 * The vault of a site, in IndexedDB: every value is sealed with AES-GCM (256 bit, a random 96-bit IV, its name as additional data) under one non-extractable key.
 * It protects what is copied off the disk, not against scripts of the page.
 */
export class SealedVault implements Vault {
  readonly kind = "persistent";
  readonly #store: UseStore;
  #siteKey: SiteKey;

  private constructor(store: UseStore, siteKey: SiteKey) {
    this.#store = store;
    this.#siteKey = siteKey;
  }

  /** Opens the vault, and makes its key if there is none. Rejects with what the browser says if that cannot be done here. */
  static async open(databaseName: string): Promise<SealedVault> {
    const store = createStore(databaseName, "vault");
    const kept = await get<unknown>(KEY, store);
    if (isSiteKey(kept)) return new SealedVault(store, kept);
    const fresh = await newSiteKey();
    await update<unknown>(KEY, (other) => (isSiteKey(other) ? other : fresh), store);
    const made = await get<unknown>(KEY, store);
    if (!isSiteKey(made)) throw new MeloError("unsupported", "The browser does not keep keys.");
    return new SealedVault(store, made);
  }

  async load<T>(name: string): Promise<T | undefined> {
    try {
      const sealed = await this.#again(() => get<Sealed>(name, this.#store));
      if (sealed === undefined) return undefined;
      if (sealed.keyId !== this.#siteKey.id) await this.#reloadKey();
      return await unseal<T>(this.#siteKey, name, sealed);
    } catch {
      return undefined;
    }
  }

  async save(name: string, value: unknown): Promise<void> {
    try {
      let stored = false;
      while (!stored) {
        const sealed = await seal(this.#siteKey, name, value);
        stored = await this.#again(() => this.#put(name, sealed));
      }
    } catch (error) {
      throw storeError(error);
    }
  }

  async remove(name: string): Promise<void> {
    await this.#again(() => del(name, this.#store)).catch((error: unknown) => {
      throw storeError(error);
    });
  }

  async names(prefix: string): Promise<string[]> {
    const all = await this.#again(() => keys<IDBValidKey>(this.#store)).catch((error: unknown) => {
      throw storeError(error);
    });
    return all.filter((name): name is string => typeof name === "string" && name.startsWith(prefix)).sort();
  }

  /** Removes everything of that prefix in one step. */
  async clear(prefix: string): Promise<void> {
    await delMany(await this.names(prefix), this.#store);
  }

  /**
   * Puts a sealed value beside the key it was sealed under: a key that was evicted is put back, and one that another tab has made since is taken over
   * (`false`: seal again).
   */
  #put(name: string, sealed: Sealed): Promise<boolean> {
    const ours = this.#siteKey;
    return this.#store(
      "readwrite",
      (store) =>
        new Promise<boolean>((resolve, reject) => {
          let stored = true;
          const reading = store.get(KEY);
          reading.onsuccess = () => {
            const kept: unknown = reading.result;
            if (!isSiteKey(kept)) store.put(ours, KEY);
            else if (kept.id !== ours.id) {
              this.#siteKey = kept;
              stored = false;
              return;
            }
            store.put(sealed, name);
          };
          store.transaction.oncomplete = () => resolve(stored);
          store.transaction.onabort = store.transaction.onerror = () => reject(store.transaction.error ?? reading.error);
        }),
    );
  }

  async #reloadKey(): Promise<void> {
    const kept = await get<unknown>(KEY, this.#store);
    if (isSiteKey(kept)) this.#siteKey = kept;
  }

  /** A connection that the browser has closed fails once, and the next attempt opens another. */
  async #again<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DOMException) || error.name === "QuotaExceededError") throw error;
      return work();
    }
  }
}

/** The vault of a page in a browser that keeps nothing: same behaviour, gone with the page. */
export class MemoryVault implements Vault {
  readonly kind = "memory";
  readonly #values = new Map<string, string>();

  load<T>(name: string): Promise<T | undefined> {
    const text = this.#values.get(name);
    return Promise.resolve(text === undefined ? undefined : (JSON.parse(text) as T));
  }

  save(name: string, value: unknown): Promise<void> {
    this.#values.set(name, JSON.stringify(value));
    return Promise.resolve();
  }

  remove(name: string): Promise<void> {
    this.#values.delete(name);
    return Promise.resolve();
  }

  names(prefix: string): Promise<string[]> {
    return Promise.resolve([...this.#values.keys()].filter((name) => name.startsWith(prefix)).sort());
  }
}

/** A part of `vault`: the same, with `prefix` before every name. */
export function partOf(vault: Vault, prefix: string): Vault {
  return {
    kind: vault.kind,
    load: (name) => vault.load(prefix + name),
    save: (name, value) => vault.save(prefix + name, value),
    remove: (name) => vault.remove(prefix + name),
    names: async (start) => (await vault.names(prefix + start)).map((name) => name.slice(prefix.length)),
  };
}

/** Removes every value whose name begins with `prefix`. */
export async function clearPart(vault: Vault, prefix: string): Promise<void> {
  if (vault instanceof SealedVault) return vault.clear(prefix);
  for (const name of await vault.names(prefix)) await vault.remove(name);
}

async function newSiteKey(): Promise<SiteKey> {
  return { id: crypto.randomUUID(), key: await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]) };
}

function isSiteKey(value: unknown): value is SiteKey {
  return (
    typeof value === "object" &&
    value !== null &&
    "key" in value &&
    value.key instanceof CryptoKey &&
    "id" in value &&
    typeof value.id === "string"
  );
}

async function seal({ id, key }: SiteKey, name: string, value: unknown): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(value));
  return { keyId: id, iv, data: await crypto.subtle.encrypt(parameters(iv, name), key, plain) };
}

async function unseal<T>({ key }: SiteKey, name: string, { iv, data }: Sealed): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(parameters(iv, name), key, data))) as T;
}

function parameters(iv: Uint8Array<ArrayBuffer>, name: string): AesGcmParams {
  return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(name) };
}

function storeError(error: unknown): MeloError {
  const full = error instanceof DOMException && error.name === "QuotaExceededError";
  return MeloError.from(error, full ? "store-full" : "store-closed");
}
