import type { CryptoApi } from "matrix-js-sdk/lib/crypto-api/index.js";

/** How long the server may take to tell of an encryption that this device has switched on, in ms. */
const TELLING_TAKES = 60_000;

/** Keeps room ids outside the crypto store, so that a store which is lost does not turn an encrypted room into an open one. */
export interface RoomMemory {
  load(): Promise<readonly string[]>;
  save(roomIds: readonly string[]): Promise<void>;
}

/**
 * Knows which rooms are or ever were encrypted. The answer only ever goes from no to yes: a server that hides or alters the room's `m.room.encryption` event
 * changes nothing. The crypto store remembers for as long as it lives; the own memory for longer.
 */
export class RoomEncryption {
  readonly #crypto: Pick<CryptoApi, "isEncryptionEnabledInRoom">;
  readonly #memory: RoomMemory;
  readonly #known: Promise<Set<string>>;
  /** When this device switched the encryption of a room on. */
  readonly #switchedOn = new Map<string, number>();
  #saving: Promise<void> = Promise.resolve();

  constructor(crypto: Pick<CryptoApi, "isEncryptionEnabledInRoom">, memory: RoomMemory) {
    this.#crypto = crypto;
    this.#memory = memory;
    this.#known = memory.load().then((roomIds) => new Set(roomIds));
    this.#known.catch(() => {}); // told by isEncrypted()
  }

  /** Rejects if the memory cannot be read: an unknown answer must never be taken for "no". */
  async isEncrypted(roomId: string): Promise<boolean> {
    const known = await this.#known;
    if (known.has(roomId)) return true;
    if (!(await this.#crypto.isEncryptionEnabledInRoom(roomId))) return false;
    await this.#note(roomId);
    return true;
  }

  /** Call for a room that this device creates encrypted, so that it counts as encrypted before the server's sync says so. */
  async remember(roomId: string): Promise<void> {
    this.#switchedOn.set(roomId, performance.now());
    await this.#note(roomId);
  }

  /** This device has switched it on only now, so that nobody has to wonder if the server does not tell of it yet. */
  isFresh(roomId: string): boolean {
    return performance.now() - (this.#switchedOn.get(roomId) ?? -Infinity) < TELLING_TAKES;
  }

  async #note(roomId: string): Promise<void> {
    const known = await this.#known;
    if (known.has(roomId)) return;
    known.add(roomId);
    this.#saving = this.#saving.then(() => this.#memory.save([...known])).catch(() => {}); // this session knows it all the same, and the crypto store keeps its own note
    await this.#saving;
  }
}
