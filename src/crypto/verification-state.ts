import type { ErrorInfo } from "../internal/errors.js";
import type { Readable } from "../internal/readable.js";
import type { VerificationStatus } from "../internal/verification-status.js";

/** Why a verification ended without one. In none of these cases is anything marked as verified. */
export type CancelReason =
  | "by-us"
  | "by-them"
  /** Nobody answered in time: ten minutes for the request, less for each step after it. */
  | "timeout"
  /** Someone said that the emoji differ, on either side. */
  | "mismatch"
  /** Another device of the account took the request. */
  | "accepted-elsewhere"
  /** What the other side sent, or what was scanned, does not fit what it promised, or its keys: somebody may be in between. */
  | "key-mismatch"
  | "unknown";

/** One of the 64 pictures of the specification. */
export interface VerificationEmoji {
  readonly symbol: string;
  /** Its English name in the specification's table. */
  readonly name: string;
}

export interface VerificationState {
  readonly status: VerificationStatus;
  /** The other device, once there is one; absent where people verify each other. Its name is what its owner calls it; nothing proves it. */
  readonly device?: { readonly deviceId: string; readonly name?: string };
  /** The other person; absent between own devices. The name is what they call themselves. */
  readonly user?: { readonly userId: string; readonly name?: string };
  /** With `ready`: what both sides can do. */
  readonly methods?: { readonly emoji: boolean; readonly scan: boolean };
  /**
   * With `ready`, where the other side can scan: the bytes of the QR code to show (base64). They hold a secret of this one flow: draw them, and write them nowhere.
   * Client-server specification, "QR codes".
   */
  readonly code?: string;
  /** Seven, with `emoji` and `confirming`. */
  readonly emoji?: readonly VerificationEmoji[];
  /** The same as three numbers, for who cannot see or tell the emoji. */
  readonly decimals?: readonly number[];
  /** When the request ends by itself if nobody answers, in ms since 1970; with `asking` and `asked`. */
  readonly endsAt?: number;
  /** With `cancelled`. */
  readonly reason?: CancelReason;
  /** With `failed`. */
  readonly error?: ErrorInfo;
}

/**
 * Verifying an own device by another one, or another person: one flow at a time. An action that does not fit the status does nothing, so two tabs cannot answer twice. Client-server
 * specification, "Key verification framework".
 */
export interface Verification extends Readable<VerificationState> {
  /** Asks one other device of the account, or all of them. What goes wrong is said by the state. */
  request(deviceId?: string): Promise<void>;
  /** Asks another person, in the direct chat with them; one is made where there is none. What goes wrong is said by the state. */
  requestUser(userId: string): Promise<void>;
  accept(): Promise<void>;
  decline(): Promise<void>;
  /** Shows the emoji on both sides. */
  start(): Promise<void>;
  /** The visitor has scanned the code that the other side shows: its bytes. A code of somebody else ends the flow, and one that is none is refused: `code-invalid`. */
  scan(code: Uint8Array<ArrayBuffer>): Promise<void>;
  /** The visitor sees the same emoji on both sides; or the other side shows that it has scanned the code. */
  confirm(): Promise<void>;
  /** The visitor sees different ones, or nothing of the kind: ends the flow on both sides. */
  mismatch(): Promise<void>;
  cancel(): Promise<void>;
  /** Back to `idle` from an ended flow, or on to a request that waits. */
  dismiss(): Promise<void>;
}

export const INITIAL_VERIFICATION: VerificationState = Object.freeze({ status: "idle" });
