import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";

import { build } from "vite";

import { longStep } from "./progress.mjs";
import { projectFolder } from "./project-node.mjs";

/** Packages that a browser cannot load module by module: CommonJS inside, or wasm, or very many files, or `process.env`. */
const PACKAGES = ["matrix-js-sdk", "@matrix-org/matrix-sdk-crypto-wasm", "@tanstack/virtual-core"];
const IMPORT = /(?:from|import)\s*\(?\s*"([^".][^"]*)"/g;

/**
 * Bundles those packages once for the unit tests, which otherwise get every module as it stands. All entry points that src and test import are bundled
 * together, so that they share one instance of everything. Gives the URL path of each.
 */
export async function prebundle(): Promise<ReadonlyMap<string, string>> {
  const entries = importedEntries();
  const folder = join("node_modules/.cache", `melo-prebundle-${key(entries)}`);
  const outDir = join(projectFolder, folder);
  if (!existsSync(outDir)) await longStep("Bundling the SDK for the unit tests", () => bundle(entries, outDir));
  return new Map(entries.map((entry) => [entry, `/${folder}/${fileName(entry)}.js`]));
}

function importedEntries(): string[] {
  const found = new Set<string>();
  for (const file of globSync("{src,test,stories}/**/*.ts", { cwd: projectFolder })) {
    const text = readFileSync(join(projectFolder, file), "utf8");
    for (const [, specifier = ""] of text.matchAll(IMPORT)) {
      if (PACKAGES.some((name) => specifier === name || specifier.startsWith(`${name}/`))) found.add(specifier);
    }
  }
  return [...found].sort();
}

function key(entries: readonly string[]): string {
  const lock = readFileSync(join(projectFolder, "package-lock.json"));
  return createHash("sha256").update(lock).update(entries.join("\n")).digest("hex").slice(0, 12);
}

function fileName(entry: string): string {
  return entry.replaceAll(/[^a-z0-9]+/gi, "-");
}

async function bundle(entries: readonly string[], outDir: string): Promise<void> {
  const beside = `${outDir}.${process.pid}`;
  await build({
    configFile: false,
    root: projectFolder,
    base: "./",
    logLevel: "error",
    build: {
      outDir: beside,
      emptyOutDir: true,
      target: "es2022",
      minify: false,
      modulePreload: false,
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 20_000,
      copyPublicDir: false,
      rolldownOptions: {
        input: Object.fromEntries(entries.map((entry) => [fileName(entry), entry])),
        preserveEntrySignatures: "strict",
        output: { entryFileNames: "[name].js", chunkFileNames: "chunk-[name]-[hash].js", assetFileNames: "[name]-[hash][extname]" },
      },
    },
  });
  await rename(beside, outDir).catch(async (error: unknown) => {
    await rm(beside, { recursive: true, force: true });
    if (!existsSync(outDir)) throw error; // else another run was quicker
  });
}
