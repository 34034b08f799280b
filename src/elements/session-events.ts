import type { ErrorInfo } from "../internal/errors.js";
import type { SessionApi } from "../session/session-api.js";
import type { SessionStatus } from "../session/session-state.js";

/** A `<melo-session>` has its session, or another one, or none any more (then it is dispatched on the document). */
export class MeloSessionReadyEvent extends Event {
  constructor(readonly session: SessionApi | undefined) {
    super("melo-session-ready", { bubbles: true, composed: true });
  }
}

/** The session went on to another status. */
export class MeloSessionChangeEvent extends Event {
  constructor(readonly status: SessionStatus) {
    super("melo-session-change", { bubbles: true, composed: true });
  }
}

/** The visitor is signed in: just now, or since an earlier visit. */
export class MeloSignedInEvent extends Event {
  constructor(
    readonly userId: string,
    readonly deviceId: string,
  ) {
    super("melo-signed-in", { bubbles: true, composed: true });
  }
}

/** The visitor was signed in, and is not any more. */
export class MeloSignedOutEvent extends Event {
  constructor(readonly userId: string) {
    super("melo-signed-out", { bubbles: true, composed: true });
  }
}

/** Something failed and is shown to the visitor; `error` says what, for the page's own use. */
export class MeloErrorEvent extends Event {
  constructor(readonly error: ErrorInfo) {
    super("melo-error", { bubbles: true, composed: true });
  }
}

declare global {
  interface HTMLElementEventMap {
    "melo-session-ready": MeloSessionReadyEvent;
    "melo-session-change": MeloSessionChangeEvent;
    "melo-signed-in": MeloSignedInEvent;
    "melo-signed-out": MeloSignedOutEvent;
    "melo-error": MeloErrorEvent;
  }
}
