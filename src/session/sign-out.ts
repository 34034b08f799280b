import { within } from "../internal/time-limit.js";
import { logout } from "../matrix/login.js";
import type { Account } from "../matrix/credentials.js";
import { deviceLock } from "./device-memory.js";
import { forgetDevice } from "./device-note.js";
import type { SessionState } from "./session-state.js";
import type { Slot } from "./slot.js";
import { wipeDevice } from "./wipe.js";

/** How long to wait for a tab to let go of the device, in ms; what it still has open is deleted later. */
const LETTING_GO = 1_000;

export interface Ending {
  /** End the device on the server too. */
  readonly logout: boolean;
  /** Wipe what a person leaves in the slot as well, and not only the device. */
  readonly everything: boolean;
  /** What all tabs tell the visitor. */
  readonly notice?: SessionState["notice"];
}

/**
 * Ends a device: the kept credentials go first, so that no reload finds them; all tabs let go of it; then its stores are deleted. Resolves when nothing is left here that
 * could be read, in two or three seconds at most, with the promise of the server's answer, which never rejects. `left` settles when this tab has let go.
 */
export async function endDevice(
  slot: Slot,
  account: Account,
  left: Promise<void>,
  ending: Ending,
): Promise<{ readonly answered: Promise<void> }> {
  const kept = (await slot.accounts.load()) ?? account; // its token may have been renewed since
  await slot.accounts.remove();
  forgetDevice(slot);
  slot.tell({ type: "ended", deviceId: account.deviceId, notice: ending.notice });
  const answered = ending.logout ? logout(kept.homeserver, kept.accessToken).catch(() => {}) : Promise.resolve();
  await within(LETTING_GO, left, () => undefined).catch(() => {}); // it has let go, could not, or takes too long: the wipe goes on
  await whenFree(slot, account, () => wipeDevice(slot.vault, account));
  if (ending.everything) await slot.clear();
  return { answered };
}

/** Runs `work` when no tab owns the device any more, or after a moment all the same. */
async function whenFree(slot: Slot, account: Account, work: () => Promise<void>): Promise<void> {
  if (!slot.isShared) return work();
  try {
    await navigator.locks.request(deviceLock(account), { signal: AbortSignal.timeout(LETTING_GO) }, work);
  } catch (error) {
    if (!(error instanceof DOMException) || (error.name !== "TimeoutError" && error.name !== "AbortError")) throw error;
    await work();
  }
}
