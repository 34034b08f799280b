import { join } from "node:path";

import { defineConfig } from "vite";

const project = join(import.meta.dirname, "..");

/** The doctor's page (examination/loopback/page.ts) with LiveKit and its worker, in dist/doctor/loopback: `page.js` and what it loads. */
export default defineConfig({
  root: project,
  base: "./",
  publicDir: false,
  logLevel: "warn",
  build: {
    outDir: "dist/doctor/loopback",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false,
    assetsInlineLimit: 0,
    license: { fileName: "LICENSES.md" },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1_000,
    rolldownOptions: {
      input: { page: "deploy/examination/loopback/page.ts" },
      output: { entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js", assetFileNames: "[name]-[hash][extname]" },
    },
  },
});
