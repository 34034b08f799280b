import { expect, waitUntil } from "@open-wc/testing";

import { writeAtLast } from "../../src/matrix/last-write.js";

describe("writeAtLast", () => {
  it("has a page that is going away finish what it writes", async () => {
    const name = `test:${crypto.randomUUID()}`;
    const frame = document.createElement("iframe");
    const ready = new Promise((resolve) => addEventListener("message", resolve, { once: true }));
    frame.srcdoc = `<script type="module">
      import { writeAtLast } from "${new URL("../../src/matrix/last-write.ts", import.meta.url).href}";
      const request = indexedDB.open("${name}");
      request.onupgradeneeded = () => request.result.createObjectStore("notes");
      request.onsuccess = () => {
        addEventListener("pagehide", () => writeAtLast(() => {
          request.result.transaction("notes", "readwrite").objectStore("notes").put("written", "last");
        }));
        parent.postMessage("ready", "*");
      };
    </script>`;
    document.body.append(frame);
    await ready;
    frame.remove();
    const database = await settled(indexedDB.open(name));
    // The frame's writing and this page's reading reach the browser by different ways, in any order.
    const read = () => settled(database.transaction("notes").objectStore("notes").get("last"));
    await waitUntil(async () => (await read()) === "written", "what the frame wrote at last", { timeout: 5_000 });
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
