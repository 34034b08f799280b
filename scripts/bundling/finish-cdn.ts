import { createHash } from "node:crypto";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { Plugin } from "vite";

import { brotli } from "./brotli.ts";

/** What servers send compressed. */
const COMPRESSED = /\.(js|wasm)$/;
/** Writes, beside every script and wasm of the build, its Brotli form (`x.js.br`), and `integrity.json` with the SHA-384 of each file, as `integrity` attributes have it. */
export function finishCdn(): Plugin {
  return {
    name: "melo:finish-cdn",
    async writeBundle({ dir = "" }) {
      const names = (await readdir(dir, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
        .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
        .sort();
      const hashes = await Promise.all(
        names.map(async (name) => {
          const content = await readFile(join(dir, name));
          if (COMPRESSED.test(name)) await writeFile(join(dir, `${name}.br`), await brotli(content));
          return [name, `sha384-${createHash("sha384").update(content).digest("base64")}`];
        }),
      );
      await writeFile(join(dir, "integrity.json"), `${JSON.stringify(Object.fromEntries(hashes), null, 2)}\n`);
    },
  };
}
