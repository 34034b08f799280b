import type { CallSettings, DeviceKind } from "./calls-state.js";

/** Where what the visitor chose is kept: a part of the browser's storage that belongs to the person. */
export interface ChoiceMemory {
  load<T>(name: string): Promise<T | undefined>;
  save(name: string, value: unknown): Promise<void>;
}

/** How one other person is heard here. */
export interface Hearing {
  readonly volume: number;
  readonly muted: boolean;
}

export const PLAIN_HEARING: Hearing = Object.freeze({ volume: 1, muted: false });

interface Kept {
  readonly settings?: Partial<CallSettings>;
  readonly devices?: Partial<Record<DeviceKind, string>>;
  readonly people?: Readonly<Record<string, Hearing>>;
}

const NAME = "choices";
/** Of so many people it is remembered how they are heard; whoever was changed longest ago is forgotten. */
const PEOPLE = 200;

/** What the visitor chose for calls: in memory at once, in the browser a moment later. What cannot be kept holds for as long as the page does. */
export class CallChoices {
  readonly #memory: () => Promise<ChoiceMemory | undefined>;
  #kept: Kept = {};
  #saving?: ReturnType<typeof setTimeout>;

  constructor(memory: () => Promise<ChoiceMemory | undefined>) {
    this.#memory = memory;
  }

  async load(): Promise<void> {
    const memory = await this.#memory().catch(() => undefined);
    const kept = await memory?.load<Kept>(NAME).catch(() => undefined);
    if (typeof kept === "object" && kept !== null) this.#kept = { ...kept, ...this.#kept };
  }

  get settings(): Partial<CallSettings> {
    return this.#kept.settings ?? {};
  }

  set settings(settings: Partial<CallSettings>) {
    this.#change({ settings });
  }

  device(kind: DeviceKind): string {
    return this.#kept.devices?.[kind] ?? "default";
  }

  setDevice(kind: DeviceKind, id: string): void {
    this.#change({ devices: { ...this.#kept.devices, [kind]: id } });
  }

  hearing(userId: string): Hearing {
    const { people } = this.#kept;
    return people && Object.hasOwn(people, userId) ? people[userId]! : PLAIN_HEARING;
  }

  setHearing(userId: string, change: Partial<Hearing>): void {
    const others = Object.entries(this.#kept.people ?? {}).filter(([id]) => id !== userId);
    const hearing = { ...this.hearing(userId), ...change };
    const plain = hearing.volume === 1 && !hearing.muted;
    this.#change({ people: Object.fromEntries(plain ? others : [...others.slice(1 - PEOPLE), [userId, hearing]]) });
  }

  #change(change: Kept): void {
    this.#kept = { ...this.#kept, ...change };
    clearTimeout(this.#saving);
    this.#saving = setTimeout(() => void this.#save(), 200);
  }

  async #save(): Promise<void> {
    try {
      await (await this.#memory())?.save(NAME, this.#kept);
    } catch {
      // a full or closed store: the choices hold until the page closes
    }
  }
}
