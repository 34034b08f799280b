import type { ErrorInfo } from "../internal/errors.js";
import type { Credentials } from "../matrix/credentials.js";
import type { RecoverySecretSource } from "./recovery-secret.js";

export type SessionStatus =
  /** Looking for kept credentials. */
  | "restoring"
  /** Nobody is signed in. */
  | "signed-out"
  | "signing-in"
  /** Loading code, opening the store, starting crypto: `step` says which. */
  | "starting"
  /** First sync with the server. */
  | "syncing"
  | "ready"
  /** The server is not reachable; tries again by itself at `retryAt`. What was loaded stays readable, what is sent is kept. */
  | "reconnecting"
  /** The server wants the password again (soft logout); keys are kept. */
  | "locked"
  | "signing-out"
  /** Cannot go on without the visitor or the page's owner; `error` says why. */
  | "failed";

export interface SessionState {
  readonly status: SessionStatus;
  /** What `starting` waits for. */
  readonly step?: "code" | "storage" | "encryption" | "server";
  readonly account?: {
    readonly userId: string;
    readonly deviceId: string;
    /** Base URL of the homeserver, without a trailing slash. */
    readonly homeserver: string;
  };
  /** `memory`: this browser keeps nothing here, messages are readable until the page closes. */
  readonly storage: "unknown" | "persistent" | "memory";
  /** Something the visitor should know once, until dismissed. */
  readonly notice?: "signed-out-elsewhere" | "storage-lost" | "storage-reset";
  /** In ms since 1970, with `reconnecting`. */
  readonly retryAt?: number;
  /** This device and its owner's identity: `ready` once the device is signed by its owner's cross-signing key. */
  readonly crossSigning: "unknown" | "ready" | "missing";
  /** Whether this tab runs the client, or follows the one that does. */
  readonly role: "none" | "owner" | "follower";
  /** With a host page that gives the recovery secret ({@link SessionOptions.recoverySecret}): it is being used, or it does not open this account. */
  readonly recoverySecret?: "asking" | "refused";
  readonly error?: ErrorInfo;
}

export const INITIAL_SESSION: SessionState = Object.freeze({
  status: "restoring",
  storage: "unknown",
  crossSigning: "unknown",
  role: "none",
});

export type { Credentials } from "../matrix/credentials.js";
export type { LoginFlows, SignIn } from "../matrix/login.js";

/** Why credentials are asked for. */
export interface CredentialsRequest {
  readonly reason:
    /** Nobody is signed in here. */
    | "sign-in"
    /** The access token is dead. The same device with another token goes on. */
    | "token-expired"
    /** This browser lost the keys of the device: another `deviceId` is needed. */
    | "new-device";
}

/** What the host page may set: credentials, or a function that gets them (called once at a time, in one tab). */
export type CredentialsSource = Credentials | ((request: CredentialsRequest) => Promise<Credentials>);

/** Which devices may read what this one sends, and be shown. */
export type DevicePolicy =
  /** Devices signed by their owner only (MSC4153). The default. */
  "signed-devices" | "all-devices";

/** How calls are made where the homeserver leaves a choice. */
export interface CallsSetting {
  /** `livekit_service_url` for homeservers that name no service for calls (MSC4143). */
  readonly service?: string;
  /** Memberships as sticky events (MSC4354) instead of state events, where the homeserver has them. Whoever lacks a room's keys then sees nobody in its call. Default false. */
  readonly sticky?: boolean;
}

export interface SessionOptions {
  /** Base URL, or server name (then `/.well-known/matrix/client` is asked). */
  readonly homeserver: string;
  /** Tells several accounts of one site apart. Default `"default"`. */
  readonly profile?: string;
  readonly credentials?: CredentialsSource;
  /** Makes, enters and renews the recovery key in the visitor's place. */
  readonly recoverySecret?: RecoverySecretSource;
  readonly devicePolicy?: DevicePolicy;
  readonly calls?: CallsSetting;
  /** Where the crypto wasm is; default: beside melo's own code. */
  readonly wasmUrl?: string;
  /** Shown in the account's list of devices. Default: the site's host name. */
  readonly deviceName?: string;
}
