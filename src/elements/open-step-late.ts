import type { EncryptionStep } from "../controllers/encryption-health.js";
import type { SessionApi } from "../session/session-api.js";

/** Leads the visitor to a step; what that needs is loaded by the visitor who takes it. Where it cannot be loaded nothing happens, and another press tries again. */
export async function openStepLate(from: Element, session: SessionApi | undefined, step: EncryptionStep): Promise<void> {
  const loaded = await import("./encryption-step-dialog.js").catch(() => undefined);
  await loaded?.openStep(from, session, step);
}
