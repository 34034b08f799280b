import type { Patient } from "./patient.ts";

/** What one check has found out. `skipped`: it could not or need not be looked at, and the reason says why. */
export type Verdict = "ok" | "warning" | "failed" | "skipped";

export interface Finding {
  readonly verdict: Verdict;
  /** One sentence: what was seen. Never a secret. */
  readonly reason: string;
  /** What to do about it, for every verdict that is not ok. */
  readonly remedy?: string;
}

/** One question to a deployment. */
export interface Check {
  /** Stable, for machines: `wellknown-client`. */
  readonly id: string;
  /** For people, while it is looked at: "What clients are told at /.well-known". */
  readonly title: string;
  /** Checks without which this one would only repeat their failure: it is skipped if one of them failed. */
  readonly needs?: readonly string[];
  run(patient: Patient): Promise<Finding>;
}

export const ok = (reason: string): Finding => ({ verdict: "ok", reason });
export const warning = (reason: string, remedy: string): Finding => ({ verdict: "warning", reason, remedy });
export const failed = (reason: string, remedy: string): Finding => ({ verdict: "failed", reason, remedy });
export const skipped = (reason: string, remedy?: string): Finding => ({ verdict: "skipped", reason, remedy });
