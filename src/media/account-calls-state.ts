import type { Readable } from "../internal/readable.js";
import type { IncomingCall } from "./calls-state.js";
import type { SfuAccess } from "./room-call-state.js";

/** What all tabs of a site know of the account's calls. */
export interface AccountCallsState {
  readonly status: "loading" | "ready" | "failed";
  /** Calls that ring, or were missed. Each is shown, and rings, in one tab at most. */
  readonly incoming: readonly IncomingCall[];
  /** The call that a tab of this site is in. `tab` is the name of the Web Lock that it holds. */
  readonly active?: { readonly roomId: string; readonly tab?: string };
}

export const INITIAL_ACCOUNT_CALLS: AccountCallsState = Object.freeze({ status: "loading", incoming: Object.freeze([]) });

/** The calls of the account, where the client runs (MSC4075 notifications, MSC4310 declines). */
export interface AccountCalls extends Readable<AccountCallsState> {
  /** Tells the caller, and stops ringing everywhere. */
  decline(id: string): Promise<void>;
  /** Takes a missed call off the list. */
  dismiss(id: string): Promise<void>;
  /**
   * Access to a room of the own SFU in which calls are tried out, under two names: nobody of the Matrix room by which it is asked for (an id or alias; default: any that the account is in)
   * notices. Rejects `room-not-found`, `unsupported` (the service knows calls only) or as `RoomCall.access`.
   */
  testAccess(room?: string): Promise<readonly [SfuAccess, SfuAccess]>;
}
