import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { cacheFolder } from "./cache-folder.mjs";
import { longStep } from "./progress.mjs";
import { projectFolder, projectNode } from "./project-node.mjs";

/** @typedef {{ optional?: boolean, version?: string, link?: boolean }} LockedPackage */

const run = promisify(execFile);
const installed = join(projectFolder, "node_modules");
/** How many installed sets the cache keeps. Each has some 600 MB. */
const SETS_KEPT = 3;

/**
 * Installs the dependencies unless `node_modules` already holds what the lock file says. What `npm ci` makes is kept in the cache
 * folder, so that the next clone with the same lock file has it by copying, in seconds.
 */
export async function ensureDependencies() {
  if (dependenciesMatch()) return;
  const kept = join(cacheFolder(), `node_modules-${lockKey()}`);
  if (existsSync(kept)) {
    await longStep("Copying the dependencies from the cache", () => copyWhole(kept, installed));
    if (dependenciesMatch()) return;
  }
  await longStep("Installing the dependencies (npm ci, once)", npmCi);
  if (!existsSync(projectNode))
    throw new Error("npm ci ended well, but the project's Node is not there: were install scripts switched off?");
  await longStep("Keeping them for the next clone", () => copyWhole(installed, kept));
  await prune();
}

/** Compares npm's record of what is installed, which it writes last, with the lock file. */
function dependenciesMatch() {
  try {
    const wanted = packagesOf("package-lock.json");
    const present = packagesOf("node_modules/.package-lock.json");
    return (
      existsSync(projectNode) &&
      Object.entries(wanted).every(
        ([path, { optional, version, link }]) => path === "" || optional || link || present[path]?.version === version,
      )
    );
  } catch {
    return false; // nothing installed yet, or an installation that was interrupted
  }
}

/** @param {string} file @returns {Record<string, LockedPackage>} */
function packagesOf(file) {
  return JSON.parse(readFileSync(join(projectFolder, file), "utf8")).packages;
}

function lockKey() {
  const lock = readFileSync(join(projectFolder, "package-lock.json"));
  return createHash("sha256").update(`${process.platform} ${process.arch} `).update(lock).digest("hex").slice(0, 12);
}

/**
 * Copies a folder so that the target is either whole or not there. The files are shared where that can be: as clones on macOS, else as hard links, since
 * npm replaces the files of a package and never writes into them.
 */
async function copyWhole(/** @type {string} */ from, /** @type {string} */ to) {
  const beside = `${to}.${process.pid}`;
  await rm(beside, { recursive: true, force: true });
  await mkdir(cacheFolder(), { recursive: true });
  if (process.platform === "darwin") await run("cp", ["-cpR", from, beside]).catch(() => afresh(() => run("cp", ["-pR", from, beside])));
  else await run("cp", ["-al", from, beside]).catch(() => afresh(() => run("cp", ["-a", from, beside])));
  await ownRecord(beside);
  await rm(to, { recursive: true, force: true });
  await rename(beside, to);

  async function afresh(/** @type {() => Promise<unknown>} */ copy) {
    await rm(beside, { recursive: true, force: true });
    await copy();
  }
}

/** npm's record of what is installed is the one file that npm does write into, so each copy has its own. */
async function ownRecord(/** @type {string} */ folder) {
  const record = join(folder, ".package-lock.json");
  const text = await readFile(record);
  await rm(record);
  await writeFile(record, text);
}

async function prune() {
  const names = (await readdir(cacheFolder())).filter((name) => /^node_modules-\w+$/.test(name));
  const sets = await Promise.all(
    names.map(async (name) => ({ path: join(cacheFolder(), name), made: (await stat(join(cacheFolder(), name))).ctimeMs })),
  );
  const old = sets.sort((a, b) => b.made - a.made).slice(SETS_KEPT);
  for (const { path } of old) await rm(path, { recursive: true, force: true });
}

/** @returns {Promise<void>} */
function npmCi() {
  const npm = spawn("npm", ["ci", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"], {
    cwd: projectFolder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = /** @type {string[]} */ ([]);
  for (const stream of [npm.stdout, npm.stderr]) stream.on("data", (chunk) => output.push(String(chunk)));
  return new Promise((resolve, reject) => {
    npm.on("error", () =>
      reject(new Error("melo needs npm, which is not on the PATH: install it together with Node from https://nodejs.org.")),
    );
    npm.on("close", (code) => (code === 0 ? resolve() : reject(new Error(`npm ci failed:\n${output.join("").trimEnd()}`))));
  });
}
