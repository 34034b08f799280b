import { spawn } from "node:child_process";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The clone. */
export const projectFolder = dirname(dirname(fileURLToPath(import.meta.url)));

/** The Node that the project pins as a dependency: one that runs TypeScript files directly, wherever the system's Node stands. */
export const projectNode = join(projectFolder, "node_modules/.bin/node");

/**
 * Runs a script on the project's Node as if it were this process: same terminal, same signals, same exit code.
 * When this process goes away without a word, the script notices by its IPC channel (see `onEnd` in demo/stack).
 * @param {string[]} command The script's path in the clone and its arguments.
 * @returns {Promise<number>} The exit code.
 */
export function runProjectNode([script = "", ...args]) {
  const child = spawn(projectNode, [join(projectFolder, script), ...args], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: { ...process.env, PATH: `${dirname(projectNode)}:${process.env["PATH"] ?? ""}` },
  });
  // Ctrl-C in a terminal reaches the child by itself; a second copy from here would look like a second Ctrl-C.
  process.on("SIGINT", () => !process.stdin.isTTY && child.kill("SIGINT"));
  for (const signal of /** @type {const} */ (["SIGTERM", "SIGHUP"])) process.on(signal, () => child.kill(signal));
  endWithNpm(() => child.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 1)));
  });
}

/** npm passes some signals on to its shell only, which then dies without a word: the process that started this one is watched as well. */
function endWithNpm(/** @type {() => void} */ end) {
  if (!process.env["npm_lifecycle_event"]) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    end();
  }, 500);
  watch.unref();
}
