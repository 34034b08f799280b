import type { Frame } from "playwright-core";

/**
 * All that this origin keeps in the browser, as one text: names and values of localStorage, sessionStorage, IndexedDB (bytes read both as
 * Latin-1 and as UTF-8) and the Cache API's addresses. Keys that cannot be exported have no text.
 */
export async function storedData(frame: Frame): Promise<string> {
  return frame.evaluate(async () => {
    const text = (value: unknown): string => {
      if (value instanceof ArrayBuffer) return new TextDecoder("latin1").decode(value) + new TextDecoder().decode(value);
      if (ArrayBuffer.isView(value)) return text(value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength));
      if (value instanceof Map || value instanceof Set || Array.isArray(value)) return [...value].map(text).join("\n");
      if (value && typeof value === "object")
        return Object.entries(value)
          .map(([name, inner]) => `${name}=${text(inner)}`)
          .join("\n");
      return String(value);
    };
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const parts = [text({ ...localStorage }), text({ ...sessionStorage })];
    for (const { name } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name!));
      parts.push(name!);
      for (const store of database.objectStoreNames) {
        const transaction = database.transaction(store).objectStore(store);
        const [keys, values] = await Promise.all([done(transaction.getAllKeys()), done(transaction.getAll())]);
        parts.push(store, text(keys), text(values));
      }
      database.close();
    }
    for (const name of await caches.keys()) parts.push(name, ...(await (await caches.open(name)).keys()).map(({ url }) => url));
    return parts.join("\n");
  });
}
