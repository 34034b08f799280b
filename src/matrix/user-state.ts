import type { ErrorInfo } from "../internal/errors.js";
import type { IdentityStatus } from "../internal/identity-status.js";
import type { Readable } from "../internal/readable.js";

export interface UserState {
  readonly status: "loading" | "ready" | "failed";
  /** What the user calls themselves, or their id. Hostile text. */
  readonly name: string;
  /** An `mxc:` URI that passed the strict grammar. */
  readonly avatar?: string;
  readonly isOwn: boolean;
  readonly identity: IdentityStatus;
  /** With `failed`. */
  readonly error?: ErrorInfo;
}

export const INITIAL_USER: UserState = Object.freeze({ status: "loading", name: "", isOwn: false, identity: "unknown" });

/** One person, by user id, whatever rooms they are in. Actions reject with a MeloError. */
export interface User extends Readable<UserState> {
  /** Asks the server again. */
  refresh(): Promise<void>;
  /** Takes the changed identity of somebody who was not verified. Rejects `identity-changed` if they were. */
  approve(): Promise<void>;
  /** Goes on without the verification of somebody whose identity changed; what waited is sent. */
  withdraw(): Promise<void>;
}
