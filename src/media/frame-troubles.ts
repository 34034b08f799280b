import type { RemoteTrack } from "livekit-client";

type Trouble = "key-missing" | "key-wrong";

interface Suspicion {
  kind: Trouble;
  /** Key indices that frames named and that no key has. Frames in clear name others at every moment, since there is only sound where the index should be. */
  readonly indices: Set<number>;
  /** What had been opened of each track when it was last looked. */
  progress: ReadonlyMap<string, number>;
  confirmed: boolean;
}

export interface FrameTroublesOptions {
  readonly hasKey: (identity: string, index?: number) => boolean;
  /** The tracks that are received of somebody. */
  readonly tracksOf: (identity: string) => readonly RemoteTrack[];
  /** Lets the worker try the known keys again. */
  readonly retry: (identity: string) => void;
  readonly onChange: () => void;
}

const LOOK = 1_000;
const MANY_INDICES = 3;

/** Whose frames cannot be opened, and why. One frame that fails says little; it is trouble when for a second nothing of what comes can be opened. */
export class FrameTroubles implements Disposable {
  readonly #options: FrameTroublesOptions;
  readonly #suspicions = new Map<string, Suspicion>();
  #timer?: ReturnType<typeof setTimeout>;

  constructor(options: FrameTroublesOptions) {
    this.#options = options;
  }

  of(identity: string): Trouble | undefined {
    const suspicion = this.#suspicions.get(identity);
    return suspicion?.confirmed ? suspicion.kind : undefined;
  }

  /** A frame could not be opened; `message` is the worker's (`<reason>: <text>`). */
  note(identity: string, message: string): void {
    if (!/^(MissingKey|InvalidKey)/.test(message)) return;
    const suspicion = this.#suspicions.get(identity) ?? { kind: "key-missing", indices: new Set(), progress: new Map(), confirmed: false };
    const index = Number(/at index (\d+)/.exec(message)?.[1] ?? -1);
    if (message.startsWith("InvalidKey")) suspicion.kind = "key-wrong";
    else if (index >= 0 && this.#options.hasKey(identity)) suspicion.indices.add(index);
    if (suspicion.indices.size >= MANY_INDICES) suspicion.kind = "key-wrong";
    this.#suspicions.set(identity, suspicion);
    this.#timer ??= setTimeout(() => void this.#look(), LOOK);
  }

  /** Another key of theirs has come. */
  clear(identity: string): void {
    if (this.#suspicions.delete(identity)) this.#options.onChange();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#suspicions.clear();
  }

  async #look(): Promise<void> {
    await Promise.all([...this.#suspicions].map(([identity, suspicion]) => this.#lookAt(identity, suspicion)));
    this.#timer = this.#suspicions.size > 0 ? setTimeout(() => void this.#look(), LOOK) : undefined;
  }

  async #lookAt(identity: string, suspicion: Suspicion): Promise<void> {
    const tracks = this.#options.tracksOf(identity).filter(({ isMuted }) => !isMuted);
    const before = suspicion.progress;
    const now = new Map(await Promise.all(tracks.map(async (track) => [track.sid ?? "", await openedOf(track)] as const)));
    if (this.#suspicions.get(identity) !== suspicion) return;
    suspicion.progress = now;
    const opened = [...now].some(([sid, count]) => count > (before.get(sid) ?? count));
    if (opened || tracks.length === 0) return this.clear(identity);
    if (before.size === 0) return; // nothing to compare with yet
    this.#options.retry(identity);
    if (suspicion.confirmed) return;
    suspicion.confirmed = true;
    this.#options.onChange();
  }
}

/** How much of a track has come out of decryption so far, in whatever unit. */
async function openedOf({ receiver }: RemoteTrack): Promise<number> {
  let opened = 0;
  try {
    (await receiver?.getStats())?.forEach((report: { type: string; framesDecoded?: number; jitterBufferEmittedCount?: number }) => {
      if (report.type === "inbound-rtp") opened += report.framesDecoded ?? report.jitterBufferEmittedCount ?? 0;
    });
  } catch {
    // the connection has just ended
  }
  return opened;
}
