import { MeloError } from "../internal/errors.js";

/** The IndexedDB databases of a persistent crypto store with the given prefix: the keys, and (encrypted stores) what opens them. */
export function cryptoStoreNames(prefix: string): readonly string[] {
  return [`${prefix}::matrix-sdk-crypto`, `${prefix}::matrix-sdk-crypto-meta`];
}

/** What an error out of the crypto store means. Codes other than `store-*` and `unsupported` are `unknown`: nothing may be wiped because of those. */
export function cryptoStoreError(error: unknown): MeloError {
  if (error instanceof MeloError) return error;
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const known = KNOWN_ERRORS.find(([pattern]) => pattern.test(text));
  return new MeloError(known?.[1] ?? "unknown", text, { cause: error });
}

const KNOWN_ERRORS = [
  [/account in the store doesn't match the account in the constructor/, "store-other-device"],
  [/failed to be decrypted while unpickling/, "store-wrong-key"],
  [/aead::Error|at line \d+ column \d+/, "store-lost"], // the note that opens the store is gone or is not what was written
  [/Quota|FILE_ERROR_NO_SPACE|disk is full|Transaction to be committed, but it was aborted/i, "store-full"],
  [/connection is clos|InvalidStateError|database connection/i, "store-closed"],
] as const;
