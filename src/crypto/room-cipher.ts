import type { RoomSettings } from "@matrix-org/matrix-sdk-crypto-wasm";
import type { CryptoApi } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { MatrixEvent, Room } from "matrix-js-sdk/lib/matrix.js";
import { MatrixEvent as NewEvent } from "matrix-js-sdk/lib/models/event.js";

import { MeloError } from "../internal/errors.js";

/** What the SDK's crypto object has beside its public surface. */
interface Internals {
  encryptEvent(event: MatrixEvent, room: Room): Promise<void>;
  onCryptoEvent(room: Room, event: MatrixEvent): Promise<void>;
  readonly roomEncryptors: Readonly<Record<string, object | undefined>>;
  readonly olmMachine: { getRoomSettings(roomId: object): Promise<RoomSettings | undefined> };
}

/** Encrypts events for rooms, also for those whose server no longer says that they are encrypted. */
export class RoomCipher {
  readonly #crypto: Internals;

  constructor(crypto: CryptoApi) {
    this.#crypto = crypto as unknown as Internals;
    this.#outliveAlteredEvents();
  }

  /** Turns `event` into ciphertext for the people in `room`. Rejects with what the SDK says, and if the outcome is anything but ciphertext. */
  async encrypt(event: MatrixEvent, room: Room): Promise<void> {
    if (!this.#crypto.roomEncryptors[room.roomId]) await this.#configure(room);
    await this.#crypto.encryptEvent(event, room);
    if (event.getWireType() !== "m.room.encrypted") throw new MeloError("unknown", "Encryption left the event in clear text.");
  }

  /** Sets the room's encryption up from what the crypto store remembers, as the room's state would if the server still told it. */
  async #configure(room: Room): Promise<void> {
    const { RoomId } = await import("@matrix-org/matrix-sdk-crypto-wasm");
    const settings = await this.#crypto.olmMachine.getRoomSettings(new RoomId(room.roomId));
    const content: Record<string, unknown> = { algorithm: "m.megolm.v1.aes-sha2" };
    if (settings?.sessionRotationPeriodMs !== undefined) content["rotation_period_ms"] = settings.sessionRotationPeriodMs;
    if (settings?.sessionRotationPeriodMessages !== undefined) content["rotation_period_msgs"] = settings.sessionRotationPeriodMessages;
    await this.#crypto.onCryptoEvent(room, new NewEvent({ type: "m.room.encryption", state_key: "", room_id: room.roomId, content }));
  }

  /**
   * The SDK throws on a second `m.room.encryption` event that says the same in another way, and with it loses the rest of the server's answer: a hostile server could
   * silence all rooms so. What the room was encrypted with first stays in force, here as everywhere.
   */
  #outliveAlteredEvents(): void {
    const crypto = this.#crypto;
    const handle = crypto.onCryptoEvent.bind(crypto);
    crypto.onCryptoEvent = (room, event) => handle(room, event).catch(() => {});
  }
}
