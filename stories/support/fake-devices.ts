import { INITIAL_DEVICES, type OwnDevice, type OwnDevices, type OwnDevicesState } from "../../src/crypto/own-devices-state.js";
import { MeloError } from "../../src/internal/errors.js";
import { Source } from "../../src/internal/readable.js";

const DAY = 24 * 60 * 60 * 1000;

export interface FakeDevicesOptions {
  readonly state?: Partial<OwnDevicesState>;
  /** The server asks for this password before it signs a device out. */
  readonly password?: string;
  /** What an action fails with. */
  readonly failure?: MeloError;
}

/** Devices made of literals: they are renamed and signed out, but nothing leaves the page. */
export class FakeDevices implements OwnDevices {
  readonly source: Source<OwnDevicesState>;
  readonly #options: FakeDevicesOptions;
  readonly #act: (name: string, ...args: unknown[]) => Promise<void>;

  /** `act` notes the call and takes the server's time. */
  constructor(options: FakeDevicesOptions, act: (name: string, ...args: unknown[]) => Promise<void>) {
    this.#options = options;
    this.#act = act;
    this.source = new Source<OwnDevicesState>({ ...INITIAL_DEVICES, ...options.state });
  }

  get state(): OwnDevicesState {
    return this.source.state;
  }

  subscribe: OwnDevices["subscribe"] = (listener, options) => this.source.subscribe(listener, options);

  async rename(deviceId: string, name: string): Promise<void> {
    await this.#play("renameDevice", deviceId, name);
    this.#change((device) => (device.deviceId === deviceId ? { ...device, name } : device));
  }

  async signOut(deviceIds: readonly string[], password?: string): Promise<void> {
    await this.#play("signOutDevices", deviceIds, password);
    const wanted = this.#options.password;
    if (wanted && !password) throw new MeloError("password-needed", "as a story wants it");
    if (wanted && password !== wanted) throw new MeloError("password-wrong", "as a story wants it");
    this.source.merge({ devices: this.state.devices.filter(({ deviceId }) => !deviceIds.includes(deviceId)) });
  }

  async acknowledge(deviceIds: readonly string[]): Promise<void> {
    await this.#play("acknowledgeDevices", deviceIds);
    this.#change((device) => (deviceIds.includes(device.deviceId) ? { ...device, isNew: false } : device));
  }

  async refresh(): Promise<void> {
    await this.#play("refreshDevices");
    this.source.merge({ status: "ready", error: undefined });
  }

  async #play(name: string, ...args: unknown[]): Promise<void> {
    await this.#act(name, ...args);
    if (this.#options.failure) throw this.#options.failure;
  }

  #change(change: (device: OwnDevice) => OwnDevice): void {
    this.source.merge({ devices: this.state.devices.map(change) });
  }
}

/** A verified device, seen two hours ago, unless told otherwise. */
export function device(deviceId: string, name: string | undefined, options: Partial<OwnDevice> = {}): OwnDevice {
  const lastSeen = Date.now() - DAY / 12;
  return { deviceId, name, lastSeen, isCurrent: false, trust: "verified", isInactive: false, isNew: false, ...options };
}

export const current = device("GARDENGATE", "Firefox on the desk", { isCurrent: true, ip: "203.0.113.7" });
export const phone = device("ROSEBED", "Alice’s phone", { ip: "203.0.113.9" });
export const fresh = device("GREENHOUSE", "Element Desktop", { trust: "unverified", isNew: true, ip: "198.51.100.4" });
export const old = device("COMPOST", "Chrome on the old laptop", { lastSeen: Date.now() - 200 * DAY, isInactive: true });
export const bare = device("WATERINGCAN", undefined, { trust: "none", lastSeen: undefined });
export const all = [current, fresh, phone, old, bare];
