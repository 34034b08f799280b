import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

import type { Service } from "./service.ts";

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** How long a process may take to end by itself, in ms. */
const PATIENCE = 8000;

/**
 * The process of a service. It has its own process group, so that Ctrl-C in the terminal reaches the launcher alone and the parts
 * end in order. Its stdin is a pipe that nobody writes to: it closes when the launcher dies in whatever way, and the command must end then.
 */
export class ServiceProcess {
  readonly #logFile: string;
  readonly #onCrash: (reason: string) => void;
  #child?: ChildProcess;
  #expected = false;

  constructor(logFile: string, onCrash: (reason: string) => void) {
    this.#logFile = logFile;
    this.#onCrash = onCrash;
  }

  get running(): boolean {
    return this.#child !== undefined;
  }

  start({ file, args, cwd, env }: Command): void {
    const log = openSync(this.#logFile, "a");
    const child = spawn(file, args, { cwd, detached: true, stdio: ["pipe", log, log], env: { ...process.env, ...env } });
    closeSync(log);
    this.#child = child;
    this.#expected = false;
    const handleEnd = (reason: string): void => {
      if (this.#child !== child) return;
      this.#child = undefined;
      if (!this.#expected) this.#onCrash(reason);
    };
    child.on("error", (error) => handleEnd(`could not be started (${error.message})`));
    child.on("exit", (code, signal) => handleEnd(signal ? `was ended by ${signal}` : `ended with exit code ${code}`));
  }

  /** Asks the process to end, and insists after eight seconds. */
  async stop(): Promise<void> {
    await this.#end("SIGTERM");
  }

  /** Ends the process without a warning, as a power cut would. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#expected = true;
    const ended = once(child, "exit");
    signalGroup(child, signal);
    const insist = setTimeout(() => signalGroup(child, "SIGKILL"), PATIENCE);
    await ended;
    clearTimeout(insist);
  }
}

/** Waits until `url` is answered by something other than a failure of the server. Throws, with the end of the log, if the process ends before or `limit` ms are over. */
export async function untilAnswering(service: Service, running: ServiceProcess, url: string, limit: number): Promise<void> {
  const log = () => (service.logFile ? ` Its log:\n${lastLines(service.logFile)}` : "");
  for (const begin = Date.now(); Date.now() - begin < limit; await delay(100)) {
    if (!running.running) throw new Error(`${service.name} ended before it answered.${log()}`);
    const answer = await fetch(url).catch(() => undefined);
    if (answer && answer.status < 500) return;
  }
  await running.kill();
  throw new Error(`${service.name} did not answer at ${url} within ${limit / 1000} s.${log()}`);
}

/** The last lines that a part wrote. */
export function lastLines(logFile: string, count = 20): string {
  try {
    return readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-count).join("\n") || "(it is empty)";
  } catch {
    return "(there is none)";
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    child.kill(signal); // the group is gone already
  }
}
