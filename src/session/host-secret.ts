import type { Recovery } from "../crypto/recovery-state.js";
import { Source } from "../internal/readable.js";
import type { RecoverySecretSource } from "./recovery-secret.js";
import type { SessionState } from "./session-state.js";

/** Begins what the host page's secret is for, once for each device that is signed in here. Its code is loaded only where a page gives one. */
export class HostSecret extends Source<Pick<SessionState, "recoverySecret">> {
  source?: RecoverySecretSource;
  #running?: { readonly source: RecoverySecretSource; readonly device: string; readonly life: AbortController };

  constructor() {
    super({});
  }

  /** Looks whether there is something to begin, or to end. */
  look(
    { status, crossSigning, account }: Pick<SessionState, "status" | "crossSigning" | "account">,
    recovery: () => Recovery,
    exclusively: <T>(work: () => Promise<T>) => Promise<T>,
  ): void {
    const { source } = this;
    const device = account && `${account.userId} ${account.deviceId}`;
    if (this.#running && (this.#running.source !== source || this.#running.device !== device)) this.end();
    if (this.#running || !source || !account || !device || status !== "ready" || crossSigning === "unknown") return;
    const life = new AbortController();
    this.#running = { source, device, life };
    this.merge({ recoverySecret: "asking" });
    const report = (now: string): void => {
      if (!life.signal.aborted) this.merge({ recoverySecret: now === "asking" || now === "refused" ? now : undefined });
    };
    import("./host-recovery.js")
      .then(({ recoverByHost }) =>
        recoverByHost({ userId: account.userId, recovery: recovery(), source, exclusively, report, signal: life.signal }),
      )
      .catch(() => report("refused"));
  }

  end(): void {
    this.#running?.life.abort();
    this.#running = undefined;
    this.merge({ recoverySecret: undefined });
  }
}
