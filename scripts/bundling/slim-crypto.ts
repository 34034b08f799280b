import { readFileSync } from "node:fs";

import type { Plugin } from "vite";

const PACKAGE = /matrix-sdk-crypto-wasm[\\/](index\.mjs|pkg[\\/]matrix_sdk_crypto_wasm_bg\.js)$/;
const ALL_BINDINGS = '"./matrix_sdk_crypto_wasm_bg.js": bindings';

/**
 * Lets the bundler leave out what nobody uses of the crypto bindings. As they are, each class counts as used: the wasm is linked with all of them at once, though it
 * imports only some functions; each is given a method for `using` declarations, which nobody writes; and each has a registry that might do something when it is made.
 */
export function slimCrypto(): Plugin {
  return {
    name: "melo:slim-crypto",
    enforce: "pre",
    transform(code, id) {
      const file = PACKAGE.exec(id)?.[1];
      if (file === "index.mjs") {
        const names = importedNames(id.replace(/index\.mjs$/, "pkg/matrix_sdk_crypto_wasm_bg.wasm"));
        const object = `{ ${names.map((name) => `${name}: bindings.${name}`).join(", ")} }`;
        return { code: replaced(code, ALL_BINDINGS, `"./matrix_sdk_crypto_wasm_bg.js": ${object}`), map: null };
      }
      if (!file) return undefined;
      const disposable = /^if \(Symbol\.dispose\) (\w+)\.prototype\[Symbol\.dispose\] = \1\.prototype\.free;$/gm;
      return {
        code: replaced(replaced(code, disposable, ""), /new FinalizationRegistry\(/g, "/* @__PURE__ */ new FinalizationRegistry("),
        map: null,
      };
    },
  };
}

function importedNames(wasm: string): string[] {
  return WebAssembly.Module.imports(new WebAssembly.Module(readFileSync(wasm))).map(({ name }) => name);
}

function replaced(code: string, what: string | RegExp, by: string): string {
  const result = code.replace(what, by);
  if (result === code)
    throw new Error(`The crypto bindings no longer contain ${String(what)}: look at what slim-crypto.ts is for, and adapt it.`);
  return result;
}
