/** Lets pieces of work run one after the other, in the order in which they came, whatever became of the one before. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Settles as `work` does, once its turn has come. */
  take<T>(work: () => Promise<T> | T): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }

  /** Makes of many calls one piece of work for as long as it waits for its turn: one that is under way may have seen too little, so the next call waits for another. */
  once(work: () => Promise<void>): () => void {
    let waits = false;
    return () => {
      if (waits) return;
      waits = true;
      void this.take(() => {
        waits = false;
        return work();
      }).catch(() => {}); // `work` says itself what came of it
    };
  }
}
