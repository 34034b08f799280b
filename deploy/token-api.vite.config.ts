import { join } from "node:path";

import { defineConfig } from "vite";

const project = join(import.meta.dirname, "..");

/** Makes the token API and all it imports one file for Node: dist/token-api/main.mjs. */
export default defineConfig({
  root: project,
  publicDir: false,
  logLevel: "warn",
  ssr: { noExternal: true, target: "node" },
  build: {
    ssr: "server/main.ts",
    outDir: "dist/token-api",
    target: "node22",
    emptyOutDir: true,
    rolldownOptions: { output: { entryFileNames: "[name].mjs" } },
  },
});
