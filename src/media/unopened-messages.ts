import type { CryptoApi } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { ReceivedToDeviceMessage } from "matrix-js-sdk/lib/sync-accumulator.js";

type Message = ReceivedToDeviceMessage["message"];

/** What the SDK's crypto object has beside its public surface: it gets the messages of a sync, and gives those back that it could open. */
interface Internals {
  processSyncChanges(changes: { readonly toDeviceEvents: readonly Message[] }): Promise<ReceivedToDeviceMessage[]>;
}

/**
 * Calls `listener` with who, as the homeserver says, sent an encrypted message to this device that cannot be opened. The SDK drops those without a word: whether the server rewrote the sender, or
 * somebody used a session that is none. Until `signal` aborts.
 */
export function watchUnopened(crypto: CryptoApi, listener: (userId: string) => void, signal: AbortSignal): void {
  const internals = crypto as unknown as Internals;
  const process = internals.processSyncChanges.bind(crypto);
  internals.processSyncChanges = async (changes) => {
    const received = await process(changes);
    if (!signal.aborted) for (const userId of unopenedOf(changes.toDeviceEvents, received)) listener(userId);
    return received;
  };
}

/** The senders of encrypted messages that are not among the opened ones. */
export function unopenedOf(sent: readonly Message[], received: readonly ReceivedToDeviceMessage[]): string[] {
  const left = new Map<string, number>();
  const count = (userId: string, by: number) => left.set(userId, (left.get(userId) ?? 0) + by);
  for (const { type, sender } of sent) if (type === "m.room.encrypted") count(sender, 1);
  for (const { message, encryptionInfo } of received) if (encryptionInfo) count(message.sender, -1);
  return [...left].filter(([, number]) => number > 0).map(([userId]) => userId);
}
