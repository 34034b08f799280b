import { Method } from "matrix-js-sdk/lib/http-api/index.js";
import type { MatrixClient } from "matrix-js-sdk/lib/matrix.js";
import { MatrixEvent } from "matrix-js-sdk/lib/models/event.js";

import { MeloError } from "../internal/errors.js";
import { MEGOLM } from "./encryption-event.js";
import { fieldsOf } from "./event-content.js";
import type { RoomCrypto } from "./room-domain.js";
import type { OutgoingMessage } from "./timeline-state.js";

/** A request that has no answer after this long is given up and made again, in ms: its connection may be dead. */
const ANSWER_WITHIN = 45_000;

const MESSAGE_TYPES: Readonly<Record<OutgoingMessage["style"], string>> = { text: "m.text", emote: "m.emote", notice: "m.notice" };

/** This device may not send encrypted messages yet: its identity is being set up. */
export class NotReadyYet extends MeloError {}

/** Carries one message to the server. What belongs into an encrypted room leaves as ciphertext, or not at all. */
export class MessageSender {
  readonly #client: MatrixClient;
  readonly #crypto: Pick<RoomCrypto, "isEncrypted" | "encrypt">;

  constructor(client: MatrixClient, crypto: Pick<RoomCrypto, "isEncrypted" | "encrypt">) {
    this.#client = client;
    this.#crypto = crypto;
  }

  /**
   * Sends `message` and resolves with its event id. The server knows it by its transaction id: sent again after a lost reply, or by another tab of this device, it is the
   * same message there. Rejects with the SDK's error or a MeloError. Client-server specification, "Sending events to a room" and "Transaction identifiers".
   */
  send(roomId: string, message: OutgoingMessage, signal: AbortSignal): Promise<string> {
    return this.sendEvent(roomId, "m.room.message", contentOf(message), message.transactionId, signal);
  }

  /** The same for an event of any type. */
  async sendEvent(
    roomId: string,
    eventType: string,
    content: Readonly<Record<string, unknown>>,
    transactionId: string,
    signal?: AbortSignal,
  ): Promise<string> {
    const room = this.#client.getRoom(roomId);
    if (room?.getMyMembership() !== "join") throw new MeloError("forbidden", "This account is not in the room.");
    const event = new MatrixEvent({
      type: eventType,
      content: { ...content },
      room_id: roomId,
      sender: this.#client.getSafeUserId(),
      event_id: `~${roomId}:${transactionId}`,
      origin_server_ts: Date.now(),
    });
    event.setTxnId(transactionId);
    const isEncrypted = room.hasEncryptionStateEvent() || (await this.#crypto.isEncrypted(roomId));
    if (isEncrypted) await this.#crypto.encrypt(event, room).catch(refuse);
    signal?.throwIfAborted();
    const type = event.getWireType();
    const wireContent = event.getWireContent();
    if (isEncrypted) assertCiphertext(type, wireContent);
    const path = `/rooms/${encodeURIComponent(roomId)}/send/${encodeURIComponent(type)}/${encodeURIComponent(transactionId)}`;
    const answer = await this.#client.http.authedRequest<unknown>(Method.Put, path, undefined, wireContent, {
      localTimeoutMs: ANSWER_WITHIN,
      abortSignal: signal,
    });
    const eventId = fieldsOf(answer)["event_id"];
    if (typeof eventId !== "string") throw new MeloError("homeserver-invalid", "The homeserver took a message and gave no event id.");
    return eventId;
  }
}

function contentOf({ style, body, html }: OutgoingMessage): Record<string, unknown> {
  const formatted = html === undefined ? {} : { format: "org.matrix.custom.html", formatted_body: html };
  return { msgtype: MESSAGE_TYPES[style], body, ...formatted, "m.mentions": {} };
}

/** The last look before a message leaves: whatever the SDK believed about the room, this is what would be sent. */
function assertCiphertext(type: string, content: object): void {
  const { algorithm, ciphertext, body } = fieldsOf(content);
  const isCiphertext = type === "m.room.encrypted" && algorithm === MEGOLM && typeof ciphertext === "string" && body === undefined;
  if (!isCiphertext) throw new MeloError("unknown", "A message for an encrypted room was not encrypted, and was not sent.");
}

/** The crypto library says only in words why it refuses. */
function refuse(error: unknown): never {
  const words = error instanceof Error ? error.message : String(error);
  if (/changed their identity|have unsigned devices/.test(words)) throw new MeloError("identity-changed", words, { cause: error });
  if (/cross-signing is not set up|your device is not verified/.test(words))
    throw new NotReadyYet("device-unverified", words, { cause: error });
  throw error;
}
