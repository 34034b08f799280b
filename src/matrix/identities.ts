import type { IdentityStatus } from "../internal/identity-status.js";

/** What rooms and people need to know of identities; `session/` wires it to `crypto/`. */
export interface Identities {
  /** Without asking the server. */
  status(userId: string): Promise<IdentityStatus>;
  /** Asks the server for an identity that may not have been seen yet. Rejects with the SDK's error. */
  fetch(userId: string): Promise<void>;
  /** Takes the changed identity of somebody who was not verified. Rejects `identity-changed` if they were. */
  approve(userId: string): Promise<void>;
  /** Goes on with the changed identity of somebody who was verified, who then is not any more. */
  withdraw(userId: string): Promise<void>;
  /** Calls `listener` with the users whose identity may be another one now; `undefined` for all of them. */
  onChange(listener: (userIds: readonly string[] | undefined) => void, signal: AbortSignal): void;
}
