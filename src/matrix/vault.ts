/** Named values kept at rest, encrypted under a key that no script can read out. */
export interface Vault {
  /** `memory`: forgotten when the page closes, because this browser keeps nothing here. */
  readonly kind: "persistent" | "memory";
  /** The value kept under `name`; `undefined` if there is none or it cannot be opened any more. */
  load<T>(name: string): Promise<T | undefined>;
  /** Keeps a JSON value. Rejects `store-full` or `store-closed`. */
  save(name: string, value: unknown): Promise<void>;
  remove(name: string): Promise<void>;
  /** The names that begin with `prefix`, sorted. */
  names(prefix: string): Promise<string[]>;
}
