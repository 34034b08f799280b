import { CryptoEvent, type CryptoApi, type CryptoEventHandlerMap } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { MatrixEvent, Room, TypedEventEmitter } from "matrix-js-sdk/lib/matrix.js";

import type { Security, UndecryptableReason } from "../internal/event-security.js";
import { eventSecurity } from "./event-security.js";
import type { RoomCipher } from "./room-cipher.js";
import type { RoomEncryption } from "./room-encryption.js";
import { undecryptable } from "./undecryptable.js";

type TrustEmitter = Pick<TypedEventEmitter<CryptoEvent, CryptoEventHandlerMap>, "on" | "off">;

type RoomCryptoApi = Pick<CryptoApi, "checkKeyBackupAndEnable" | "getEncryptionInfoForEvent">;

/** What an event's own decryption asks for; the SDK's crypto object has it beside its public surface. */
type Decryptor = Parameters<MatrixEvent["attemptDecryption"]>[0];

const TRUST_EVENTS = [CryptoEvent.UserTrustStatusChanged, CryptoEvent.DevicesUpdated, CryptoEvent.KeysChanged] as const;

/** All that rooms ask of encryption, in one object; `session/` hands it to `matrix/`. */
export class RoomCryptography {
  readonly #client: TrustEmitter;
  readonly #crypto: RoomCryptoApi;
  readonly #encryption: Pick<RoomEncryption, "isEncrypted" | "isFresh" | "remember">;
  readonly #cipher: Pick<RoomCipher, "encrypt">;
  #looking?: Promise<unknown>;

  constructor(
    client: TrustEmitter,
    crypto: RoomCryptoApi,
    encryption: Pick<RoomEncryption, "isEncrypted" | "isFresh" | "remember">,
    cipher: Pick<RoomCipher, "encrypt">,
  ) {
    this.#client = client;
    this.#crypto = crypto;
    this.#encryption = encryption;
    this.#cipher = cipher;
  }

  /** Whether the room is or ever was encrypted. */
  isEncrypted(roomId: string): Promise<boolean> {
    return this.#encryption.isEncrypted(roomId);
  }

  /** Counts the room as encrypted from now on, whatever the server will say. */
  remember(roomId: string): Promise<void> {
    return this.#encryption.remember(roomId);
  }

  /** The encryption was switched on by this device, and the server may not have said so yet. */
  isFresh(roomId: string): boolean {
    return this.#encryption.isFresh(roomId);
  }

  /** Turns an event into ciphertext for the people in its room, or rejects. */
  encrypt(event: MatrixEvent, room: Room): Promise<void> {
    return this.#cipher.encrypt(event, room);
  }

  /** What is to be said against a readable event; `undefined` when all is well. */
  async security(event: MatrixEvent): Promise<Security | undefined> {
    const roomId = event.getRoomId();
    return eventSecurity(this.#crypto, event, roomId !== undefined && (await this.isEncrypted(roomId)));
  }

  /** Why an event could not be decrypted; `undefined` if it could, or has not been tried. */
  undecryptable(event: MatrixEvent): UndecryptableReason | undefined {
    return undecryptable(event);
  }

  /**
   * Decrypts an unreadable event again. A key that is still missing is then fetched from the backup, if this device can open one; the event tells when it has become
   * readable (`Event.decrypted`). Also the way to see an event again that was refused for its sender's trust, once that changed.
   */
  async requestKey(event: MatrixEvent): Promise<void> {
    if (!event.isDecryptionFailure()) return;
    await this.#lookForBackup();
    if (event.isDecryptionFailure()) await event.attemptDecryption(this.#crypto as unknown as Decryptor, { isRetry: true });
  }

  /** Once for all who ask at the same time. No backup to ask is no reason not to try. */
  #lookForBackup(): Promise<unknown> {
    this.#looking ??= this.#crypto
      .checkKeyBackupAndEnable()
      .catch(() => null)
      .finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  /** Calls `listener` once for each burst of changes in identities and devices, after which `security` may answer differently. */
  onTrustChange(listener: () => void, signal: AbortSignal): void {
    if (signal.aborted) return;
    let told = true;
    const handle = () => {
      if (!told) return;
      told = false;
      queueMicrotask(() => {
        told = true;
        if (!signal.aborted) listener();
      });
    };
    for (const event of TRUST_EVENTS) this.#client.on(event, handle);
    signal.addEventListener("abort", () => TRUST_EVENTS.forEach((event) => this.#client.off(event, handle)), { once: true });
  }
}
