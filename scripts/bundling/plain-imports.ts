import type { Plugin } from "vite";

const WRAPPED = /__vitePreload\(([\s\S]*?), __VITE_PRELOAD__, import\.meta\.url\)/g;
const HELPER_IMPORT = /^import \{[^}]*\} from "\.\/preload-helper-[^"]*";\n/m;

/**
 * Leaves `import()` as it is written. Vite wraps each one in a helper that loads style sheets first; melo has none, and the helper would be one more file before
 * anything else can be loaded.
 */
export function plainImports(): Plugin {
  return {
    name: "melo:plain-imports",
    renderChunk: {
      order: "post",
      handler: (code) =>
        code.includes("__vitePreload(") ? { code: code.replace(WRAPPED, "($1)()").replace(HELPER_IMPORT, ""), map: null } : null,
    },
    generateBundle(_options, bundle) {
      for (const name of Object.keys(bundle)) if (name.startsWith("preload-helper-")) delete bundle[name];
    },
  };
}
