/**
 * Hands message keys to the engine, which refuses all of them for one that it cannot use: then each is tried by itself. Resolves with how many it took, and with its refusal if it did not take them
 * at once.
 */
export async function importKeys<Key>(
  keys: readonly Key[],
  take: (some: Key[]) => Promise<unknown>,
): Promise<{ readonly taken: number; readonly refusal?: unknown }> {
  try {
    await take([...keys]);
    return { taken: keys.length };
  } catch (refusal) {
    let taken = 0;
    for (const key of keys) {
      await take([key]).then(
        () => taken++,
        () => {},
      );
    }
    return { taken, refusal };
  }
}
