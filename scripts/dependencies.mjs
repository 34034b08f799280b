import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { longStep } from "./progress.mjs";
import { projectFolder, projectNode } from "./project-node.mjs";

/** @typedef {{ optional?: boolean, version?: string, link?: boolean }} LockedPackage */

/** Runs `npm ci` unless `node_modules` already holds what the lock file says. npm's own cache makes the second clone quick. */
export async function ensureDependencies() {
  if (dependenciesMatch()) return;
  await longStep("Installing the dependencies (npm ci)", npmCi);
  if (!existsSync(projectNode)) throw new Error("npm ci ended well, but the project's Node is not there: were install scripts switched off?");
}

/** Compares npm's record of what is installed, which it writes last, with the lock file. */
function dependenciesMatch() {
  try {
    const wanted = packagesOf("package-lock.json");
    const installed = packagesOf("node_modules/.package-lock.json");
    return existsSync(projectNode) && Object.entries(wanted).every(([path, { optional, version, link }]) =>
      path === "" || optional || link || installed[path]?.version === version);
  } catch {
    return false; // nothing installed yet, or an installation that was interrupted
  }
}

/** @param {string} file @returns {Record<string, LockedPackage>} */
function packagesOf(file) {
  return JSON.parse(readFileSync(join(projectFolder, file), "utf8")).packages;
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
    npm.on("error", () => reject(new Error("melo needs npm, which is not on the PATH: install it together with Node from https://nodejs.org.")));
    npm.on("close", (code) => (code === 0 ? resolve() : reject(new Error(`npm ci failed:\n${output.join("").trimEnd()}`))));
  });
}
