import type { ChatPage } from "./chat-page.ts";

/** How many unsent messages a browser has kept by now. One is shown at once and kept a moment later; until then a crash takes it along, as it does what is still being typed. */
export function keptMessages({ frame }: Pick<ChatPage, "frame">): Promise<number> {
  return frame.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error!);
      });
    let kept = 0;
    for (const { name } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name!));
      if (database.objectStoreNames.contains("vault")) {
        const names = await done(database.transaction("vault").objectStore("vault").getAllKeys());
        kept += names.filter((key) => typeof key === "string" && key.includes("outbox/")).length;
      }
      database.close();
    }
    return kept;
  });
}
