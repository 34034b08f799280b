import type { DeviceKind, DevicesState, MediaDevice } from "./calls-state.js";
import type { CallChoices } from "./call-choices.js";

const KINDS: Readonly<Record<DeviceKind, MediaDeviceKind>> = { microphone: "audioinput", camera: "videoinput", speaker: "audiooutput" };

/** Which microphones, cameras and speakers there are, and which is chosen; follows what is plugged in and out. */
export class Devices implements Disposable {
  readonly #choices: CallChoices;
  readonly #onChange: () => void;
  readonly #life = new AbortController();
  #state: DevicesState;

  constructor(choices: CallChoices, onChange: () => void) {
    this.#choices = choices;
    this.#onChange = onChange;
    this.#state = this.#with({ microphones: [], cameras: [], speakers: [] });
    globalThis.navigator.mediaDevices?.addEventListener("devicechange", () => void this.refresh(), { signal: this.#life.signal });
  }

  get state(): DevicesState {
    return this.#state;
  }

  /** The chosen one, if it is there (or nobody knows, since no permission was given); else what the system takes. */
  current(kind: DeviceKind): string {
    const chosen = this.#choices.device(kind);
    const list = this.#state[LISTS[kind]];
    return list.length === 0 || list.some(({ id }) => id === chosen) ? chosen : "default";
  }

  select(kind: DeviceKind, id: string): void {
    this.#choices.setDevice(kind, id);
    this.#set(this.#with(this.#state));
  }

  async refresh(): Promise<void> {
    const all = (await globalThis.navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
    if (this.#life.signal.aborted) return;
    const of = (kind: DeviceKind): readonly MediaDevice[] =>
      all
        .filter((device) => device.kind === KINDS[kind] && device.deviceId !== "" && device.deviceId !== "default")
        .map(({ deviceId, label }) => ({ id: deviceId, label }));
    const speakers = "setSinkId" in HTMLMediaElement.prototype ? of("speaker") : [];
    this.#set(this.#with({ microphones: of("microphone"), cameras: of("camera"), speakers }));
  }

  [Symbol.dispose](): void {
    this.#life.abort();
  }

  #with({ microphones, cameras, speakers }: Pick<DevicesState, "microphones" | "cameras" | "speakers">): DevicesState {
    const chosen = (kind: DeviceKind) => this.#choices.device(kind);
    return { microphones, cameras, speakers, microphone: chosen("microphone"), camera: chosen("camera"), speaker: chosen("speaker") };
  }

  #set(state: DevicesState): void {
    if (JSON.stringify(state) === JSON.stringify(this.#state)) return;
    this.#state = Object.freeze(state);
    this.#onChange();
  }
}

const LISTS = { microphone: "microphones", camera: "cameras", speaker: "speakers" } as const;
