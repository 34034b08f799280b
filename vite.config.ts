import { globSync } from "node:fs";
import { join } from "node:path";

import { defineConfig, type UserConfig } from "vite";

import { earlyFiles } from "./scripts/bundling/early-files.ts";
import { finishCdn } from "./scripts/bundling/finish-cdn.ts";
import { isForPresence } from "./scripts/bundling/for-presence.ts";
import { isEarly } from "./scripts/bundling/later.ts";
import { plainImports } from "./scripts/bundling/plain-imports.ts";
import { slimCrypto } from "./scripts/bundling/slim-crypto.ts";
import { slimSdk } from "./scripts/bundling/slim-sdk.ts";
import { smallWorker } from "./scripts/bundling/small-worker.ts";
import { stripWasm } from "./scripts/bundling/strip-wasm.ts";

const here = import.meta.dirname;
/** What elements are made of. */
const ELEMENTS = /src[\\/](elements|controllers|internal)|node_modules[\\/](@?lit|lucide)/;

/**
 * `vite build --mode cdn`: what other sites load, in dist/cdn. `melo.js` and all other files find each other relative to where they are, on whatever origin.
 * Not Vite's library mode: that one puts the wasm into the script, as text.
 */
const cdn: UserConfig = {
  root: here,
  base: "./",
  plugins: [slimSdk(), slimCrypto(), plainImports(), stripWasm(), smallWorker(), earlyFiles(), finishCdn()],
  build: {
    outDir: join(here, "dist/cdn"),
    target: "es2022",
    modulePreload: false,
    assetsInlineLimit: 0,
    license: { fileName: "LICENSES.md" },
    manifest: "manifest.json",
    copyPublicDir: false,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1_000,
    rolldownOptions: {
      input: { melo: join(here, "src/loader.ts") },
      checks: { pluginTimings: false },
      preserveEntrySignatures: "strict",
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "[name]-[hash].js",
        assetFileNames: ({ names }) => (names.some((name) => name.endsWith(".mjs")) ? "[name]-[hash].js" : "[name]-[hash][extname]"),
        // What several elements share is one file, and so is the SDK: every file is a request, and small files compress badly.
        codeSplitting: {
          groups: [
            { name: "preload-helper", test: /preload-helper/, priority: 4 }, // alone, so that plainImports() can drop it
            {
              name: "sdk", // without what calls are made of, which comes with the first of them
              test: /node_modules[\\/](matrix-js-sdk(?![\\/]lib[\\/]matrixrtc)|@babel|events|loglevel|p-retry|content-type|base-x|bs58)|melo:(look-alikes|event-names)/,
              minShareCount: 2,
            },
            // A file takes what its modules import along, so the smaller ones come first.
            {
              name: (id, context) => (isEarly(id, context, here) ? "elements" : null),
              test: ELEMENTS,
              minShareCount: 3,
              priority: 3,
            },
            {
              name: (id, context) => (isForPresence(id, context, here) ? "presence-elements" : null),
              test: ELEMENTS,
              minShareCount: 3,
              priority: 2,
            },
            { name: "later-elements", test: ELEMENTS, minShareCount: 3, priority: 1 },
          ],
        },
      },
    },
  },
};

/** `vite build --mode demo`: the demo's pages, in dist/demo; `vite --mode demo` serves them as they are edited. The drop-in page takes melo from dist/cdn. */
const demo: UserConfig = {
  root: join(here, "demo"),
  base: "./",
  plugins: [slimSdk(), slimCrypto(), stripWasm()],
  server: { host: "127.0.0.1", strictPort: true, fs: { allow: [here] } },
  build: {
    outDir: join(here, "dist/demo"),
    emptyOutDir: true,
    target: "es2022",
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1_000,
    rolldownOptions: {
      input: globSync("*.html", { cwd: join(here, "demo"), exclude: ["drop-in.html"] }).map((name) => join(here, "demo", name)),
    },
  },
};

export default defineConfig(({ mode }) => {
  if (mode === "cdn") return cdn;
  if (mode === "demo") return demo;
  throw new Error(`There is no mode "${mode}": say --mode cdn or --mode demo.`);
});
