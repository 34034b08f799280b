import { CryptoEvent, type CryptoApi, type CryptoEventHandlerMap } from "matrix-js-sdk/lib/crypto-api/index.js";
import { ClientEvent } from "matrix-js-sdk/lib/client.js";
import { SyncState } from "matrix-js-sdk/lib/sync.js";
import type { ClientEventHandlerMap, IMyDevice, MatrixClient, MatrixError, TypedEventEmitter } from "matrix-js-sdk/lib/matrix.js";

import { MeloError } from "../internal/errors.js";
import { passwordProof, takesPassword } from "../internal/password-proof.js";
import { Source } from "../internal/readable.js";
import { INACTIVE_AFTER, INITIAL_DEVICES, type OwnDevice, type OwnDevices, type OwnDevicesState } from "./own-devices-state.js";

/** Keeps the ids of the devices that the visitor has seen, so that new ones stand out. */
export interface DevicesMemory {
  load(): Promise<readonly string[] | undefined>;
  save(deviceIds: readonly string[]): Promise<void>;
}

type Events = ClientEventHandlerMap & CryptoEventHandlerMap;
type DevicesClient = Pick<MatrixClient, "deleteMultipleDevices" | "getDeviceId" | "getDevices" | "getSafeUserId" | "setDeviceDetails"> &
  Pick<TypedEventEmitter<ClientEvent | CryptoEvent, Events>, "on" | "off">;
type DevicesCrypto = Pick<CryptoApi, "getDeviceVerificationStatus" | "getUserDeviceInfo">;

export interface AccountDevicesOptions {
  readonly client: DevicesClient;
  readonly crypto: DevicesCrypto;
  readonly memory: DevicesMemory;
  /** What a rejection of the client means. */
  readonly toError: (error: unknown) => MeloError;
}

const TRUST_EVENTS = [CryptoEvent.KeysChanged, CryptoEvent.UserTrustStatusChanged, CryptoEvent.DevicesUpdated] as const;

/** {@link OwnDevices} over a live client. */
export class AccountDevices implements OwnDevices, Disposable {
  readonly #options: AccountDevicesOptions;
  readonly #source = new Source<OwnDevicesState>(INITIAL_DEVICES);
  #refreshing?: Promise<void>;
  #again = false;
  #disposed = false;

  constructor(options: AccountDevicesOptions) {
    this.#options = options;
    const { client } = options;
    for (const event of TRUST_EVENTS) client.on(event, this.#handleTrust);
    client.on(ClientEvent.Sync, this.#handleSync);
    this.#refreshQuietly();
  }

  get state(): OwnDevicesState {
    return this.#source.state;
  }

  subscribe: OwnDevices["subscribe"] = (listener, options) => this.#source.subscribe(listener, options);

  async rename(deviceId: string, name: string): Promise<void> {
    const { client, toError } = this.#options;
    try {
      await client.setDeviceDetails(deviceId, { display_name: name });
    } catch (error) {
      if (statusOf(error) !== 404) throw toError(error);
      this.#refreshQuietly();
      throw new MeloError("unknown", "There is no such device any more.", { cause: error });
    }
    const devices = this.state.devices.map((device) => (device.deviceId === deviceId ? Object.freeze({ ...device, name }) : device));
    this.#source.merge({ devices: Object.freeze(devices) });
    this.#refreshQuietly();
  }

  async signOut(deviceIds: readonly string[], password?: string): Promise<void> {
    if (deviceIds.length === 0) return; // servers differ in what an empty list means
    if (deviceIds.includes(this.#options.client.getDeviceId()!))
      throw new MeloError("forbidden", "The current device ends by session.signOut().");
    await this.#delete([...deviceIds], password);
    const devices = this.state.devices.filter(({ deviceId }) => !deviceIds.includes(deviceId));
    this.#source.merge({ devices: Object.freeze(devices) });
    this.#refreshQuietly();
  }

  async acknowledge(deviceIds: readonly string[]): Promise<void> {
    const { memory } = this.#options;
    await memory.save([...new Set([...((await memory.load()) ?? []), ...deviceIds])]);
    const devices = this.state.devices.map((device) =>
      deviceIds.includes(device.deviceId) ? Object.freeze({ ...device, isNew: false }) : device,
    );
    this.#source.merge({ devices: Object.freeze(devices) });
    this.#refreshQuietly();
  }

  async refresh(): Promise<void> {
    this.#again = this.#refreshing !== undefined; // what runs may have asked before the change
    this.#refreshing ??= this.#refreshAll().finally(() => (this.#refreshing = undefined));
    await this.#refreshing;
  }

  [Symbol.dispose](): void {
    const { client } = this.#options;
    this.#disposed = true;
    for (const event of TRUST_EVENTS) client.off(event, this.#handleTrust);
    client.off(ClientEvent.Sync, this.#handleSync);
  }

  async #refreshAll(): Promise<void> {
    try {
      do {
        this.#again = false;
        const devices = await this.#load();
        if (!this.#disposed) this.#source.merge({ status: "ready", devices, error: undefined });
      } while (this.#again && !this.#disposed);
    } catch (cause) {
      const error = this.#options.toError(cause);
      const status = this.state.status === "ready" ? "ready" : "failed";
      if (!this.#disposed) this.#source.merge({ status, error: error.toInfo() });
      throw error;
    }
  }

  async #load(): Promise<readonly OwnDevice[]> {
    const { client, crypto, memory } = this.#options;
    const userId = client.getSafeUserId();
    const { devices } = await client.getDevices();
    const withKeys = (await crypto.getUserDeviceInfo([userId], true)).get(userId);
    const known = await this.#known(devices, memory);
    const listed = await Promise.all(
      devices.map(async (device) => {
        const { device_id: deviceId } = device;
        const status = withKeys?.has(deviceId) ? await crypto.getDeviceVerificationStatus(userId, deviceId) : undefined;
        const trust = !status ? "none" : status.signedByOwner ? "verified" : "unverified";
        return this.#describe(device, trust, known);
      }),
    );
    return Object.freeze(listed.sort(byImportance));
  }

  /** The devices of the first look are the ones that are known; a device that is gone is forgotten, so that its id could be new again. */
  async #known(devices: readonly IMyDevice[], memory: DevicesMemory): Promise<ReadonlySet<string>> {
    const present = devices.map(({ device_id }) => device_id);
    const kept = await memory.load();
    const known = kept ? kept.filter((id) => present.includes(id)) : present;
    if (known.length !== kept?.length) await memory.save(known);
    return new Set(known);
  }

  #describe(device: IMyDevice, trust: OwnDevice["trust"], known: ReadonlySet<string>): OwnDevice {
    const { device_id: deviceId, display_name: name, last_seen_ts: lastSeen, last_seen_ip: ip } = device;
    const isCurrent = deviceId === this.#options.client.getDeviceId();
    return Object.freeze({
      deviceId,
      name: name?.trim() || undefined,
      lastSeen: lastSeen ?? undefined,
      ip: ip ?? undefined,
      isCurrent,
      trust,
      isInactive: !isCurrent && typeof lastSeen === "number" && Date.now() - lastSeen > INACTIVE_AFTER,
      isNew: !isCurrent && trust !== "verified" && !known.has(deviceId),
    });
  }

  async #delete(deviceIds: string[], password: string | undefined): Promise<void> {
    const { client, toError } = this.#options;
    const question = await client.deleteMultipleDevices(deviceIds).then(() => undefined, questionOf);
    if (!question) return;
    if (!("session" in question)) {
      if (statusOf(question.error) === 404) throw unsupported(question.error); // accounts that live at another service
      throw toError(question.error);
    }
    if (!question.isPasswordEnough) throw unsupported(question.error);
    if (!password) throw new MeloError("password-needed", "The server asks for the password.", { cause: question.error });
    try {
      await client.deleteMultipleDevices(deviceIds, passwordProof(client.getSafeUserId(), password, question.session));
    } catch (error) {
      const status = statusOf(error);
      if (status !== 401 && status !== 403) throw toError(error);
      throw new MeloError("password-wrong", "The server does not take this password.");
    }
  }

  #refreshQuietly(): void {
    void this.refresh().catch(() => {}); // the state says it
  }

  #handleTrust = (who?: unknown): void => {
    const isOthers = Array.isArray(who) && !who.includes(this.#options.client.getSafeUserId());
    if (!isOthers) this.#refreshQuietly();
  };

  /** Back from being unreachable: what could not be asked then is asked now. */
  #handleSync = (state: SyncState): void => {
    if (state === SyncState.Syncing && this.state.error && !this.#refreshing) this.#refreshQuietly();
  };
}

interface Question {
  readonly error: unknown;
  readonly session: string | undefined;
  readonly isPasswordEnough: boolean;
}

/** What the server wants to know before it does it; any other refusal as it is. */
function questionOf(error: unknown): Question | { readonly error: unknown } {
  const { data } = (error ?? {}) as { data?: { errcode?: string; session?: string; flows?: { stages?: string[] }[] } };
  if (statusOf(error) !== 401 || !Array.isArray(data?.flows)) return { error };
  return { error, session: data.session, isPasswordEnough: takesPassword(data.flows) };
}

function unsupported(cause: unknown): MeloError {
  return new MeloError("proof-unsupported", "The server wants another proof than the password.", { cause });
}

function statusOf(error: unknown): number | undefined {
  return (error as MatrixError | undefined)?.httpStatus;
}

function byImportance(a: OwnDevice, b: OwnDevice): number {
  return Number(b.isCurrent) - Number(a.isCurrent) || Number(b.isNew) - Number(a.isNew) || (b.lastSeen ?? 0) - (a.lastSeen ?? 0);
}
