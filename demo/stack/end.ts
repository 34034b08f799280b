/**
 * Calls `end` once when this process is asked to go: Ctrl-C, SIGTERM, a closed terminal, or the death of the process that started it.
 * A second Ctrl-C does not wait any longer.
 */
export function onEnd(end: () => Promise<void>): void {
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
}
