import type { Frame } from "playwright-core";

/** How many keys of rooms the crypto store of the page's one device holds, counted in the database itself. */
export async function storedRoomKeys(frame: Frame): Promise<number> {
  return frame.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const names = (await indexedDB.databases()).map(({ name }) => name!).filter((name) => name.endsWith("::matrix-sdk-crypto"));
    let count = 0;
    for (const name of names) {
      const database = await done(indexedDB.open(name));
      const store = [...database.objectStoreNames].find((one) => /^inbound_group_sessions\d*$/.test(one));
      if (store) count += await done(database.transaction(store).objectStore(store).count());
      database.close();
    }
    return count;
  });
}
