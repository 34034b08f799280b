import { msg } from "@lit/localize";
import { property } from "lit/decorators.js";

import { WatchController } from "../controllers/watch-controller.js";
import type { Verification, VerificationState } from "../crypto/verification-state.js";
import { VerificationElement } from "./verification-element.js";

/**
 * Verifies the visitor's own devices by emoji or by a QR code, in a dialog. With `device-id` it is a button that asks that device. Without, it answers what other devices ask, and
 * offers to verify this device as long as nothing vouches for it; otherwise nothing of it can be seen.
 *
 * @example <melo-verify-device></melo-verify-device>
 *
 * @fires {MeloVerificationRequestEvent} melo-verification-request - Another device of the visitor asks; the dialog is open.
 * @fires {MeloVerificationDoneEvent} melo-verification-done - The devices have verified each other.
 * @fires {MeloVerificationCancelledEvent} melo-verification-cancelled - It ended, and nothing was verified.
 * @csspart begin - The button that starts a verification.
 * @csspart code - The QR code for the other device.
 * @csspart emoji - The list of the seven emoji.
 * @csspart decimals - The three numbers.
 * @cssproperty [--melo-color-sunken] - Background of the emoji.
 * @cssstate empty - There is nothing to see but the dialog, if it is open.
 * @cssstate open - The dialog is open.
 */
export class MeloVerifyDevice extends VerificationElement {
  /** The device to verify, one of the visitor's own. */
  @property({ attribute: "device-id" }) deviceId?: string;

  readonly #crossSigning = new WatchController(
    this,
    () => this.sessionController.value,
    ({ status, crossSigning, recoverySecret }) => (status === "ready" && recoverySecret !== "asking" ? crossSigning : undefined),
  );

  protected override get offer(): string | undefined {
    if (this.deviceId) return this.#crossSigning.value === undefined ? undefined : msg("Verify");
    return this.#crossSigning.value === "missing" ? msg("Verify this device") : undefined;
  }

  protected override get answers(): boolean {
    return !this.deviceId;
  }

  protected override concerns({ user }: VerificationState): boolean {
    return user === undefined;
  }

  protected override request(verification: Verification): Promise<void> {
    return verification.request(this.deviceId);
  }
}

if (!customElements.get("melo-verify-device")) customElements.define("melo-verify-device", MeloVerifyDevice);

declare global {
  interface HTMLElementTagNameMap {
    "melo-verify-device": MeloVerifyDevice;
  }
}
