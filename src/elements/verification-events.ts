import type { CancelReason } from "../crypto/verification-state.js";

/** Another device of the visitor (`deviceId`), or another person (`userId`), asks for a verification. */
export class MeloVerificationRequestEvent extends Event {
  constructor(
    readonly deviceId: string | undefined,
    readonly userId: string | undefined,
  ) {
    super("melo-verification-request", { bubbles: true, composed: true });
  }
}

/** Both sides confirmed: they have verified each other. */
export class MeloVerificationDoneEvent extends Event {
  constructor(
    readonly deviceId: string | undefined,
    readonly userId: string | undefined,
  ) {
    super("melo-verification-done", { bubbles: true, composed: true });
  }
}

/** The verification ended, and nothing was verified. */
export class MeloVerificationCancelledEvent extends Event {
  constructor(readonly reason: CancelReason) {
    super("melo-verification-cancelled", { bubbles: true, composed: true });
  }
}

declare global {
  interface HTMLElementEventMap {
    "melo-verification-request": MeloVerificationRequestEvent;
    "melo-verification-done": MeloVerificationDoneEvent;
    "melo-verification-cancelled": MeloVerificationCancelledEvent;
  }
}
