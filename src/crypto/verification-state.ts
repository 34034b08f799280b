import type { ErrorInfo } from "../internal/errors.js";
import type { Readable } from "../internal/readable.js";
import type { VerificationStatus } from "../internal/verification-status.js";

/** Why a verification ended without one. In none of these cases is anything marked as verified. */
export type CancelReason =
  | "by-us"
  | "by-them"
  /** Nobody answered in ten minutes. */
  | "timeout"
  /** Someone said that the emoji differ, on either side. */
  | "mismatch"
  /** Another device of the account took the request. */
  | "accepted-elsewhere"
  /** What the other side sent does not fit what it promised, or its keys: somebody may be in between. */
  | "key-mismatch"
  | "unknown";

/** One of the 64 pictures of the specification. */
export interface VerificationEmoji {
  /** Its number in the specification's table, 0 to 63; -1 if it is none of them. */
  readonly index: number;
  readonly symbol: string;
  /** Its English name in the table. */
  readonly name: string;
}

export interface VerificationState {
  readonly status: VerificationStatus;
  /** The other device, once there is one. Its name is what its owner calls it; nothing proves it. */
  readonly device?: { readonly deviceId: string; readonly name?: string };
  /** Seven, with `emoji` and `confirming`. */
  readonly emoji?: readonly VerificationEmoji[];
  /** The same as three numbers, for who cannot see or tell the emoji. */
  readonly decimals?: readonly number[];
  /** With `cancelled`. */
  readonly reason?: CancelReason;
  /** With `failed`. */
  readonly error?: ErrorInfo;
}

/**
 * Verifying one own device by another one: one flow at a time. An action that does not fit the status does nothing, so two tabs cannot answer twice. Client-server
 * specification, "Short Authentication String (SAS) verification".
 */
export interface Verification extends Readable<VerificationState> {
  /** Asks one other device of the account, or all of them. What goes wrong is said by the state. */
  request(deviceId?: string): Promise<void>;
  accept(): Promise<void>;
  decline(): Promise<void>;
  /** Shows the emoji on both sides. */
  start(): Promise<void>;
  /** The visitor sees the same emoji on both sides. */
  confirm(): Promise<void>;
  /** The visitor sees different ones: ends the flow on both sides. */
  mismatch(): Promise<void>;
  cancel(): Promise<void>;
  /** Back to `idle` from an ended flow, or on to a request that waits. */
  dismiss(): Promise<void>;
}

export const INITIAL_VERIFICATION: VerificationState = { status: "idle" };
