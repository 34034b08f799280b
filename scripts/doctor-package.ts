import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { projectFolder } from "./project-node.mjs";

interface Package {
  readonly version: string;
  readonly license: string;
  readonly engines: Readonly<Record<string, string>>;
}

/** Makes a package of its own of what `npm run build` put into dist/doctor, so that `npx melo-doctor example.org` fetches the doctor alone. It depends on nothing. */
export function writeDoctorPackage(): void {
  const folder = join(projectFolder, "dist/doctor");
  const { version, license, engines } = JSON.parse(readFileSync(join(projectFolder, "package.json"), "utf8")) as Package;
  const content = {
    name: "melo-doctor",
    version,
    description: "Says whether a Matrix server carries encrypted chat and calls, and what to do where it does not.",
    keywords: ["matrix", "livekit", "matrixrtc", "diagnostics"],
    license,
    type: "module",
    bin: { "melo-doctor": "./melo-doctor.mjs" },
    files: ["melo-doctor.mjs", "loopback"],
    engines,
  };
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(content, null, 2)}\n`);
  copyFileSync(join(projectFolder, "LICENSE"), join(folder, "LICENSE"));
}
