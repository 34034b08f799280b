import type { Recovery } from "../crypto/recovery-state.js";
import type { SessionApi } from "../session/session-api.js";
import { AccountPartController } from "./account-part-controller.js";

/**
 * Gives its host the recovery key and the backup of its session's account, and re-renders it when they change.
 *
 * ```ts
 * #recovery = new RecoveryController(this);
 * render() { return this.#recovery.value ? html`${this.#recovery.value.status}` : signInFirst(); }
 * ```
 */
export class RecoveryController extends AccountPartController<Recovery> {
  get recovery(): Recovery | undefined {
    return this.part;
  }

  protected override partOf(session: SessionApi): Recovery {
    return session.recovery;
  }
}
