import { pause } from "../internal/pause.js";

/** How long the SFU may take to answer, in ms; without a network, the browser fails at once. */
const ANSWERS_WITHIN = 4_000;
/** When the network is back, LiveKit begins to reconnect within so many ms; until then it says that it is connected. */
const NOTICED_WITHIN = 2_000;

export interface NetworkLossOptions {
  /** Where the SFU is: `ws:` or `wss:`. */
  readonly address: () => string | undefined;
  /** Calls back when it was lost, and when it is back. */
  readonly onChange: (isLost: boolean) => void;
  readonly signal: AbortSignal;
}

/**
 * Tells at once when the network is gone; LiveKit finds out by itself after a quarter of a minute, when no answer has come. The browser's word alone is not enough: with everything on one
 * machine a call needs no network.
 */
export function watchNetworkLoss({ address, onChange, signal }: NetworkLossOptions): void {
  const look = async (): Promise<void> => {
    const url = address()?.replace(/^ws/, "http");
    if (url === undefined) return;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWERS_WITHIN)]);
    const answers = await fetch(url, { method: "HEAD", mode: "no-cors", cache: "no-store", signal: limit }).then(
      () => true,
      () => false,
    );
    if (!answers && !navigator.onLine && !signal.aborted) onChange(true);
  };
  const settle = async (): Promise<void> => {
    await pause(NOTICED_WITHIN, signal).catch(() => {});
    if (navigator.onLine && !signal.aborted) onChange(false);
  };
  addEventListener("offline", () => void look(), { signal });
  addEventListener("online", () => void settle(), { signal });
}
