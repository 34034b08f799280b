import { MeloError } from "../internal/errors.js";

type Bindings = Pick<typeof import("@matrix-org/matrix-sdk-crypto-wasm"), "initAsync" | "getVersions">;

/** The first vodozemac that refuses the all-zero Diffie-Hellman result. */
const VODOZEMAC_FLOOR = [0, 10] as const;

/** The SDK's crypto bindings, waiting for their wasm. */
export interface HeldWasm {
  /** Gives the bindings what `compile` makes of the wasm at their own URL, and resolves when they can be used. May be called again after it rejected. */
  load(compile: (url: string) => Promise<WebAssembly.Module>): Promise<void>;
}

/**
 * Takes the loading of the wasm out of the bindings' hands. Their `initAsync` keeps its first promise for ever, a rejected one too, so that one lost connection
 * would cost the visitor a reload. Here `initAsync` is called with `fetch` and `instantiateStreaming` exchanged while that one synchronous call runs: it tells
 * where the wasm is and what to link it with, and then waits, for as many attempts as {@link HeldWasm.load} needs. The SDK's own call of `initAsync` joins it.
 */
export function holdWasm(bindings: Bindings): HeldWasm {
  const source = Promise.withResolvers<WebAssembly.WebAssemblyInstantiatedSource>();
  const { initialised, url, imports } = captureInit(bindings, source.promise);
  initialised.catch(() => {}); // told by load()
  let linked = imports === undefined; // then somebody else's `initAsync` came first, and loads by itself
  return {
    async load(compile) {
      if (!linked) {
        const module = await compile(url);
        const instance = await link(module, imports);
        linked = true;
        source.resolve({ instance, module });
      }
      await initialised;
      assertVersion(bindings.getVersions().vodozemac);
    },
  };
}

function captureInit(bindings: Bindings, source: Promise<WebAssembly.WebAssemblyInstantiatedSource>) {
  const { fetch } = globalThis;
  const { instantiateStreaming } = WebAssembly;
  let url = "";
  let imports: WebAssembly.Imports | undefined;
  try {
    globalThis.fetch = (input) => ((url = String(input)), Promise.race([]));
    WebAssembly.instantiateStreaming = (_source, given) => ((imports = given), source);
    return { initialised: bindings.initAsync(), url, imports };
  } finally {
    globalThis.fetch = fetch;
    WebAssembly.instantiateStreaming = instantiateStreaming;
  }
}

async function link(module: WebAssembly.Module, imports: WebAssembly.Imports | undefined): Promise<WebAssembly.Instance> {
  try {
    const instance = await WebAssembly.instantiate(module, imports);
    if (!("__wbindgen_start" in instance.exports)) throw new WebAssembly.LinkError("it lacks the expected exports");
    return instance;
  } catch (cause) {
    throw new MeloError("wasm-not-found", `The file served as the crypto wasm belongs to another version of melo (${String(cause)}).`, {
      cause,
    });
  }
}

function assertVersion(vodozemac: string): void {
  const [major = 0, minor = 0] = vodozemac.split(".").map(Number);
  const [floorMajor, floorMinor] = VODOZEMAC_FLOOR;
  if (major > floorMajor || (major === floorMajor && minor >= floorMinor)) return;
  throw new MeloError("unsupported", `vodozemac ${vodozemac} is too old; melo needs ${floorMajor}.${floorMinor} or newer.`);
}
