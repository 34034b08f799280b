/** What changed from one snapshot to the next, in structured-cloneable form. */
export interface Patch {
  /** Fields with their new values. */
  readonly set: Readonly<Record<string, unknown>>;
  /** Array fields of which only a run of entries changed. */
  readonly splice: Readonly<Record<string, Splice>>;
  /** Fields that are no longer there. */
  readonly drop: readonly string[];
}

interface Splice {
  readonly start: number;
  readonly remove: number;
  readonly insert: readonly unknown[];
}

/** The patch that turns `previous` into `next`; entries of arrays are the same if they are the same object. */
export function diff(previous: object, next: object): Patch {
  const before = new Map(Object.entries(previous));
  const set: Record<string, unknown> = {};
  const splice: Record<string, Splice> = {};
  for (const [field, value] of Object.entries(next)) {
    const old = before.get(field);
    const known = before.delete(field);
    if (known && Object.is(old, value)) continue;
    if (Array.isArray(old) && Array.isArray(value)) splice[field] = spliceOf(old, value);
    else set[field] = value;
  }
  return { set, splice, drop: [...before.keys()] };
}

/** The snapshot that `patch` makes of `previous`: frozen, with the unchanged entries of arrays kept as they are. */
export function apply(previous: object, patch: Patch): object {
  const next: Record<string, unknown> = { ...previous, ...patch.set };
  for (const [field, { start, remove, insert }] of Object.entries(patch.splice)) {
    const old = (previous as Record<string, readonly unknown[]>)[field] ?? [];
    next[field] = Object.freeze([...old.slice(0, start), ...insert, ...old.slice(start + remove)]);
  }
  for (const field of patch.drop) delete next[field];
  return Object.freeze(next);
}

function spliceOf(old: readonly unknown[], value: readonly unknown[]): Splice {
  const shorter = Math.min(old.length, value.length);
  let start = 0;
  while (start < shorter && Object.is(old[start], value[start])) start++;
  let end = 0;
  while (end < shorter - start && Object.is(old[old.length - 1 - end], value[value.length - 1 - end])) end++;
  return { start, remove: old.length - start - end, insert: value.slice(start, value.length - end) };
}
