// `npm run build`: what is published. Modules and their types into dist, the doctor into dist/doctor (a package of its own), and the bundle for CDNs into dist/cdn.

import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { writeDoctorPackage } from "./doctor-package.ts";
import { projectFolder } from "./project-node.mjs";

const dist = join(projectFolder, "dist");
/** Made by others, and not by the compiler. */
const OTHERS = ["token-api", "cdn", "demo", "e2e", "storybook"];

for (const name of namesIn(dist)) if (!OTHERS.includes(name)) rmSync(join(dist, name), { recursive: true });
run(join(projectFolder, "node_modules/.bin/tsc"), "-p", "tsconfig.build.json");
run(join(projectFolder, "node_modules/.bin/vite"), "build", "--config", "deploy/bundle.vite.config.ts", "--mode", "doctor");
run(join(projectFolder, "node_modules/.bin/vite"), "build", "--config", "deploy/loopback.vite.config.ts");
writeDoctorPackage();
run("npm", "run", "--silent", "build:cdn");

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // nothing was built yet
  }
}

function run(file: string, ...args: string[]): void {
  const { status } = spawnSync(file, args, { cwd: projectFolder, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
