import type { Page } from "playwright-core";

import type { ChatPage } from "./chat-page.ts";

/** Takes away all databases of the page's origin, open or not, as a browser does that needs the space; localStorage stays. */
export async function evict(page: Page, origin: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Storage.clearDataForOrigin", { origin, storageTypes: "indexeddb" });
  await session.detach();
}

/** Gives the origin `bytes` of storage from now on. */
export async function limitStorage(page: Page, origin: string, bytes: number): Promise<void> {
  const session = await page.context().newCDPSession(page); // the limit ends with the session
  await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: bytes });
}

/** The names of the origin's databases. Run on a page of that origin that has none of them open. */
export async function databases(page: Page): Promise<string[]> {
  return page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name!));
}

/** Deletes one database. */
export async function deleteDatabase(page: Page, name: string): Promise<void> {
  await page.evaluate(
    (doomed) =>
      new Promise<void>((resolve, reject) => {
        const request = indexedDB.deleteDatabase(doomed);
        request.onsuccess = () => resolve();
        request.onerror = () => reject(request.error);
        request.onblocked = () => reject(new Error(`${doomed} is open`));
      }),
    name,
  );
}

/** Puts garbage in place of every value of one database. Answers how many there were. */
export async function scramble(page: Page, name: string): Promise<number> {
  return page.evaluate(
    (damaged) =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open(damaged);
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const database = opening.result;
          let count = 0;
          const transaction = database.transaction([...database.objectStoreNames], "readwrite");
          for (const store of database.objectStoreNames) {
            const walking = transaction.objectStore(store).openCursor();
            walking.onsuccess = () => {
              const cursor = walking.result;
              if (!cursor) return;
              count++;
              const inline = [cursor.source.keyPath ?? []].flat(); // the fields that are the key have to stay
              cursor.update(inline.length > 0 ? spoiled(cursor.value as object, inline) : crypto.getRandomValues(new Uint8Array(64)));
              cursor.continue();
            };
          }
          transaction.oncomplete = () => (database.close(), resolve(count));
          transaction.onabort = () => reject(transaction.error);
        };
        function spoiled(value: object, kept: readonly string[]): object {
          return Object.fromEntries(
            Object.entries(value).map(([field, part]) => [field, kept.includes(field) ? (part as unknown) : "garbage"]),
          );
        }
      }),
    name,
  );
}

/** What a page meets whose browser refuses it IndexedDB. Init scripts, to be added before the page is opened. */
export const BLOCKED = {
  "throws when it is opened": () => {
    IDBFactory.prototype.open = () => {
      throw new DOMException("The operation is insecure.", "SecurityError");
    };
  },
  "fails when it is opened": () => {
    IDBFactory.prototype.open = () => {
      const request = new EventTarget() as IDBOpenDBRequest;
      Object.assign(request, {
        error: new DOMException("A mutation operation was attempted on a database that did not allow mutations.", "InvalidStateError"),
      });
      queueMicrotask(() => {
        const event = new Event("error");
        request.onerror?.(event);
        request.dispatchEvent(event);
      });
      return request;
    };
  },
  "never answers": () => {
    IDBFactory.prototype.open = () => new EventTarget() as IDBOpenDBRequest;
  },
  "is not there": () => {
    Object.defineProperty(globalThis, "indexedDB", { value: undefined });
  },
} as const;

/** Loads the page again, without melo, and loses the rooms that it kept, and only them: the next start asks the server for everything, as after a long time away. */
export async function forgetSync({ page }: ChatPage): Promise<void> {
  await page.reload();
  for (const name of await databases(page)) if (name.includes("sync")) await deleteDatabase(page, name);
}
