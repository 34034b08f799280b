// What no linter knows: how long a file may be, and what must not stand in src.

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { fail } from "./check.ts";
import { projectFolder } from "./project-node.mjs";

const LINES = 400;
const LINES_OF_AN_ELEMENT = 250;

/** Random numbers become ids, tokens and nonces sooner or later, so they come from `crypto` only. */
const FORBIDDEN: readonly (readonly [RegExp, string])[] = [
  [/\bMath\.random\b/, "Math.random: use crypto.getRandomValues or crypto.randomUUID"],
  [/\b(TODO|FIXME|XXX)\b/, "a note that something is missing: finish it, or file an issue"],
  [/\.innerHTML\s*=|\binsertAdjacentHTML\b|\bdocument\.write\b/, "HTML from text: every text is hostile; use a template, or the sanitiser"],
];

const problems: string[] = [];
for (const file of globSync("src/**/*.ts", { cwd: projectFolder })) {
  const lines = readFileSync(join(projectFolder, file), "utf8").trimEnd().split("\n");
  const limit = /^src\/elements\/melo-[^.]+\.ts$/.test(file) ? LINES_OF_AN_ELEMENT : LINES;
  if (lines.length > limit) problems.push(`${file}: ${lines.length} lines, and ${limit} are the most; cut it along a seam`);
  lines.forEach((line, index) => {
    for (const [pattern, why] of FORBIDDEN) if (pattern.test(line)) problems.push(`${file}:${index + 1}: ${why}`);
  });
}
for (const file of globSync("test/**/*.ts", { cwd: projectFolder })) {
  const text = readFileSync(join(projectFolder, file), "utf8");
  if (/\b(it|describe|test|suite)\.(only|skip)\b/.test(text)) problems.push(`${file}: .only or .skip hides tests`);
}
fail(problems);
