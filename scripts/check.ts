/** Ends a check: prints what is wrong, if anything, and sets the exit code. */
export function fail(problems: readonly string[]): void {
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length > 0) process.exitCode = 1;
}
