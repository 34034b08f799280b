import type { EncryptionHealth, EncryptionStep } from "../controllers/encryption-health.js";

/** Whether this device can read and send everything has changed. */
export class MeloEncryptionChangeEvent extends Event {
  constructor(
    readonly status: EncryptionHealth["status"],
    readonly step: EncryptionStep | undefined,
  ) {
    super("melo-encryption-change", { bubbles: true, composed: true });
  }
}

/** The visitor wants to take the step that is offered. Cancel it to lead them to a place of your own. */
export class MeloEncryptionStepEvent extends Event {
  constructor(readonly step: EncryptionStep) {
    super("melo-encryption-step", { bubbles: true, composed: true, cancelable: true });
  }
}

declare global {
  interface HTMLElementEventMap {
    "melo-encryption-change": MeloEncryptionChangeEvent;
    "melo-encryption-step": MeloEncryptionStepEvent;
  }
}
