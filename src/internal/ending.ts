/** Lets many promises be cut short by one end, without keeping anything of those that settled before. */
export class Ending {
  readonly #running = new Set<(reason: unknown) => void>();
  #reason?: { readonly value: unknown };

  get ended(): boolean {
    return this.#reason !== undefined;
  }

  /** Settles as `promise` does, or rejects with the reason of the end if that comes first. */
  async race<T>(promise: Promise<T>): Promise<T> {
    if (this.#reason) {
      promise.catch(() => {}); // nobody is left to hear of it
      throw this.#reason.value;
    }
    const { promise: cut, reject } = Promise.withResolvers<never>();
    this.#running.add(reject);
    try {
      return await Promise.race([promise, cut]);
    } finally {
      this.#running.delete(reject);
    }
  }

  /** Ends once and for all; later calls change nothing. */
  end(reason: unknown): void {
    if (this.#reason) return;
    this.#reason = { value: reason };
    for (const reject of this.#running) reject(reason);
    this.#running.clear();
  }
}
