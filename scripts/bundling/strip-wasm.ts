import type { Plugin } from "vite";

const HEADER = 8;
const CUSTOM_SECTION = 0;

/** A copy of a WebAssembly module without its custom section of that name. Nothing that is executed changes. WebAssembly core specification, "Modules", "Sections". */
export function withoutCustomSection(wasm: Uint8Array, name: string): Uint8Array {
  const kept: Uint8Array[] = [wasm.subarray(0, HEADER)];
  for (let at = HEADER; at < wasm.length;) {
    const size = readLeb128(wasm, at + 1);
    const end = size.end + size.value;
    const section = wasm.subarray(at, end);
    if (wasm[at] !== CUSTOM_SECTION || nameAt(wasm, size.end) !== name) kept.push(section);
    at = end;
  }
  return new Uint8Array(Buffer.concat(kept));
}

function nameAt(wasm: Uint8Array, at: number): string {
  const length = readLeb128(wasm, at);
  return new TextDecoder().decode(wasm.subarray(length.end, length.end + length.value));
}

function readLeb128(wasm: Uint8Array, at: number): { value: number; end: number } {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = wasm[at++]!;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, end: at };
  }
}

/** Ships every wasm of a build without the names of its functions: debug information, two fifths of the file. */
export function stripWasm(): Plugin {
  return {
    name: "melo:strip-wasm",
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type === "asset" && file.fileName.endsWith(".wasm") && typeof file.source !== "string") {
          file.source = withoutCustomSection(file.source, "name");
        }
      }
    },
  };
}
