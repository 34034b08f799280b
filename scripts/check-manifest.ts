// Whether custom-elements.json, which editors and the stories read, still says what the source says.

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { fail } from "./check.ts";
import { writeManifest } from "./manifest.ts";
import { projectFolder } from "./project-node.mjs";

const folder = await mkdtemp(join(tmpdir(), "melo-manifest-"));
const fresh = await readFile(await writeManifest(folder), "utf8");
const committed = await readFile(join(projectFolder, "custom-elements.json"), "utf8").catch(() => "");
await rm(folder, { recursive: true });
fail(fresh === committed ? [] : ["custom-elements.json is not what the source says: run `npm run manifest` and commit it."]);
