// `npm run size`: whether what a page downloads is as small as promised. One line for each check.

import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";

import { buildCdn } from "../demo/stack/cdn-build.ts";
import { LATER, TAGS } from "./bundling/later.ts";
import { sameAsOriginal } from "./bundling/look-alikes.ts";
import { withoutCustomSection } from "./bundling/strip-wasm.ts";
import { reportCounts } from "./counts.ts";
import { say } from "./progress.mjs";
import { projectFolder } from "./project-node.mjs";

const LOADER = 4_000;
const UNTIL_FIRST_MESSAGE = 300_000;
const UNTIL_FIRST_MESSAGE_GOAL = 240_000;
const WASM = 1_300_000;
const ENTRY = "src/loader.ts";
const PRESENCE = "src/elements/melo-voice-presence.ts";
const PRESENCE_LIMIT = 15_000;

interface ManifestEntry {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
}

await buildCdn();
const folder = join(projectFolder, "dist/cdn");
const manifest = JSON.parse(read("manifest.json").toString()) as Record<string, ManifestEntry>;
const integrity = JSON.parse(read("integrity.json").toString()) as Record<string, string>;
const names = globSync("*.{js,wasm}", { cwd: folder }).sort();
const wasm = names.filter((name) => name.endsWith(".wasm") && !name.startsWith("rnnoise"));

let failed = 0;
let passed = 0;

const loader = gzipped(reached([ENTRY], () => false));
check(loader <= LOADER, `The loader is ${kB(loader)} gzip (at most ${kB(LOADER)}).`);

const first = gzipped(reached([ENTRY, ...TAGS], (key) => key !== ENTRY));
const goal = first <= UNTIL_FIRST_MESSAGE_GOAL ? "the goal is met" : "the goal is missed";
check(
  first <= UNTIL_FIRST_MESSAGE,
  `All JavaScript up to the first decrypted message is ${kB(first)} gzip (at most ${kB(UNTIL_FIRST_MESSAGE)}; ${goal}: ${kB(UNTIL_FIRST_MESSAGE_GOAL)}).`,
);

const signedIn = reached([ENTRY, "src/elements/melo-session.ts"], () => false);
const presence = gzipped(reached([PRESENCE], () => false).filter((file) => !signedIn.includes(file)));
check(
  presence <= PRESENCE_LIMIT,
  `Who is in a call costs a page with a session ${kB(presence)} gzip more (at most ${kB(PRESENCE_LIMIT)}).`,
);
const media = reached([PRESENCE], (key) => key === PRESENCE).filter((file) => /createLocalTracks|LiveKit/.test(read(file).toString()));
check(media.length === 0, `Who is in a call is shown without livekit-client.${list(media)}`);

check(wasm.length === 1, `There is one wasm, beside the noise filter's, in a file of its own: ${wasm.join(", ") || "none"}.`);
const compressed = wasm.reduce((sum, name) => sum + read(`${name}.br`).length, 0);
check(compressed <= WASM, `The wasm is ${kB(compressed)} Brotli (at most ${kB(WASM)}).`);
const named = wasm.filter((name) => withoutCustomSection(read(name), "name").length !== read(name).length);
check(named.length === 0, "The wasm is without the names of its functions.");

const uncompressed = names.filter((name) => !existsSync(join(folder, `${name}.br`)));
check(uncompressed.length === 0, `Every script and wasm has its Brotli form beside it.${list(uncompressed)}`);
const wrong = names.filter((name) => integrity[name] !== `sha384-${createHash("sha384").update(read(name)).digest("base64")}`);
check(wrong.length === 0, `integrity.json has the hash of each file.${list(wrong)}`);

const elements = globSync("src/elements/melo-*.ts", { cwd: projectFolder, exclude: ["**/*.styles.ts"] }).map((file) =>
  basename(file, ".ts"),
);
for (const file of [ENTRY, "src/index.ts"]) {
  const text = readFileSync(join(projectFolder, file), "utf8");
  const missing = elements.filter((element) => !text.includes(`"./elements/${element}.js"`));
  check(missing.length === 0, `${file} knows all ${elements.length} elements.${list(missing)}`);
}
check(sameAsOriginal(), "The small table of look-alike characters answers as the original.");

reportCounts("size", { passed, failed, skipped: 0 });
process.exitCode = failed > 0 ? 1 : 0;

function check(isRight: boolean, what: string): void {
  if (isRight) passed++;
  else failed++;
  say(`${isRight ? "✓" : "✗"} ${what}`);
}

/** The files that are loaded with these modules: what they import, and, where `follows` says so, what they import while they run. */
function reached(keys: readonly string[], follows: (key: string) => boolean): string[] {
  const seen = new Set<string>();
  const visit = (key: string): void => {
    if (seen.has(key)) return;
    seen.add(key);
    const entry = manifest[key];
    if (!entry) throw new Error(`The build has no ${key}: what this script says of the page that is measured is out of date.`);
    entry.imports?.forEach(visit);
    if (follows(key)) entry.dynamicImports?.filter((name) => !LATER.includes(name)).forEach(visit);
  };
  for (const key of LATER) if (!manifest[key]) throw new Error(`The build has no ${key}: look at what is loaded later.`);
  keys.forEach(visit);
  return [...new Set([...seen].map((key) => manifest[key]!.file))];
}

function gzipped(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + gzipSync(read(file), { level: 9 }).length, 0);
}

function read(name: string): Buffer {
  return readFileSync(join(folder, name));
}

function kB(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

function list(items: readonly string[]): string {
  return items.length > 0 ? ` Not so: ${items.join(", ")}.` : "";
}
