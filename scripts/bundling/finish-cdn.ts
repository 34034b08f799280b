import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";

import type { Plugin } from "vite";

import { cacheFolder } from "../cache-folder.mjs";

/** What servers send compressed. */
const COMPRESSED = /\.(js|wasm)$/;
/** Compressed files by the hash of their content, for all clones: the wasm takes ten seconds and more. */
const CACHE = join(cacheFolder(), "brotli");

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
          if (COMPRESSED.test(name)) await writeFile(join(dir, `${name}.br`), await compressed(content));
          return [name, `sha384-${createHash("sha384").update(content).digest("base64")}`];
        }),
      );
      await writeFile(join(dir, "integrity.json"), `${JSON.stringify(Object.fromEntries(hashes), null, 2)}\n`);
    },
  };
}

async function compressed(content: Buffer): Promise<Buffer> {
  const file = join(CACHE, createHash("sha256").update(content).digest("hex"));
  if (existsSync(file)) return readFile(file);
  const result = await promisify(brotliCompress)(content, {
    params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
  });
  await mkdir(CACHE, { recursive: true });
  const beside = `${file}.${process.pid}`;
  await writeFile(beside, result);
  await rename(beside, file); // whole or not at all, whatever is killed meanwhile
  return result;
}
