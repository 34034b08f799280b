import { getVersions } from "@matrix-org/matrix-sdk-crypto-wasm";
import { expect } from "@open-wc/testing";

import type { MeloError } from "../../src/internal/errors.js";
import { holdWasm } from "../../src/crypto/held-wasm.js";
import { compileWasm, type WasmProgress } from "../../src/crypto/wasm-source.js";
import { warmCrypto } from "../../src/crypto/wasm.js";

const URL = "https://cdn.example/crypto.wasm";
const TYPE = { "content-type": "application/wasm" };
const EMPTY_MODULE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

describe("compileWasm", () => {
  const failures: [what: string, answer: typeof fetch, code: string][] = [
    ["a file that is not there", async () => new Response(null, { status: 404 }), "wasm-not-found"],
    ["a server in trouble", async () => new Response(null, { status: 503 }), "wasm-unreachable"],
    ["another MIME type", async () => new Response(EMPTY_MODULE, { headers: { "content-type": "application/octet-stream" } }), "wasm-mime"],
    ["no MIME type", async () => new Response(EMPTY_MODULE), "wasm-mime"],
    [
      "a page in place of the file",
      async () => new Response("<p>", { headers: { "content-type": "text/html; charset=utf-8" } }),
      "wasm-mime",
    ],
    ["a damaged file", async () => new Response(EMPTY_MODULE.slice(0, 6), { headers: TYPE }), "wasm-not-found"],
    ["a network that fails", async () => Promise.reject(new TypeError("Failed to fetch")), "wasm-unreachable"],
    ["a connection that breaks off", async () => new Response(brokenStream(), { headers: TYPE }), "wasm-unreachable"],
    [
      "a server that never answers",
      (_url, init) => new Promise((_, reject) => (init!.signal!.onabort = () => reject(init!.signal!.reason))),
      "start-timeout",
    ],
  ];
  for (const [what, answer, code] of failures) {
    it(`names ${what}: ${code}`, async () => {
      const error = await withFetch(answer, () => rejection(compileWasm(URL, code === "start-timeout" ? 20 : 5_000)));
      expect(error.code).to.equal(code);
      expect(error.message).to.contain(URL);
    });
  }

  it("names a policy without 'wasm-unsafe-eval' before anything is downloaded", async () => {
    const { Module } = WebAssembly;
    let asked = false;
    const answer = async () => ((asked = true), new Response());
    try {
      WebAssembly.Module = class extends Module {
        constructor(bytes: BufferSource) {
          super(bytes);
          throw new WebAssembly.CompileError("refused");
        }
      };
      const error = await withFetch(answer, () => rejection(compileWasm(URL, 5_000)));
      expect(error.code).to.equal("wasm-blocked");
      expect(error.message).to.contain("'wasm-unsafe-eval'");
      expect(asked).to.be.false;
    } finally {
      WebAssembly.Module = Module;
    }
  });

  it("takes the type with parameters and in any case, and counts what arrives", async () => {
    const seen: WasmProgress[] = [];
    const answer = async () => new Response(EMPTY_MODULE, { headers: { "content-type": "Application/WASM; x=y", "content-length": "8" } });
    const module = await withFetch(answer, () => compileWasm(URL, 5_000, (progress) => seen.push(progress)));
    expect(module).to.be.instanceOf(WebAssembly.Module);
    expect(seen.at(-1)).to.deep.equal({ loaded: 8, total: 8 });
  });
});

describe("holdWasm", () => {
  it("refuses a module of another version, and takes the right one afterwards", async () => {
    const bindings = fakeBindings("0.10.0");
    const held = holdWasm(bindings);
    const error = await rejection(held.load(() => WebAssembly.compile(EMPTY_MODULE)));
    expect(error.code).to.equal("wasm-not-found");
    await held.load(() => WebAssembly.compile(STARTABLE_MODULE));
    expect(bindings.started).to.equal(1);
  });

  it("leaves the page's globals as they were", () => {
    const before = [fetch, WebAssembly.instantiateStreaming];
    holdWasm(fakeBindings("0.11.0"));
    expect([fetch, WebAssembly.instantiateStreaming]).to.deep.equal(before);
  });

  it("refuses a vodozemac older than 0.10", async () => {
    const error = await rejection(holdWasm(fakeBindings("0.9.1")).load(() => WebAssembly.compile(STARTABLE_MODULE)));
    expect(error.code).to.equal("unsupported");
    expect(error.message).to.contain("0.9.1");
  });
});

describe("warmCrypto", () => {
  it("can be called again after it failed, and then loads the real wasm", async () => {
    const error = await withFetch(
      async () => new Response(null, { status: 404 }),
      () => rejection(warmCrypto()),
    );
    expect(error.code).to.equal("wasm-not-found");
    await warmCrypto();
    expect(getVersions().vodozemac).to.match(/^\d+\.\d+/);
    await withFetch(
      () => Promise.reject(new Error("asked again")),
      () => warmCrypto(),
    );
  });
});

/** The empty module with an export `__wbindgen_start` that does nothing. */
const STARTABLE_MODULE = Uint8Array.of(
  ...EMPTY_MODULE,
  1,
  4,
  1,
  0x60,
  0,
  0,
  3,
  2,
  1,
  0,
  7,
  20,
  1,
  16,
  ...new TextEncoder().encode("__wbindgen_start"),
  0,
  0,
  10,
  4,
  1,
  2,
  0,
  0x0b,
);

/** As the wasm package does it: one promise for ever. */
function fakeBindings(vodozemac: string) {
  let loading: Promise<void> | undefined;
  const bindings = {
    started: 0,
    getVersions: () => ({ vodozemac }) as ReturnType<typeof getVersions>,
    initAsync: (url: string | globalThis.URL = URL) => (loading ??= load(url)),
  };
  const load = async (url: string | globalThis.URL) => {
    const { instance } = await WebAssembly.instantiateStreaming(fetch(url), {});
    (instance.exports["__wbindgen_start"] as () => void)();
    bindings.started++;
  };
  return bindings;
}

function brokenStream(): ReadableStream<Uint8Array> {
  let sent = false;
  return new ReadableStream({
    pull(controller) {
      if (sent) return controller.error(new TypeError("network error"));
      controller.enqueue(EMPTY_MODULE.slice(0, 4));
      sent = true;
    },
  });
}

async function withFetch<T>(answer: typeof fetch, run: () => Promise<T>): Promise<T> {
  const original = globalThis.fetch;
  globalThis.fetch = answer;
  try {
    return await run();
  } finally {
    globalThis.fetch = original;
  }
}

async function rejection(promise: Promise<unknown>): Promise<MeloError> {
  return promise.then(
    () => expect.fail("should have rejected"),
    (error: MeloError) => error,
  );
}
