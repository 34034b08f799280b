/**
 * A selector for a `WatchController` that gives the value from before for as long as the new one says the same: what is put together anew at each snapshot does not render its host anew.
 *
 * ```ts
 * #people = new WatchController(this, () => this.calls, steady(({ call }) => call?.participants.map(({ name }) => name)));
 * ```
 */
export function steady<S, T>(select: (state: S) => T): (state: S) => T {
  let last: { readonly value: T } | undefined;
  return (state) => {
    const value = select(state);
    if (!last || !isSame(last.value, value)) last = { value };
    return last.value;
  };
}

/** For plain data, as snapshots are made of. */
function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || !a || !b || Array.isArray(a) !== Array.isArray(b)) return false;
  const [first, second] = [Object.entries(a), b as Record<string, unknown>];
  return first.length === Object.keys(b).length && first.every(([key, value]) => key in b && isSame(value, second[key]));
}
