import { execFile, spawn } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { cacheFolder } from "../../scripts/cache-folder.mjs";
import { longStep, say } from "../../scripts/progress.mjs";
import { alone } from "./alone.ts";

const run = promisify(execFile);

/** Before raising it, see that the module's go.mod has no `replace`: `go install` refuses such modules. */
const VERSION = "1.13.5";
/** The Go that this version asks for. */
const GO = [1, 26] as const;

/** What to say where neither LiveKit nor a way to build it is. */
export const VOICE_NEEDS =
  `For voice and video, install LiveKit's server (https://github.com/livekit/livekit, as \`livekit-server\` on the PATH) ` +
  `or Go ${GO.join(".")} or newer (https://go.dev/dl), with which melo builds it, and start again.`;

/**
 * Path of LiveKit's server: the one on the PATH, else the one in the cache folder, else it is built into there.
 * @returns `undefined` if it is not there and cannot be built.
 */
export async function findLivekit(): Promise<string | undefined> {
  const installed = onPath("livekit-server");
  if (installed) return installed;
  const folder = join(cacheFolder(), `livekit-${VERSION}`);
  const file = join(folder, "livekit-server");
  if (existsSync(file)) return file;
  const go = await findGo();
  if (!go) return undefined;
  await mkdir(cacheFolder(), { recursive: true });
  let failure: Error | undefined;
  await alone(`${folder}.lock`, async () => {
    if (existsSync(file)) return;
    const title = `Building LiveKit ${VERSION} (once, about three minutes)`;
    await longStep(title, () => build(go, folder, file)).catch((error: Error) => (failure = error));
  });
  if (failure) say(failure.message);
  return failure ? undefined : file;
}

function onPath(name: string): string | undefined {
  return (process.env["PATH"] ?? "")
    .split(":")
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

async function findGo(): Promise<string | undefined> {
  for (const file of [onPath("go"), "/usr/local/go/bin/go", "/opt/homebrew/bin/go"]) {
    if (!file || !existsSync(file)) continue;
    const { stdout } = await run(file, ["env", "GOVERSION"]).catch(() => ({ stdout: "" }));
    const [, major = 0, minor = 0] = (/^go(\d+)\.(\d+)/.exec(stdout) ?? []).map(Number);
    // An older Go (1.21 or newer) fetches the one it needs by itself.
    if (major > GO[0] || (major === GO[0] && minor >= 21)) return file;
  }
  return undefined;
}

async function build(go: string, folder: string, file: string): Promise<void> {
  const beside = `${folder}.${process.pid}`;
  await rm(beside, { recursive: true, force: true });
  const child = spawn(go, ["install", `github.com/livekit/livekit-server/cmd/server@v${VERSION}`], {
    env: { ...process.env, GOBIN: beside },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve).on("error", () => resolve(null)));
  if (code !== 0) throw new Error(`LiveKit could not be built:\n${output.trimEnd().split("\n").slice(-10).join("\n")}`);
  await mkdir(folder, { recursive: true });
  await rename(join(beside, "server"), file);
  await rm(beside, { recursive: true, force: true });
}
