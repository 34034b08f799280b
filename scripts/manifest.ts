// `npm run manifest`: writes custom-elements.json, the description of every element that editors, the stories and the documentation read.

import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { promisify } from "node:util";

import { projectFolder, projectNode } from "./project-node.mjs";

interface Member {
  readonly name: string;
  readonly privacy?: string;
  readonly static?: boolean;
  readonly kind: string;
}

interface Declaration {
  readonly kind: string;
  readonly tagName?: string;
  members?: Member[];
  events?: { readonly name: string }[];
}

interface Manifest {
  modules: { readonly path: string; readonly declarations: Declaration[]; readonly exports: unknown[] }[];
}

/** Members of every Lit element that say nothing to those who use it. */
const OWN_AFFAIRS = new Set([
  "styles",
  "render",
  "willUpdate",
  "updated",
  "firstUpdated",
  "connectedCallback",
  "disconnectedCallback",
  "formAssociated",
]);

/** Writes the manifest into `folder`, and gives its path. */
export async function writeManifest(folder: string): Promise<string> {
  const cli = join(projectFolder, "node_modules/.bin/cem");
  const options = ["--config", "scripts/manifest.config.mjs", "--quiet", "--outdir", relative(projectFolder, folder) || "."];
  await promisify(execFile)(projectNode, [cli, "analyze", ...options], { cwd: projectFolder });
  const file = join(folder, "custom-elements.json");
  const manifest = JSON.parse(await readFile(file, "utf8")) as Manifest;
  manifest.modules.sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const { declarations } of manifest.modules) {
    for (const declaration of declarations) {
      declaration.members &&= declaration.members.filter(isPublic);
      declaration.events &&= declaration.events.filter(({ name }) => name?.startsWith("melo-")); // others are guessed from dispatchEvent(…)
    }
  }
  await writeFile(file, `${JSON.stringify(manifest, null, 2)}\n`);
  return file;
}

function isPublic({ name, privacy }: Member): boolean {
  return privacy !== "private" && privacy !== "protected" && !/^[#_]/.test(name) && !OWN_AFFAIRS.has(name);
}

if (import.meta.main) await writeManifest(projectFolder);
