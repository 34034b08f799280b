import type { Backing } from "./sharing/backing.js";

/** A backing whose objects are not asked for before their data is there: until the gate opens, watches and actions wait. Kinds that are `always` open pass at once. */
export class Gate implements Backing {
  readonly #inner: Backing;
  readonly #opening: Promise<void>;
  readonly #always: ReadonlySet<string>;
  #open = false;

  /** The gate opens when `opening` resolves; waiting actions reject with what it rejects with. */
  constructor(inner: Backing, opening: Promise<void>, always: readonly string[]) {
    this.#inner = inner;
    this.#opening = opening;
    this.#always = new Set(always);
    opening.then(
      () => (this.#open = true),
      () => {},
    );
  }

  watch(kind: string, key: string, onState: (state: object) => void): () => void {
    if (this.#open || this.#always.has(kind)) return this.#inner.watch(kind, key, onState);
    let unwatch: (() => void) | undefined;
    let isOver = false;
    this.#opening.then(
      () => {
        if (!isOver) unwatch = this.#inner.watch(kind, key, onState);
      },
      () => {},
    );
    return () => {
      isOver = true;
      unwatch?.();
    };
  }

  async call(kind: string, key: string, method: string, args: readonly unknown[]): Promise<unknown> {
    if (!this.#always.has(kind)) await this.#opening;
    return this.#inner.call(kind, key, method, args);
  }
}
