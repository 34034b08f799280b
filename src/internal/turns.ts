/** Lets pieces of work run one after the other, in the order in which they came, whatever became of the one before. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Settles as `work` does, once its turn has come. */
  take<T>(work: () => Promise<T> | T): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }
}
