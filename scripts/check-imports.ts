// Which folder of src may import what, as docs/architecture.md says. Types count too: a folder that knows another's types depends on it.

import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

import { fail } from "./check.ts";
import { projectFolder } from "./project-node.mjs";

interface Permission {
  /** Folders and packages. Everybody may import from their own folder. */
  readonly may: readonly string[];
  /** These by `import type` only, so that nothing of them is loaded. */
  readonly types?: readonly string[];
  /** These by `import()` (and `import type`) only, so that they are loaded when they are needed. Files named `…-state` are snapshots and types, and may be had at once. */
  readonly lazily?: readonly string[];
}

const SDK = "matrix-js-sdk";

const PERMISSIONS: Record<string, Permission> = {
  internal: { may: [] },
  matrix: { may: ["internal", SDK, "idb-keyval"] },
  crypto: { may: ["internal", SDK, "@matrix-org/matrix-sdk-crypto-wasm"] },
  media: { may: ["internal", SDK, "livekit-client", "@sapphi-red/web-noise-suppressor"] },
  session: { may: ["internal", "matrix", "crypto", "birpc", SDK], lazily: ["media"] },
  controllers: { may: ["internal", "session", "lit", "@lit/context"], types: ["matrix", "crypto", "media"] },
  elements: {
    may: ["internal", "session", "controllers", "lit", "@lit/context", "@lit/localize", "@tanstack/virtual-core", "lucide", "qr"],
    types: ["matrix", "crypto", "media"],
    lazily: ["dompurify", "marked"],
  },
  // index.ts and loader.ts
  "": { may: ["internal", "session", "controllers", "elements", "@lit/localize"], types: ["matrix", "crypto", "media"] },
};

const IMPORT =
  /(?<head>\b(?:import|export)\s+(?:type\s+)?[^"';()]*?from\s*|\bimport\s*\(\s*|\bimport\s+(?=["']))["'](?<specifier>[^"']+)["']/g;

const problems: string[] = [];
for (const file of globSync("src/**/*.ts", { cwd: projectFolder })) {
  const folder = folderOf(file);
  const permission = PERMISSIONS[folder];
  if (!permission) {
    problems.push(`${file}: the folder src/${folder} is not in the table of scripts/check-imports.ts`);
    continue;
  }
  for (const { groups } of withoutComments(readFileSync(join(projectFolder, file), "utf8")).matchAll(IMPORT)) {
    const { head = "", specifier = "" } = groups ?? {};
    const target = targetOf(file, specifier);
    const kind = /^(import|export)\s+type\b/.test(head) ? "type" : head.includes("(") ? "lazy" : "now";
    const isSnapshot = specifier.endsWith("-state.js") && permission.lazily?.includes(target);
    if (target !== folder && !isSnapshot && !isAllowed(permission, target, kind))
      problems.push(`${file}: ${wording(folder, target, permission)}`);
  }
}
fail(problems);

/** The first folder below src, or "" for the files in src itself. */
function folderOf(file: string): string {
  const parts = relative("src", file).split("/");
  return parts.length > 1 ? (parts[0] ?? "") : "";
}

/** The folder of src, or the name of the package. */
function targetOf(file: string, specifier: string): string {
  if (specifier.startsWith(".")) return folderOf(join(dirname(file), specifier));
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

function isAllowed({ may, types = [], lazily = [] }: Permission, target: string, kind: "type" | "lazy" | "now"): boolean {
  return may.includes(target) || (types.includes(target) && kind === "type") || (lazily.includes(target) && kind !== "now");
}

function wording(folder: string, target: string, { types = [], lazily = [] }: Permission): string {
  const from = folder ? `src/${folder}` : "src";
  if (types.includes(target)) return `${from} may import ${target} by \`import type\` only`;
  if (lazily.includes(target)) return `${from} may import ${target} by \`import()\` only`;
  return `${from} may not import ${target}`;
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}
