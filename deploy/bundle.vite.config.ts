import { join } from "node:path";

import { defineConfig } from "vite";

const project = join(import.meta.dirname, "..");

/** Programs for Node that have to do without node_modules, by mode: each becomes one file in dist. */
const PROGRAMS: Readonly<Record<string, string>> = { "token-api": "server/main.ts", doctor: "deploy/examination/melo-doctor.ts" };

export default defineConfig(({ mode }) => {
  const program = PROGRAMS[mode];
  if (!program) throw new Error(`--mode has to be one of ${Object.keys(PROGRAMS).join(", ")}.`);
  return {
    root: project,
    publicDir: false,
    logLevel: "warn",
    ssr: { noExternal: true, target: "node" },
    build: {
      ssr: program,
      outDir: `dist/${mode}`,
      target: "node20",
      emptyOutDir: true,
      rolldownOptions: { output: { entryFileNames: "[name].mjs", codeSplitting: false } },
    },
  };
});
