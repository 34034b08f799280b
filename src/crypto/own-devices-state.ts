import type { ErrorInfo } from "../internal/errors.js";
import type { Readable } from "../internal/readable.js";

/** How long a device may be unused before it counts as inactive, in ms: 90 days. */
export const INACTIVE_AFTER = 90 * 24 * 60 * 60 * 1000;

/** One device of the signed-in account: a browser, a phone, an app. */
export interface OwnDevice {
  readonly deviceId: string;
  /** As its owner or the app named it; everybody who talks to the account may see it. */
  readonly name?: string;
  /** When the server last heard of it, in ms since 1970; servers are some minutes late. */
  readonly lastSeen?: number;
  /** From where, if the server tells. */
  readonly ip?: string;
  /** The device that shows this. */
  readonly isCurrent: boolean;
  /** `verified`: signed by the owner's identity. `unverified`: it has keys that nobody signed. `none`: it has no keys, so it reads no encrypted message. */
  readonly trust: "verified" | "unverified" | "none";
  /** Not seen for {@link INACTIVE_AFTER}. */
  readonly isInactive: boolean;
  /** Not verified, and it appeared since this browser first looked at the list; until it is verified or {@link OwnDevices.acknowledge acknowledged}. */
  readonly isNew: boolean;
}

export interface OwnDevicesState {
  /** `failed`: nothing could be loaded; `error` says why. */
  readonly status: "loading" | "ready" | "failed";
  /** The current one first, then new ones, then those seen last. */
  readonly devices: readonly OwnDevice[];
  /** With `ready`: why the list may be out of date. */
  readonly error?: ErrorInfo;
}

export const INITIAL_DEVICES: OwnDevicesState = Object.freeze({ status: "loading", devices: Object.freeze([]) });

/** All devices of the signed-in account. */
export interface OwnDevices extends Readable<OwnDevicesState> {
  /** Names a device. Rejects with a homeserver error; a device that is gone leaves the list. */
  rename(deviceId: string, name: string): Promise<void>;
  /**
   * Ends devices at the server: all or none of them. The password is sent to the server where it asks for it, and never kept. The current device is refused (`forbidden`): that is `session.signOut()`.
   * Rejects `password-needed` (ask for it and call again), `password-wrong`, `proof-unsupported` (the server wants another proof than a password, on its own page), or a homeserver error.
   * Client-server specification, "POST /delete_devices" and "User-Interactive Authentication API".
   */
  signOut(deviceIds: readonly string[], password?: string): Promise<void>;
  /** The visitor knows these devices: they are not `isNew` any more. */
  acknowledge(deviceIds: readonly string[]): Promise<void>;
  /** Asks the server now. Rejects with a homeserver error, which `state` says too. */
  refresh(): Promise<void>;
}
