import type { CryptoApi } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { MatrixEvent } from "matrix-js-sdk/lib/matrix.js";

import { pause } from "../internal/pause.js";

/** How often, and how long apart in ms, a request is shown to the engine again. */
const ATTEMPTS = 5;
const APART = 1_000;

/** What the SDK's crypto object has beside its public surface. */
interface Feed {
  onLiveEventFromSync(event: MatrixEvent): Promise<void>;
}

/**
 * Shows the engine a request for a verification again that it has dropped: it takes none from a device that it does not know yet, and of somebody whom this account meets for the first time
 * the devices come later than the request. Resolves with whether it took it.
 */
export async function takeLateRequest(
  crypto: Pick<CryptoApi, "findVerificationRequestDMInProgress">,
  event: MatrixEvent,
  signal: AbortSignal,
): Promise<boolean> {
  const [roomId, sender] = [event.getRoomId(), event.getSender()];
  if (roomId === undefined || sender === undefined) return false;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    await pause(APART, signal).catch(() => {});
    if (signal.aborted) return false;
    if (crypto.findVerificationRequestDMInProgress(roomId, sender)) return true;
    await (crypto as unknown as Feed).onLiveEventFromSync(event);
  }
  return crypto.findVerificationRequestDMInProgress(roomId, sender) !== undefined;
}
