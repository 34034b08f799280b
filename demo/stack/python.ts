import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { cacheFolder } from "../../scripts/cache-folder.mjs";
import { longStep } from "../../scripts/progress.mjs";
import { alone } from "./alone.ts";

const run = promisify(execFile);

/** One set of Python packages, installed into an environment of its own in the cache folder. */
export interface PythonEnvironment {
  /** For people, and the beginning of the folder's name. */
  readonly name: string;
  readonly packages: readonly string[];
}

/** The homeserver. `jwt` lets it accept signed tokens of a host page as a way to sign in. */
export const SYNAPSE: PythonEnvironment = { name: "synapse", packages: ["matrix-synapse[jwt]==1.163.2"] };

/** A foreign Matrix client with a crypto implementation of its own, for the tests of interoperability. */
export const MATRIX_NIO: PythonEnvironment = { name: "matrix-nio", packages: ["matrix-nio[e2e]==0.26.0"] };

/** Makes the environment unless it is there, and gives the path of its `python`. Two callers at once make it once. */
export async function preparePython(environment: PythonEnvironment): Promise<string> {
  const base = await findPython();
  const key = createHash("sha256")
    .update([base.file, base.version, process.arch, ...environment.packages].join("\n"))
    .digest("hex");
  const folder = join(cacheFolder(), `${environment.name}-${key.slice(0, 12)}`);
  const python = join(folder, "bin/python");
  const ready = join(folder, "melo-ready");
  if (existsSync(ready)) return python;
  await mkdir(cacheFolder(), { recursive: true });
  await alone(`${folder}.lock`, async () => {
    if (existsSync(ready)) return;
    await longStep(`Installing ${environment.packages.join(", ")} (once, about a minute)`, async () => {
      await rm(folder, { recursive: true, force: true });
      await run(base.file, ["-m", "venv", folder]);
      await pipInstall(python, environment.packages);
      await writeFile(ready, "");
    });
  });
  return python;
}

interface Python {
  readonly file: string;
  readonly version: string;
}

const PROBE = "import sys, venv, ensurepip; print(sys.executable, '%d.%d' % sys.version_info[:2])";

async function findPython(): Promise<Python> {
  for (const name of ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"]) {
    const found = await run(name, ["-c", PROBE]).catch(() => undefined);
    const [, file, version] = /^(.+) (3\.\d+)\s*$/.exec(found?.stdout ?? "") ?? [];
    if (file && version && Number(version.slice(2)) >= 10) return { file, version };
  }
  throw new Error(
    "melo needs Python 3.10 or newer with its venv module to run the homeserver: install it with " +
      (process.platform === "darwin" ? "`brew install python`" : "`apt install python3 python3-venv` (or your system's way)") +
      " and start again.",
  );
}

async function pipInstall(python: string, packages: readonly string[]): Promise<void> {
  const pip = spawn(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...packages], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [pip.stdout, pip.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  const code = await new Promise((resolve) => pip.on("close", resolve));
  if (code !== 0) throw new Error(`pip install ${packages.join(" ")} failed:\n${output.trimEnd()}`);
}
