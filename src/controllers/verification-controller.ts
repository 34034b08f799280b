import type { Verification } from "../crypto/verification-state.js";
import type { SessionApi } from "../session/session-api.js";
import { AccountPartController } from "./account-part-controller.js";

/**
 * Gives its host the verification that is under way, if one is, and re-renders it when that changes. Actions: `part`.
 *
 * ```ts
 * #verification = new VerificationController(this);
 * render() { return this.#verification.value?.emoji?.map(({ symbol }) => symbol); }
 * ```
 */
export class VerificationController extends AccountPartController<Verification> {
  protected override partOf(session: SessionApi): Verification {
    return session.verification;
  }
}
