import type { LoopbackResult, Way } from "../../../src/media/loopback.ts";

/** What the doctor's page is told, once, for its code: everything secret is in here, and in no address. */
export interface Work {
  /** Access to one room of the SFU, under two names. */
  readonly access: readonly [publisher: { url: string; token: string }, subscriber: { url: string; token: string }];
  readonly ways: readonly Way[];
}

/** What the page tells of one way. */
export interface WayReport {
  readonly code: string;
  readonly way: Way;
  readonly result?: LoopbackResult;
  /** Where there is none: a code of `MeloErrorCode`. */
  readonly error?: string;
}

export type { LoopbackResult, Way };
