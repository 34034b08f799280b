import type { IdentityState } from "../crypto/identity-state.js";

/** This device became a verified one, or is none any more; or the identity was reset. */
export class MeloIdentityChangeEvent extends Event {
  constructor(readonly status: IdentityState["status"]) {
    super("melo-identity-change", { bubbles: true, composed: true });
  }
}

declare global {
  interface HTMLElementEventMap {
    "melo-identity-change": MeloIdentityChangeEvent;
  }
}
