import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { longStep } from "../../scripts/progress.mjs";
import { projectFolder } from "../../scripts/project-node.mjs";

const STAMP = join(projectFolder, "dist/cdn/.source");

/** Builds the CDN bundle by `npm run build:cdn`, unless dist/cdn was built from just these sources. */
export async function buildCdn(): Promise<void> {
  const key = sourceKey();
  if (readIfThere(STAMP) === key) return;
  await longStep("Building the CDN bundle", () =>
    promisify(execFile)("npm", ["run", "--silent", "build:cdn"], { cwd: projectFolder, maxBuffer: 16 * 1024 * 1024 }),
  );
  await writeFile(STAMP, key);
}

function sourceKey(): string {
  const hash = createHash("sha256");
  const files = globSync(["src/**/*.ts", "scripts/**/*", "*.config.*", "package.json", "package-lock.json"], {
    cwd: projectFolder,
    withFileTypes: true,
  });
  for (const path of files
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()) {
    hash.update(path).update(readFileSync(path));
  }
  return hash.digest("hex");
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
