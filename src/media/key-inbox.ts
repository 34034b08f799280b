import { ClientEvent } from "matrix-js-sdk/lib/client.js";
import type { OlmEncryptionInfo } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { MatrixClient, ReceivedToDeviceMessage } from "matrix-js-sdk/lib/matrix.js";
import { MatrixEvent } from "matrix-js-sdk/lib/models/event.js";

import { fieldsOf } from "../internal/fields.js";
import { Turns } from "../internal/turns.js";
import type { KeyRefusal, RefusedKey } from "./call-keys-state.js";
import { nameOf, type DeviceOf, type DeviceTrust } from "./device-trust.js";
import { ENCRYPTION_KEYS, keyMessageOf } from "./key-message.js";

/** More refusals than this are not listed, and no more keys wait for their devices to be signed. */
const MOST = 50;

type Message = ReceivedToDeviceMessage["message"];

export interface KeyInboxOptions {
  readonly client: Pick<MatrixClient, "on" | "off">;
  readonly trust: Pick<DeviceTrust, "identityKey" | "isAdmitted" | "onChange">;
  readonly roomId: string;
  /** Calls back with the sender, as the server has it, of what cannot be opened. */
  readonly onUnopened: (listener: (userId: string) => void, signal: AbortSignal) => void;
  /** Whether somebody is in the call. */
  readonly isMember: (userId: string) => boolean;
  readonly onRefused: (refused: readonly RefusedKey[]) => void;
}

/**
 * Lets media keys in that certainly come from the device they say they come from. The SDK believes what such a message claims, even in clear text, so that any homeserver could make itself a
 * participant's voice: it gets to see only what was looked at here.
 */
export class KeyInbox implements Disposable {
  readonly #options: KeyInboxOptions;
  readonly #life = new AbortController();
  /** One after the other: keys of one sender must not overtake each other. */
  readonly #turns = new Turns();
  readonly #listeners = new Set<(event: MatrixEvent) => void>();
  #refused: readonly RefusedKey[] = Object.freeze([]);
  /** The newest key of each device that its owner has not signed yet. */
  readonly #waiting = new Map<string, { readonly from: DeviceOf; readonly message: Message }>();

  constructor(options: KeyInboxOptions) {
    this.#options = options;
    options.client.on(ClientEvent.ReceivedToDeviceMessage, this.#handle);
    const handleUnopened = (userId: string) => {
      if (options.isMember(userId)) this.#refuse({ userId, deviceId: "" }, "undecryptable");
    };
    options.onUnopened(handleUnopened, this.#life.signal);
    options.trust.onChange(() => void this.#turns.take(() => this.#reconsider()), this.#life.signal);
  }

  get refused(): readonly RefusedKey[] {
    return this.#refused;
  }

  /** Calls `listener` with each message that may be believed, as the SDK expects it. */
  on(listener: (event: MatrixEvent) => void): void {
    this.#listeners.add(listener);
  }

  off(listener: (event: MatrixEvent) => void): void {
    this.#listeners.delete(listener);
  }

  [Symbol.dispose](): void {
    this.#life.abort();
    this.#options.client.off(ClientEvent.ReceivedToDeviceMessage, this.#handle);
    this.#listeners.clear();
    this.#waiting.clear();
  }

  #handle = ({ message, encryptionInfo }: ReceivedToDeviceMessage): void => {
    if (message.type !== ENCRYPTION_KEYS) return;
    if (fieldsOf(message.content)["room_id"] !== this.#options.roomId) return; // of another room's call
    void this.#turns.take(() => this.#admit(message, encryptionInfo)).catch(() => {});
  };

  async #admit(message: Message, info: OlmEncryptionInfo | null): Promise<void> {
    if (this.#life.signal.aborted) return;
    const userId = message.sender;
    const read = keyMessageOf(message.content);
    const from = { userId, deviceId: read?.claimedDeviceId ?? "" };
    if (!info) return this.#refuse(from, "not-encrypted");
    if (!read) return this.#refuse({ userId, deviceId: info.senderDevice ?? "" }, "malformed");
    if (!(await this.#isFrom(from, info))) return this.#refuse({ userId, deviceId: info.senderDevice ?? from.deviceId }, "sender-mismatch");
    const checked = { ...message, content: read.content };
    if (await this.#options.trust.isAdmitted(from)) return this.#forward(from, checked);
    this.#refuse(from, "device-unverified");
    if (this.#waiting.size < MOST || this.#waiting.has(nameOf(from))) this.#waiting.set(nameOf(from), { from, message: checked });
  }

  /** Whether the Olm session that a message came by is one of the device that it names. The device's published identity key decides, not what the message or the server says. */
  async #isFrom(from: DeviceOf, info: OlmEncryptionInfo): Promise<boolean> {
    if (info.sender !== from.userId || (info.senderDevice !== undefined && info.senderDevice !== from.deviceId)) return false;
    return (await this.#options.trust.identityKey(from)) === info.senderCurve25519KeyBase64;
  }

  /** Identities and devices have changed: what waited for a signature may have it now. */
  async #reconsider(): Promise<void> {
    for (const [name, { from, message }] of [...this.#waiting]) {
      if (!(await this.#options.trust.isAdmitted(from))) continue;
      if (this.#waiting.get(name)?.message === message) this.#forward(from, message);
    }
  }

  #forward(from: DeviceOf, message: Message): void {
    if (this.#life.signal.aborted) return;
    this.#waiting.delete(nameOf(from));
    const unverified = this.#refused.filter(({ reason, ...other }) => reason === "device-unverified" && isSame(other, from));
    if (unverified.length > 0) this.#tell(this.#refused.filter((refused) => !unverified.includes(refused)));
    const event = new MatrixEvent(message);
    for (const listener of [...this.#listeners]) listener(event);
  }

  #refuse(from: DeviceOf, reason: KeyRefusal): void {
    const others = this.#refused.filter((refused) => refused.reason !== reason || !isSame(refused, from));
    const refusal = Object.freeze({ userId: from.userId, deviceId: from.deviceId || undefined, reason, at: Date.now() });
    this.#tell([...others, refusal].slice(-MOST));
  }

  #tell(refused: readonly RefusedKey[]): void {
    this.#refused = Object.freeze(refused);
    this.#options.onRefused(this.#refused);
  }
}

function isSame(refused: Pick<RefusedKey, "userId" | "deviceId">, from: DeviceOf): boolean {
  return refused.userId === from.userId && (refused.deviceId ?? "") === from.deviceId;
}
