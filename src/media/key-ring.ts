import type { MediaKey } from "./call-keys-state.js";

/** The newest keys of each member are kept: frames that were under way when a key changed still need the one before. */
const EACH = 3;

/** The media keys of a call, oldest first. Secrets: they are in memory only. */
export class KeyRing {
  #keys: readonly MediaKey[] = Object.freeze([]);

  get keys(): readonly MediaKey[] {
    return this.#keys;
  }

  add({ identity, index, key, isOwn }: MediaKey): void {
    const added = Object.freeze({ identity, index, key: key.slice(), isOwn });
    const others = this.#keys.filter((known) => known.identity !== identity || known.index !== index);
    const theirs = others.filter((known) => known.identity === identity);
    const outdated = new Set(theirs.slice(0, Math.max(0, theirs.length + 1 - EACH)));
    this.#keys = Object.freeze([...others.filter((known) => !outdated.has(known)), added]);
  }

  /** Forgets the keys of everybody else than these, and this device. */
  keep(identities: ReadonlySet<string>): void {
    const kept = this.#keys.filter(({ identity, isOwn }) => isOwn || identities.has(identity));
    if (kept.length !== this.#keys.length) this.#keys = Object.freeze(kept);
  }

  clear(): void {
    this.#keys = Object.freeze([]);
  }
}
