import { msg } from "@lit/localize";
import { property } from "lit/decorators.js";

import { WatchController } from "../controllers/watch-controller.js";
import type { Verification, VerificationState } from "../crypto/verification-state.js";
import { VerificationElement } from "./verification-element.js";

/**
 * Verifies another person by emoji or by a QR code, in a dialog; the two have to meet or speak. With `user-id` it is a button that asks that person, in the direct chat with them. Without,
 * it answers what people ask; otherwise nothing of it can be seen.
 *
 * @example <melo-verify-user user-id="@bob:example.org"></melo-verify-user>
 *
 * @fires {MeloVerificationRequestEvent} melo-verification-request - Somebody asks; the dialog is open.
 * @fires {MeloVerificationDoneEvent} melo-verification-done - The two have verified each other.
 * @fires {MeloVerificationCancelledEvent} melo-verification-cancelled - It ended, and nothing was verified.
 * @csspart begin - The button that starts a verification.
 * @csspart code - The QR code for the other person.
 * @csspart emoji - The list of the seven emoji.
 * @csspart decimals - The three numbers.
 * @cssproperty [--melo-color-sunken] - Background of the emoji.
 * @cssstate empty - There is nothing to see but the dialog, if it is open.
 * @cssstate open - The dialog is open.
 */
export class MeloVerifyUser extends VerificationElement {
  /** The person to verify. */
  @property({ attribute: "user-id" }) userId?: string;

  readonly #status = new WatchController(
    this,
    () => this.sessionController.value,
    ({ status }) => status,
  );

  protected override get offer(): string | undefined {
    return this.userId && this.#status.value === "ready" ? msg("Verify") : undefined;
  }

  protected override get answers(): boolean {
    return !this.userId;
  }

  protected override concerns({ user }: VerificationState): boolean {
    return user !== undefined && (!this.userId || user.userId === this.userId);
  }

  protected override async request(verification: Verification): Promise<void> {
    const userId = this.userId ?? verification.state.user?.userId;
    if (userId) await verification.requestUser(userId);
  }
}

if (!customElements.get("melo-verify-user")) customElements.define("melo-verify-user", MeloVerifyUser);

declare global {
  interface HTMLElementTagNameMap {
    "melo-verify-user": MeloVerifyUser;
  }
}
