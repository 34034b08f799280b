import { MeloError } from "../internal/errors.js";
import { holdWasm, type HeldWasm } from "./held-wasm.js";
import { compileWasm, type WasmProgress } from "./wasm-source.js";

/** How long the wasm may take to arrive and compile, in ms, unless the caller says otherwise. */
const DEFAULT_TIME_LIMIT = 60_000;

export interface WasmOptions {
  /** Where the crypto wasm is. Default: beside melo's own code. */
  readonly url?: string;
  /** In ms. Default one minute. */
  readonly timeLimit?: number;
  /** Called while the wasm is downloaded. Counting costs the browser's cache of compiled code, so leave it out where nobody looks. */
  readonly onProgress?: (progress: WasmProgress) => void;
}

let held: HeldWasm | undefined;
let loading: Promise<void> | undefined;

/**
 * Loads all code that encryption needs: the SDK's crypto module and the wasm. Opens no store and asks no server, so a tab that may have to take over the client
 * calls it ahead of time. A running or finished load is joined; a failed one is tried again by the next call.
 *
 * Rejects `wasm-mime`, `wasm-blocked`, `wasm-not-found`, `wasm-unreachable`, `offline`, `code-unreachable`, `start-timeout` or `unsupported`.
 */
export function warmCrypto(options: WasmOptions = {}): Promise<void> {
  loading ??= load(options).catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load({ url, timeLimit = DEFAULT_TIME_LIMIT, onProgress }: WasmOptions): Promise<void> {
  const [bindings] = await Promise.all([
    // Named, so that bundlers may drop the rest.
    import("@matrix-org/matrix-sdk-crypto-wasm").then(({ initAsync, getVersions }) => ({ initAsync, getVersions })),
    import("matrix-js-sdk/lib/rust-crypto/index.js"),
  ]).catch(rejectCode);
  held ??= holdWasm(bindings);
  await held.load((ownUrl) => compileWasm(url ?? ownUrl, timeLimit, onProgress));
}

function rejectCode(cause: unknown): never {
  throw new MeloError("code-unreachable", "melo's encryption code could not be loaded; check that every file of melo is served.", {
    cause,
  });
}
