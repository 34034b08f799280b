import type { SessionState } from "../session/session-state.js";

/** Session states in which the visitor has something to do before there are rooms. */
const BEFORE_ROOMS: readonly SessionState["status"][] = ["signed-out", "signing-in", "locked", "signing-out", "failed"];
const STARTING: readonly SessionState["status"][] = ["restoring", "signing-in", "starting"];

/** Whether the sign-in form, or what it says in other states, stands in place of a room. A visitor whom the host page signs in by its own credentials needs no form, and its code is not loaded. */
export function comesBeforeRooms({ status }: SessionState): boolean {
  if (status === "signing-in" && !customElements.get("melo-login")) return false;
  return BEFORE_ROOMS.includes(status);
}

/** Whether the session is on its way to its first rooms. */
export function isStarting({ status }: SessionState): boolean {
  return STARTING.includes(status);
}
