import type { CryptoApi } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { MatrixClient, Room as SdkRoom } from "matrix-js-sdk/lib/matrix.js";

import type { ErrorInfo, MeloError } from "../internal/errors.js";
import type { Readable } from "../internal/readable.js";
import { LiveAccountCalls } from "./account-calls.js";
import type { AccountCalls } from "./account-calls-state.js";
import { ActiveCalls } from "./active-calls.js";
import type { CallKeys } from "./call-keys-state.js";
import { LiveCallKeys } from "./call-keys.js";
import type { CallMemory } from "./call-memory-state.js";
import { CallService } from "./call-service.js";
import { DeviceTrust } from "./device-trust.js";
import type { MissedCallMemory } from "./missed-calls.js";
import type { RoomCall } from "./room-call-state.js";
import { LiveRoomCall } from "./room-call.js";
import { watchUnopened } from "./unopened-messages.js";

/** What a reference to a room leads to. */
export interface RoomLookup extends Readable<{
  readonly status: "loading" | "resolved" | "failed";
  readonly roomId?: string;
  readonly error?: ErrorInfo;
}> {
  /** Rejects with why there is no such room. */
  roomId(): Promise<string>;
}

/** What calls need of the rest of melo; `session/` wires it. */
export interface CallDomainOptions {
  readonly client: MatrixClient;
  readonly crypto: CryptoApi;
  /** The device policy: media keys go to, and come from, devices that their owners have signed. */
  readonly onlySigned: boolean;
  /** Base URL of the homeserver. */
  readonly homeserver: string;
  /** `livekit_service_url` for homeservers that name none. */
  readonly service?: string;
  /** Memberships as sticky events, where the homeserver has them (MSC4354). */
  readonly sticky: boolean;
  readonly memory: CallMemory;
  readonly missed: MissedCallMemory;
  readonly toError: (error: unknown) => MeloError;
  readonly lookUp: (reference: string) => RoomLookup;
  /** Whether the room is or ever was encrypted. */
  readonly isEncrypted: (roomId: string) => Promise<boolean>;
  /** Sends an event, encrypted as its room is, and resolves with its id. */
  readonly send: (roomId: string, type: string, content: Record<string, unknown>) => Promise<string>;
  /** How a member of a room is shown. */
  readonly person: (room: SdkRoom, userId: string) => { readonly name: string; readonly avatar?: string };
  /** A name as it may be shown. */
  readonly cleanName: (name: unknown) => string;
  readonly isDirect: (roomId: string) => boolean;
}

/** The objects of one client about calls, for as long as the client runs. */
export interface CallDomain {
  call(reference: string): RoomCall & Disposable;
  keys(reference: string): CallKeys & Disposable;
  account(): AccountCalls & Disposable;
  /** Ends what was left behind in calls by this device before it died, and by devices that are no more. */
  settle(): Promise<void>;
  /** Lets go of the call that this device is in: the client stops. */
  dispose(): void;
}

export function createCallDomain(options: CallDomainOptions): CallDomain {
  const { client, crypto, onlySigned, homeserver, toError } = options;
  const service = new CallService({ client, homeserver, configured: options.service, toError });
  const trust = new DeviceTrust({ client, crypto, onlySigned });
  const unopened = new Set<(userId: string) => void>();
  const life = new AbortController();
  watchUnopened(crypto, (userId) => unopened.forEach((listener) => listener(userId)), life.signal);
  const onUnopened = (listener: (userId: string) => void, signal: AbortSignal): void => {
    unopened.add(listener);
    signal.addEventListener("abort", () => unopened.delete(listener), { once: true });
  };
  const active = new ActiveCalls({ ...options, trust, service, onUnopened });
  return {
    call: (reference) => new LiveRoomCall({ ...options, active, service, lookup: options.lookUp(reference) }),
    keys: (reference) => new LiveCallKeys(active, options.lookUp(reference)),
    account: () => new LiveAccountCalls({ ...options, active, service }),
    settle: () => active.settle(),
    dispose() {
      life.abort();
      active.dispose();
    },
  };
}
