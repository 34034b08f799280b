import { say } from "../../scripts/progress.mjs";
import { startStack, type Stack, type StackOptions } from "./stack.ts";

/**
 * Calls `end` once when this process is asked to go: Ctrl-C, SIGTERM, a closed terminal, or the death of the process that started it.
 * A second Ctrl-C does not wait any longer.
 */
export function onEnd(end: () => Promise<unknown>): void {
  let ending = false;
  const handleEnd = (): void => {
    if (ending) process.exit(130);
    ending = true;
    void end().finally(() => process.exit());
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, handleEnd);
  process.on("disconnect", () => {
    if (!ending) handleEnd();
  });
  process.channel?.unref(); // listening must not keep a process alive that has done its work
}

/** A command that starts a stack, has `begin` say or add something, and runs until it is ended or a part crashes. */
export async function runUntilEnd(
  { portBase, ...options }: Omit<StackOptions, "portBase" | "onCrash"> & { portBase?: string },
  begin: (stack: Stack) => Promise<void> | void,
): Promise<void> {
  let stack: Stack | undefined;
  onEnd(async () => stack?.stop());
  try {
    stack = await startStack({ ...options, portBase: portNumber(portBase), onCrash: endAfterCrash });
    await begin(stack);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    await stack?.stop();
    process.exit(1);
  }
}

function endAfterCrash(message: string): void {
  say(message);
  process.exitCode = 1;
  process.kill(process.pid, "SIGTERM"); // the way out that ends the other parts
}

function portNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1024 || port > 65_000)
    throw new Error(`--port-base takes a number from 1024 to 65000, not "${text}".`);
  return port;
}
