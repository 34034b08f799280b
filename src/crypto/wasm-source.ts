import { MeloError } from "../internal/errors.js";

/** Bytes as they come out of the decompressor; `total` only where the server names it and does not compress. */
export interface WasmProgress {
  readonly loaded: number;
  readonly total?: number;
}

const WASM_TYPE = "application/wasm";
/** The smallest valid module: the magic number and the version. */
const EMPTY_MODULE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/**
 * Downloads and compiles the wasm at `url`, while it streams in. Every way in which that fails has its own code, since each has another remedy and most of them
 * are the page owner's: `wasm-blocked` (Content Security Policy), `wasm-not-found`, `wasm-mime`, `wasm-unreachable` (network, CORS, `connect-src`), `offline`,
 * `start-timeout` after `timeLimit` ms, `unsupported`.
 */
export async function compileWasm(
  url: string,
  timeLimit: number,
  onProgress?: (progress: WasmProgress) => void,
): Promise<WebAssembly.Module> {
  assertWasmAllowed();
  const signal = AbortSignal.timeout(timeLimit);
  try {
    const response = checked(await fetchWasm(url, signal), url);
    return await WebAssembly.compileStreaming(onProgress ? counted(response, onProgress) : response);
  } catch (error) {
    if (error instanceof MeloError) throw error;
    if (signal.aborted) throw new MeloError("start-timeout", `${url} did not arrive within ${timeLimit / 1000} s.`, { cause: error });
    if (error instanceof WebAssembly.CompileError) {
      throw new MeloError("wasm-not-found", `The file at ${url} is not the crypto wasm, or is damaged (${error.message}).`, {
        cause: error,
      });
    }
    throw unreachable(url, "the connection broke off", error);
  }
}

/** A policy without `'wasm-unsafe-eval'` refuses the smallest module just the same, which tells it from a damaged file before anything is downloaded. */
function assertWasmAllowed(): void {
  if (typeof WebAssembly === "undefined") throw new MeloError("unsupported", "This browser has no WebAssembly, or it is switched off.");
  try {
    new WebAssembly.Module(EMPTY_MODULE);
  } catch (cause) {
    throw new MeloError("wasm-blocked", "The page's Content Security Policy forbids WebAssembly: add 'wasm-unsafe-eval' to script-src.", {
      cause,
    });
  }
}

async function fetchWasm(url: string, signal: AbortSignal): Promise<Response> {
  const violations: string[] = [];
  const note = ({ effectiveDirective, blockedURI }: SecurityPolicyViolationEvent) => {
    if (url.startsWith(blockedURI)) violations.push(effectiveDirective);
  };
  globalThis.document?.addEventListener("securitypolicyviolation", note);
  try {
    return await fetch(url, { signal, credentials: "same-origin" });
  } catch (error) {
    if (signal.aborted) throw error;
    await violationsReported();
    throw unreachable(
      url,
      violations.length > 0 ? `the page's Content Security Policy forbids it (${violations[0]})` : "no network, or no CORS headers",
      error,
    );
  } finally {
    globalThis.document?.removeEventListener("securitypolicyviolation", note);
  }
}

/** Violations are told by a task that the refused fetch queued before it rejected. */
function violationsReported(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => (port1.close(), resolve());
    port2.postMessage(undefined);
  });
}

function checked(response: Response, url: string): Response {
  if (response.status >= 500) throw unreachable(url, `status ${response.status}`);
  if (!response.ok)
    throw new MeloError("wasm-not-found", `${url} answered ${response.status}: serve the crypto wasm there, or set wasm-url.`);
  const type = response.headers.get("content-type") ?? "no content type";
  if (type.split(";", 1)[0]!.trim().toLowerCase() !== WASM_TYPE) {
    throw new MeloError("wasm-mime", `${url} was served as ${type}; the server must send Content-Type: ${WASM_TYPE}.`);
  }
  return response;
}

function unreachable(url: string, why: string, cause?: unknown): MeloError {
  if (globalThis.navigator?.onLine === false)
    return new MeloError("offline", `${url} could not be fetched: the browser is offline.`, { cause });
  return new MeloError("wasm-unreachable", `${url} could not be fetched: ${why}.`, { cause });
}

function counted(response: Response, onProgress: (progress: WasmProgress) => void): Response {
  const total = response.headers.has("content-encoding") ? undefined : Number(response.headers.get("content-length")) || undefined;
  let loaded = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      onProgress({ loaded: (loaded += chunk.byteLength), total });
      controller.enqueue(chunk);
    },
  });
  return new Response(response.body?.pipeThrough(counter), { headers: { "content-type": WASM_TYPE } });
}
