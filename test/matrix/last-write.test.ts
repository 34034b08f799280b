import { expect } from "@open-wc/testing";

import { writeAtLast } from "../../src/matrix/last-write.js";

describe("writeAtLast", () => {
  it("commits at once what is begun, so that a page that goes away need not hear of it", async () => {
    const name = `test:${crypto.randomUUID()}`;
    const request = indexedDB.open(name);
    request.onupgradeneeded = () => request.result.createObjectStore("notes");
    const database = await settled(request);
    const begun: IDBTransaction[] = [];
    writeAtLast(() => {
      for (const note of ["first", "second"]) {
        const transaction = database.transaction("notes", "readwrite");
        transaction.objectStore("notes").put("written", note);
        begun.push(transaction);
      }
    });
    for (const transaction of begun) expect(() => transaction.objectStore("notes").put("more", "third")).to.throw(DOMException);
    expect(await settled(database.transaction("notes").objectStore("notes").getAllKeys())).to.deep.equal(["first", "second"]);
    database.close();
  });

  it("leaves the page's databases as they were, also after an error", () => {
    const { transaction } = IDBDatabase.prototype;
    expect(() =>
      writeAtLast(() => {
        throw new Error("closed");
      }),
    ).to.throw("closed");
    expect(IDBDatabase.prototype.transaction).to.equal(transaction);
  });
});

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
