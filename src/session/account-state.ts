import type { ErrorInfo } from "../internal/errors.js";
import type { Readable } from "../internal/readable.js";
import type { SessionState } from "./session-state.js";

/** What the tab that runs the client knows of it, as every tab sees it. */
export interface AccountState {
  readonly status: "starting" | "syncing" | "ready" | "reconnecting" | "failed";
  /** With `starting`. */
  readonly step?: SessionState["step"];
  /** With `reconnecting`, in ms since 1970. */
  readonly retryAt?: number;
  readonly crossSigning: SessionState["crossSigning"];
  readonly error?: ErrorInfo;
}

export const INITIAL_ACCOUNT: AccountState = Object.freeze({ status: "starting", crossSigning: "unknown" });

/** The running client, as one of the objects that tabs share. */
export interface RunningAccount extends Readable<AccountState> {
  /** Asks the server now; starts again after `failed`. */
  retry(): Promise<void>;
}
