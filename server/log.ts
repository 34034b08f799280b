export type LogLevel = "debug" | "info" | "warn" | "error";
export type Log = (level: LogLevel, event: string, fields?: Readonly<Record<string, unknown>>) => void;

const ORDER: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/**
 * One line of JSON for each event, on stdout. What callers hand over is chosen field by field and never a request or its body: no token, delay id or
 * room name reaches a log.
 */
export function createLog(least: LogLevel, write: (line: string) => void = (line) => process.stdout.write(line)): Log {
  return (level, event, fields = {}) => {
    if (ORDER.indexOf(level) < ORDER.indexOf(least)) return;
    write(`${JSON.stringify({ time: new Date().toISOString(), level, event, ...fields })}\n`);
  };
}

/** What may be logged of an error: its message, and that of its cause, cut short. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const cause = error instanceof Error && error.cause !== undefined ? ` (${reasonOf(error.cause)})` : "";
  return `${message}${cause}`.slice(0, 300);
}
