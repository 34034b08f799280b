import type { Identity } from "../crypto/identity-state.js";
import type { SessionApi } from "../session/session-api.js";
import { AccountPartController } from "./account-part-controller.js";

/**
 * Gives its host what vouches for the devices of its session's account, and re-renders it when that changes. Actions: `part`.
 *
 * ```ts
 * #identity = new IdentityController(this);
 * render() { return this.#identity.value?.status === "unverified" ? verifyFirst() : nothing; }
 * ```
 */
export class IdentityController extends AccountPartController<Identity> {
  protected override partOf(session: SessionApi): Identity {
    return session.identity;
  }
}
