/** What is kept of missed calls, so that one is told of once, also when the page was closed meanwhile. */
export interface MissedCallNote {
  /** What happened before is not told: the device was not there. In ms since 1970. */
  readonly since: number;
  /** The notifications of those that the visitor has seen to, the oldest first. */
  readonly over: readonly string[];
}

export interface MissedCallMemory {
  load(): Promise<MissedCallNote | undefined>;
  save(note: MissedCallNote): Promise<void>;
}

/** A missed call is told of for so long, in ms; the timeline has it for good. */
export const TOLD_FOR = 7 * 24 * 3_600_000;
/** More ids than this are not kept: what is older than {@link TOLD_FOR} needs none. */
const MOST = 200;

/** Which missed calls are still to be told. */
export class MissedCalls {
  readonly #memory: MissedCallMemory;
  #note?: MissedCallNote;
  /** Ids that came before the note was read. */
  readonly #early: string[] = [];

  constructor(memory: MissedCallMemory, onKnown: () => void) {
    this.#memory = memory;
    void this.#load().then(onKnown);
  }

  /** Whether a call that was missed at that time, while nobody looked, is told of now. */
  isDue(id: string, at: number, now: number): boolean {
    return this.#note !== undefined && at >= this.#note.since && now - at < TOLD_FOR && !this.#note.over.includes(id);
  }

  /** The visitor knows. Resolves when that is kept, as far as it can be. */
  async settle(id: string): Promise<void> {
    if (!this.#note) this.#early.push(id);
    else if (!this.#note.over.includes(id)) await this.#keep({ ...this.#note, over: [...this.#note.over, id].slice(-MOST) });
  }

  async #load(): Promise<void> {
    const kept = await this.#memory.load().catch(() => undefined);
    if (kept) this.#note = kept;
    else await this.#keep({ since: Date.now(), over: [] });
    for (const id of this.#early.splice(0)) await this.settle(id);
  }

  async #keep(note: MissedCallNote): Promise<void> {
    this.#note = note;
    await this.#memory.save(note).catch(() => {}); // then it is told once more
  }
}
