/**
 * Runs `write` and has the browser carry out what it writes into IndexedDB although the page is going away. A transaction commits by itself only after the page has heard
 * of its last request, so what a page writes in its last moment is undone with it, unless each transaction is committed by a call. Even then a busy browser may drop it: nothing may
 * depend on it but how much is fetched again.
 * `write` has to make all its requests before it first waits.
 */
export function writeAtLast(write: () => unknown): void {
  const { transaction } = IDBDatabase.prototype;
  const begun: IDBTransaction[] = [];
  IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...args) {
    const made = transaction.apply(this, args);
    begun.push(made);
    return made;
  };
  try {
    write();
  } finally {
    IDBDatabase.prototype.transaction = transaction;
  }
  for (const each of begun) each.commit();
}
