import type { MediaKey } from "./call-keys-state.js";

/** The newest keys of each member are kept: frames that were under way when a key changed still need the one before. */
const EACH = 3;
/** A key may come before the membership that it is for; it is kept so long for that, in ms. */
const EARLY = 60_000;

/** The media keys of a call, oldest first. Secrets: they are in memory only. */
export class KeyRing {
  #keys: readonly MediaKey[] = Object.freeze([]);
  /** Since when there are keys of those who are no members yet. */
  readonly #early = new Map<string, number>();

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

  /** The same for somebody who is no member yet. */
  addEarly(key: MediaKey): void {
    this.#early.set(key.identity, Date.now());
    this.add(key);
  }

  /** Forgets the keys of everybody else than these, this device, and those whose membership is on its way. */
  keep(identities: ReadonlySet<string>): void {
    for (const [identity, since] of this.#early) if (identities.has(identity) || Date.now() - since > EARLY) this.#early.delete(identity);
    const kept = this.#keys.filter(({ identity, isOwn }) => isOwn || identities.has(identity) || this.#early.has(identity));
    if (kept.length !== this.#keys.length) this.#keys = Object.freeze(kept);
  }

  clear(): void {
    this.#early.clear();
    this.#keys = Object.freeze([]);
  }
}
