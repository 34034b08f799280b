import { Turns } from "../internal/turns.js";
import { pause } from "../internal/pause.js";
import { nameOf, type DeviceOf, type DeviceTrust } from "./device-trust.js";

/** How long after a failure a key is sent again, in ms; the last one again and again. */
const RETRIES = [500, 1_000, 2_000, 5_000];

export type SendToDevices = (type: string, devices: DeviceOf[], content: Record<string, unknown>) => Promise<void>;

export interface KeyOutboxOptions {
  readonly send: SendToDevices;
  readonly trust: Pick<DeviceTrust, "isAdmitted" | "meet" | "onChange">;
  /** The devices that are in the call now, this one left out. */
  readonly present: () => readonly DeviceOf[];
  readonly onWithheld: (devices: readonly DeviceOf[]) => void;
}

interface Letter {
  readonly type: string;
  readonly content: Record<string, unknown>;
}

/**
 * Takes this device's media keys to those who may have them. Under the default device policy those are the devices that their owners have signed; the others get the key as soon as they are.
 * The SDK counts a key as delivered whatever became of it, so what fails is sent again here.
 */
export class KeyOutbox implements Disposable {
  readonly #options: KeyOutboxOptions;
  readonly #life = new AbortController();
  readonly #turns = new Turns();
  /** What each device is still to get. A newer key takes the place of an older one. */
  readonly #due = new Map<string, { readonly to: DeviceOf; readonly letter: Letter }>();
  #withheld: readonly DeviceOf[] = [];
  #isRetrying = false;

  constructor(options: KeyOutboxOptions) {
    this.#options = options;
    options.trust.onChange(() => void this.#deliver().catch(() => {}), this.#life.signal);
  }

  /** As the SDK's own function. Resolves when all have it who can have it now. */
  async send(type: string, devices: readonly DeviceOf[], content: Record<string, unknown>): Promise<void> {
    const letter = { type, content };
    for (const to of devices) this.#due.set(nameOf(to), { to, letter });
    await this.#deliver();
  }

  /** Devices that get no key before their owners sign them. */
  get withheld(): readonly DeviceOf[] {
    return this.#withheld;
  }

  [Symbol.dispose](): void {
    this.#life.abort();
    this.#due.clear();
  }

  #deliver(): Promise<void> {
    return this.#turns.take(() => this.#deliverNow());
  }

  async #deliverNow(): Promise<void> {
    if (this.#life.signal.aborted || this.#due.size === 0) return this.#tell([]);
    const present = new Set(this.#options.present().map(nameOf));
    for (const name of this.#due.keys()) if (!present.has(name)) this.#due.delete(name);
    const waiting = [...this.#due.values()];
    await this.#options.trust.meet([...new Set(waiting.map(({ to }) => to.userId))]).catch(() => {}); // who is not known is not admitted
    const admitted = await Promise.all(
      waiting.map(async (each) => ((await this.#options.trust.isAdmitted(each.to).catch(() => false)) ? each : undefined)),
    );
    const ready = admitted.filter((each) => each !== undefined);
    this.#tell(waiting.filter((each) => !ready.includes(each)).map(({ to }) => to));
    await Promise.all(
      [...Map.groupBy(ready, ({ letter }) => letter)].map(([letter, all]) =>
        this.#sendTo(
          all.map(({ to }) => to),
          letter,
        ),
      ),
    );
    if ([...this.#due.values()].some((each) => ready.includes(each))) void this.#retry();
  }

  /** All at once, and if that fails, one by one: a device that cannot be reached must not keep the key from the others. */
  async #sendTo(devices: DeviceOf[], letter: Letter): Promise<void> {
    try {
      await this.#options.send(letter.type, devices, letter.content);
      this.#settle(devices, letter);
    } catch {
      if (devices.length > 1) await Promise.all(devices.map((device) => this.#sendTo([device], letter)));
    }
  }

  #settle(devices: readonly DeviceOf[], letter: Letter): void {
    for (const device of devices) if (this.#due.get(nameOf(device))?.letter === letter) this.#due.delete(nameOf(device));
  }

  async #retry(): Promise<void> {
    if (this.#isRetrying) return;
    this.#isRetrying = true;
    const withheld = () => new Set(this.#withheld.map(nameOf));
    for (let attempt = 0; [...this.#due.keys()].some((name) => !withheld().has(name)); attempt++) {
      await pause(RETRIES[Math.min(attempt, RETRIES.length - 1)]!, this.#life.signal).catch(() => {});
      if (this.#life.signal.aborted) return;
      await this.#deliver();
    }
    this.#isRetrying = false;
  }

  #tell(withheld: readonly DeviceOf[]): void {
    const isSame =
      withheld.length === this.#withheld.length && withheld.every((device, index) => nameOf(device) === nameOf(this.#withheld[index]!));
    if (isSame || this.#life.signal.aborted) return;
    this.#withheld = withheld;
    this.#options.onWithheld(withheld);
  }
}
