import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";

import { cacheFolder } from "../cache-folder.mjs";

/** Compressed files by the hash of their content, for all clones: the wasm takes ten seconds and more. */
const CACHE = join(cacheFolder(), "brotli");

/** The smallest Brotli form of a file. */
export async function brotli(content: Buffer): Promise<Buffer> {
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
