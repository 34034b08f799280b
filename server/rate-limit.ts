/** Lets each key do so many things a minute: a bucket that holds one minute's worth and refills steadily. */
export class RateLimit {
  readonly #perMinute: number;
  readonly #buckets = new Map<string, { left: number; at: number }>();

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** 0 if it may be done now, else after how many seconds. `now` is in ms. */
  take(key: string, now = Date.now()): number {
    const bucket = this.#buckets.get(key);
    const left = Math.min(this.#perMinute, bucket ? bucket.left + ((now - bucket.at) / 60_000) * this.#perMinute : this.#perMinute);
    if (left < 1) return Math.ceil(((1 - left) * 60) / this.#perMinute);
    this.#buckets.delete(key); // so that those who were here last are at the end
    this.#buckets.set(key, { left: left - 1, at: now });
    this.#forgetOld(now);
    return 0;
  }

  /** A bucket of a minute ago is full again, so that it need not be kept. */
  #forgetOld(now: number): void {
    for (const [key, { at }] of this.#buckets) {
      if (now - at < 60_000) return;
      this.#buckets.delete(key);
    }
  }
}
