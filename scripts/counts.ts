import { appendFileSync } from "node:fs";

/** What one step of `npm test` counted. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Hands the counts of a step to `npm test`, when that is what runs it; each step is a process of its own. */
export function reportCounts(step: string, counts: Counts): void {
  const file = process.env["MELO_COUNTS"];
  if (file) appendFileSync(file, `${JSON.stringify({ step, ...counts })}\n`);
}
