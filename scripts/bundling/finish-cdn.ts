import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";

import type { Plugin } from "vite";

/** What servers send compressed. */
const COMPRESSED = /\.(js|wasm)$/;
/** Compressed files by the hash of their content: the wasm takes ten seconds. */
const CACHE = "node_modules/.cache/melo-brotli";

/** Writes, beside every script and wasm of the build, its Brotli form (`x.js.br`), and `integrity.json` with the SHA-384 of each file, as `integrity` attributes have it. */
export function finishCdn(): Plugin {
  let root = "";
  return {
    name: "melo:finish-cdn",
    configResolved: (config) => void (root = config.root),
    async writeBundle({ dir = "" }) {
      const names = (await readdir(dir, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
        .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
        .sort();
      const integrity: Record<string, string> = {};
      for (const name of names) {
        const content = await readFile(join(dir, name));
        integrity[name] = `sha384-${createHash("sha384").update(content).digest("base64")}`;
        if (COMPRESSED.test(name)) await writeFile(join(dir, `${name}.br`), await compressed(content, join(root, CACHE)));
      }
      await writeFile(join(dir, "integrity.json"), `${JSON.stringify(integrity, null, 2)}\n`);
    },
  };
}

async function compressed(content: Buffer, cache: string): Promise<Buffer> {
  const file = join(cache, createHash("sha256").update(content).digest("hex"));
  if (existsSync(file)) return readFile(file);
  const result = await promisify(brotliCompress)(content, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
  });
  await mkdir(cache, { recursive: true });
  await writeFile(file, result);
  return result;
}
