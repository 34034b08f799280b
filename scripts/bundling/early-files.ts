import type { Plugin, Rolldown } from "vite";

import type { EarlyFiles } from "../../src/loader.ts";

type Bundle = Rolldown.OutputBundle;
type Chunk = Rolldown.OutputChunk;

const LOADER = "src/loader.ts";
/** What a tag loads by itself as soon as it is there, besides its own module. */
const WITH_A_TAG: Readonly<Record<string, readonly string[]>> = { "melo-session": ["src/session/session.ts"] };
/** What runs a client. The last two are what its encryption loads in turn. */
const CLIENT = [
  "src/session/core.ts",
  "src/crypto/wasm.ts",
  "node_modules/@matrix-org/matrix-sdk-crypto-wasm/index.mjs",
  "node_modules/matrix-js-sdk/lib/rust-crypto/index.js",
];

/** Tells the loader which files belong together, so that it can ask for all of them at once: `import.meta.melo` becomes the list. */
export function earlyFiles(): Plugin {
  let root = "";
  return {
    name: "melo:early-files",
    configResolved: (config) => void (root = config.root),
    generateBundle(_options, bundle) {
      const loader = chunkOf(bundle, `${root}/${LOADER}`);
      const tags = [...loader.code.matchAll(/`(melo-[a-z-]+)`/g)].map(([, tag = ""]) => tag).filter((tag) => moduleOf(tag, bundle, root));
      const files: EarlyFiles = {
        tags: Object.fromEntries(
          tags.map((tag) => [
            tag,
            together(bundle, [moduleOf(tag, bundle, root)!, ...(WITH_A_TAG[tag] ?? []).map((path) => chunkOf(bundle, `${root}/${path}`))]),
          ]),
        ),
        client: [
          ...together(
            bundle,
            CLIENT.map((path) => chunkOf(bundle, `${root}/${path}`)),
          ),
          ...Object.keys(bundle).filter((name) => /matrix_sdk_crypto.*\.wasm$/.test(name)),
        ],
      };
      const code = loader.code.replaceAll("import.meta.melo", `(${JSON.stringify(files)})`);
      if (code === loader.code) throw new Error("The loader no longer asks for import.meta.melo.");
      loader.code = code;
    },
  };
}

function moduleOf(tag: string, bundle: Bundle, root: string): Chunk | undefined {
  return findChunk(bundle, `${root}/src/elements/${tag}.ts`);
}

function chunkOf(bundle: Bundle, id: string): Chunk {
  const chunk = findChunk(bundle, id);
  if (!chunk) throw new Error(`The build has no ${id}.`);
  return chunk;
}

function findChunk(bundle: Bundle, id: string): Chunk | undefined {
  return Object.values(bundle).find((file): file is Chunk => file.type === "chunk" && file.moduleIds.includes(id));
}

/** The files of these chunks, and all that they import. */
function together(bundle: Bundle, chunks: readonly Chunk[]): string[] {
  const names = new Set<string>();
  const add = (name: string): void => {
    const chunk = bundle[name];
    if (names.has(name) || chunk?.type !== "chunk") return;
    names.add(name);
    chunk.imports.forEach(add);
  };
  for (const { fileName } of chunks) add(fileName);
  return [...names];
}
