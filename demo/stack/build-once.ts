import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { longStep } from "../../scripts/progress.mjs";
import { projectFolder } from "../../scripts/project-node.mjs";

/** What every build may depend on. */
const SOURCES = ["src/**/*", "scripts/**/*", "*.config.*", "tsconfig.json", "package-lock.json"];

/** Runs `build`, which fills `folder` (in the clone), unless the folder was filled from just these sources. */
export async function buildOnce(title: string, folder: string, sources: readonly string[], build: () => Promise<unknown>): Promise<void> {
  const stamp = join(projectFolder, folder, ".source");
  const key = sourceKey([...SOURCES, ...sources]);
  if (readIfThere(stamp) === key) return;
  await longStep(title, build);
  await writeFile(stamp, key);
}

function sourceKey(patterns: readonly string[]): string {
  const files = globSync(patterns, { cwd: projectFolder, withFileTypes: true }).filter((entry) => entry.isFile());
  const hash = createHash("sha256");
  for (const path of files.map(({ parentPath, name }) => join(parentPath, name)).sort()) hash.update(path).update(readFileSync(path));
  return hash.digest("hex");
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
