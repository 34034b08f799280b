import type { Recovery } from "../crypto/recovery-state.js";
import { MeloError, isTemporary } from "../internal/errors.js";
import { pause } from "../internal/pause.js";
import { SHORTEST_SECRET, type RecoverySecretRequest, type RecoverySecretSource, type RecoverySecretStatus } from "./recovery-secret.js";

export interface HostRecoveryOptions {
  readonly userId: string;
  readonly recovery: Recovery;
  readonly source: RecoverySecretSource;
  /** Runs `work` while no other tab runs any. */
  readonly exclusively: <T>(work: () => Promise<T>) => Promise<T>;
  readonly report: (status: RecoverySecretStatus) => void;
  readonly signal: AbortSignal;
}

/** How long to wait before a server that did not answer is tried again, in ms. */
const AGAIN = 15_000;

/**
 * Does with the secret of the host page what a visitor would do with a recovery key: makes one, enters it, renews it. Each is tried once; what the secret does not open is left to the visitor.
 * Resolves when `signal` aborts or the host has nothing (more) to give.
 */
export async function recoverByHost({ recovery, signal, report, ...options }: HostRecoveryOptions): Promise<void> {
  const tried = new Set<RecoverySecretRequest["reason"]>();
  while (!signal.aborted) {
    const reason = reasonOf(recovery);
    if (!reason || tried.has(reason)) {
      if (recovery.state.status === "ready") {
        tried.clear(); // a later reset makes another one necessary
        report("done");
      }
      await nextChange(recovery, signal);
      continue;
    }
    report("asking");
    try {
      const isDone = await options.exclusively(() => attempt(recovery, reason, options));
      tried.add(reason);
      if (!isDone) return report("none");
    } catch (error) {
      if (signal.aborted) return;
      if (!mayPass(error)) return report("refused");
      await pause(AGAIN, signal).catch(() => {});
    }
  }
}

/** Another tab may have done it meanwhile. Tells whether there is nothing left to do. */
async function attempt(
  recovery: Recovery,
  reason: RecoverySecretRequest["reason"],
  { source, userId }: Pick<HostRecoveryOptions, "source" | "userId">,
): Promise<boolean> {
  if (reasonOf(recovery) !== reason) return true;
  const secret = await source({ userId, reason });
  if (secret === undefined) return false;
  if (typeof secret !== "string" || secret.trim().length < SHORTEST_SECRET)
    throw new MeloError("recovery-key-wrong", `A recovery secret has at least ${SHORTEST_SECRET} characters.`);
  const passphrase = secret.trim();
  if (reason === "open") await recovery.enter(passphrase);
  else if (recovery.state.status === "none") await recovery.setUp(passphrase);
  else await recovery.change(passphrase);
  return true;
}

function reasonOf({ state: { status, canSetUp } }: Recovery): RecoverySecretRequest["reason"] | undefined {
  if (status === "locked") return "open";
  return (status === "none" && canSetUp) || status === "out-of-sync" ? "set-up" : undefined;
}

function mayPass(error: unknown): boolean {
  return error instanceof MeloError && (isTemporary(error) || error.code === "interrupted" || error.code === "recovery-exists");
}

function nextChange(recovery: Recovery, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = new AbortController();
    const settle = (): void => {
      end.abort();
      resolve();
    };
    signal.addEventListener("abort", settle, { once: true, signal: end.signal });
    recovery.subscribe(settle, { signal: end.signal });
  });
}
