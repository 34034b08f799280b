import { CryptoEvent, type CryptoApi, type CryptoEventHandlerMap } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { TypedEventEmitter } from "matrix-js-sdk/lib/matrix.js";

/** A device of somebody. */
export interface DeviceOf {
  readonly userId: string;
  readonly deviceId: string;
}

/** One text for one device. */
export function nameOf({ userId, deviceId }: DeviceOf): string {
  return JSON.stringify([userId, deviceId]);
}

const TRUST_EVENTS = [CryptoEvent.UserTrustStatusChanged, CryptoEvent.DevicesUpdated, CryptoEvent.KeysChanged] as const;

export interface DeviceTrustOptions {
  readonly client: Pick<TypedEventEmitter<CryptoEvent, CryptoEventHandlerMap>, "on" | "off">;
  readonly crypto: Pick<CryptoApi, "getUserDeviceInfo" | "getDeviceVerificationStatus">;
  /** Only devices that their owners have signed take part (MSC4153). */
  readonly onlySigned: boolean;
}

/** What the crypto store knows of other people's devices, as far as media keys depend on it. */
export class DeviceTrust {
  readonly #options: DeviceTrustOptions;

  constructor(options: DeviceTrustOptions) {
    this.#options = options;
  }

  /** The Curve25519 identity key of a device, as its owner published it; the server is asked if the device is not known yet. */
  async identityKey({ userId, deviceId }: DeviceOf): Promise<string | undefined> {
    const { crypto } = this.#options;
    const known = (await crypto.getUserDeviceInfo([userId])).get(userId)?.get(deviceId);
    const device = known ?? (await crypto.getUserDeviceInfo([userId], true)).get(userId)?.get(deviceId);
    return device?.getIdentityKey();
  }

  /** Whether the session's device policy lets a device have and send media keys. */
  async isAdmitted({ userId, deviceId }: DeviceOf): Promise<boolean> {
    if (!this.#options.onlySigned) return true;
    const status = await this.#options.crypto.getDeviceVerificationStatus(userId, deviceId);
    return status?.signedByOwner === true;
  }

  /** Asks the server for the devices of people of whom none is known. */
  async meet(userIds: readonly string[]): Promise<void> {
    const known = await this.#options.crypto.getUserDeviceInfo([...userIds]);
    const strangers = userIds.filter((userId) => !known.get(userId)?.size);
    if (strangers.length > 0) await this.#options.crypto.getUserDeviceInfo(strangers, true);
  }

  onChange(listener: () => void, signal: AbortSignal): void {
    for (const event of TRUST_EVENTS) this.#options.client.on(event, listener);
    signal.addEventListener("abort", () => TRUST_EVENTS.forEach((event) => this.#options.client.off(event, listener)), { once: true });
  }
}
