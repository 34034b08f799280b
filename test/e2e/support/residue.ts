import type { BrowserContext, Page } from "playwright-core";

import { encodingsOf } from "./encodings.ts";

/** A text that may hold a secret, and where it was. Bytes come as one letter a byte. */
export interface Residue {
  readonly place: string;
  readonly text: string;
}

/** A secret that was found where it must not be. The secret itself is not repeated: failures are printed. */
export interface Leak {
  readonly name: string;
  readonly encoding: string;
  readonly place: string;
}

/** All that stands in the page's origin, by name. */
export interface Kept {
  /** `database / store / key`, one of each record; an empty database is there with its name alone. */
  readonly records: readonly string[];
  readonly localStorage: readonly string[];
  readonly sessionStorage: readonly string[];
  readonly caches: readonly string[];
  readonly serviceWorkers: readonly string[];
}

/** What the page shows and says of itself: the whole document with every open shadow root, attributes, form values, title, address, history and cookies. */
export async function visibleResidue(page: Page): Promise<Residue[]> {
  return page.evaluate(() => {
    const found: { place: string; text: string }[] = [];
    const add = (place: string, text: unknown): void => {
      if (typeof text === "string" && text.trim() !== "") found.push({ place, text });
    };
    const walk = (root: Document | ShadowRoot | Element, path: string): void => {
      for (const child of root.children) {
        const here = `${path} > ${child.localName}`;
        for (const { name, value } of child.attributes) add(`${here} [${name}]`, value);
        if ("value" in child) add(`${here} value`, child.value);
        for (const node of child.childNodes) if (node.nodeType !== Node.ELEMENT_NODE) add(here, node.nodeValue);
        if (child.shadowRoot) walk(child.shadowRoot, `${here} #shadow`);
        if (child instanceof HTMLTemplateElement) walk(child.content as unknown as ShadowRoot, `${here} #content`);
        walk(child, here);
      }
    };
    walk(document, "document");
    add("document.title", document.title);
    add("location", location.href);
    add("referrer", document.referrer);
    add("window.name", window.name);
    add("history.state", JSON.stringify(history.state));
    add("cookie", document.cookie);
    return found;
  });
}

/** All that the page's origin keeps: web storage, every record of every IndexedDB database, Cache Storage. */
export async function keptResidue(page: Page): Promise<Residue[]> {
  return page.evaluate(async () => {
    const found: { place: string; text: string }[] = [];
    const latin1 = (bytes: Uint8Array): string => {
      let text = "";
      for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
      return text;
    };
    const walk = async (place: string, value: unknown, seen: Set<unknown>): Promise<void> => {
      if (typeof value === "string") found.push({ place, text: value });
      if (typeof value !== "object" || value === null || seen.has(value)) return;
      seen.add(value);
      if (value instanceof ArrayBuffer) found.push({ place, text: latin1(new Uint8Array(value)) });
      else if (ArrayBuffer.isView(value)) {
        found.push({ place, text: latin1(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)) });
      } else if (value instanceof Blob) found.push({ place, text: latin1(new Uint8Array(await value.arrayBuffer())) });
      else if (value instanceof CryptoKey) {
        if (value.extractable) found.push({ place, text: "EXTRACTABLE-CRYPTO-KEY" });
      } else if (value instanceof Map || value instanceof Set) {
        for (const entry of value) await walk(place, entry, seen);
      } else if (Array.isArray(value) && value.length > 0 && value.every((entry) => Number.isInteger(entry) && entry >= 0 && entry < 256)) {
        // The crypto store writes bytes as lists of numbers here and there.
        found.push({ place, text: latin1(Uint8Array.from(value as number[])) });
      } else {
        for (const [name, inner] of Object.entries(value)) {
          found.push({ place: `${place} (name)`, text: name });
          await walk(place, inner, seen);
        }
      }
    };
    for (const [name, storage] of [
      ["localStorage", localStorage],
      ["sessionStorage", sessionStorage],
    ] as const) {
      for (let index = 0; index < storage.length; index += 1) {
        const key = storage.key(index) ?? "";
        found.push({ place: `${name} (name)`, text: key }, { place: `${name} ${key}`, text: storage.getItem(key) ?? "" });
      }
    }
    const settled = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error("IndexedDB"));
      });
    for (const { name = "" } of await indexedDB.databases()) {
      found.push({ place: "IndexedDB (name)", text: name });
      const database = await settled(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const objects = database.transaction(store, "readonly").objectStore(store);
        const [keys, values] = await Promise.all([settled(objects.getAllKeys()), settled(objects.getAll())]);
        const place = `IndexedDB ${name} / ${store}`;
        await walk(`${place} (keys)`, keys, new Set());
        for (const value of values as unknown[]) await walk(place, value, new Set());
      }
      database.close();
    }
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        found.push({ place: `cache ${name} (address)`, text: request.url });
        const answer = await cache.match(request);
        if (answer) found.push({ place: `cache ${name} ${request.url}`, text: latin1(new Uint8Array(await answer.arrayBuffer())) });
      }
    }
    return found;
  });
}

/** What stands in the page's origin, by name. */
export async function kept(page: Page): Promise<Kept> {
  return page.evaluate(async () => {
    const records: string[] = [];
    for (const { name = "" } of await indexedDB.databases()) {
      const before = records.length;
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(name);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error("IndexedDB"));
      });
      for (const store of database.objectStoreNames) {
        const request = database.transaction(store, "readonly").objectStore(store).getAllKeys();
        const keys = await new Promise<IDBValidKey[]>((resolve) => (request.onsuccess = () => resolve(request.result)));
        records.push(...keys.map((key) => `${name} / ${store} / ${JSON.stringify(key)}`));
      }
      database.close();
      if (records.length === before) records.push(name);
    }
    return {
      records,
      localStorage: Object.keys(localStorage),
      sessionStorage: Object.keys(sessionStorage),
      caches: await caches.keys(),
      serviceWorkers: (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => scope),
    };
  });
}

/** Looks for every secret, in every encoding, in every residue. */
export function leaks(secrets: ReadonlyMap<string, string>, residues: readonly Residue[]): Leak[] {
  const found: Leak[] = [];
  for (const [name, secret] of secrets) {
    // One letter a byte, as bytes come from the page; texts come as they are and are looked through as both.
    const forms = encodingsOf(secret).map(({ encoding, bytes }) => ({ encoding, form: bytes.toString("latin1") }));
    forms.push({ encoding: "text", form: secret });
    for (const { place, text } of residues) {
      const hit = forms.find(({ form }) => form !== "" && text.includes(form));
      if (hit) found.push({ name, encoding: hit.encoding, place });
    }
  }
  return found;
}

/**
 * Notes every 32 bytes of randomness that the pages draw from now on: that is how each private key, seed and storage key begins.
 * Gives them back as one letter a byte.
 */
export async function watchRandomKeys(context: BrowserContext): Promise<() => readonly string[]> {
  const drawn: string[] = [];
  await context.exposeBinding("__drewRandomKey", (_source, letters: string) => void drawn.push(letters));
  await context.addInitScript(() => {
    const original = crypto.getRandomValues.bind(crypto);
    const report = (globalThis as unknown as { __drewRandomKey: (letters: string) => void }).__drewRandomKey;
    crypto.getRandomValues = <T extends ArrayBufferView | null>(array: T): T => {
      original(array as never);
      if (array?.byteLength === 32) report(String.fromCharCode(...new Uint8Array(array.buffer, array.byteOffset, 32)));
      return array;
    };
  });
  return () => drawn;
}
