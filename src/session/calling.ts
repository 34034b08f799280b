import { MeloError } from "../internal/errors.js";
import type { AccountCalls } from "../media/account-calls-state.js";
import type { CallKeys } from "../media/call-keys-state.js";
import type { RoomCall } from "../media/room-call-state.js";

/** The objects of one client about calls: memberships, media keys, what rings. No sound and no pictures: those are in the tab that joined. */
export interface Calling {
  call(reference: string): RoomCall & Disposable;
  keys(reference: string): CallKeys & Disposable;
  readonly account: AccountCalls & Disposable;
}

/** Until it is there. */
export function noCalling(): never {
  throw new MeloError("unsupported", "Calls are not there yet.");
}
