import type { RemoteTrack } from "livekit-client";

type Trouble = "key-missing" | "key-wrong";

interface Suspicion {
  kind: Trouble;
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
/** A sender counts its keys up, so one that has not come yet is at most so far from one that has. */
const AHEAD = 16;
/** Indices are a byte. */
const INDICES = 256;

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
    const suspicion = this.#suspicions.get(identity) ?? { kind: "key-missing", progress: new Map(), confirmed: false };
    const index = Number(/at index (\d+)/.exec(message)?.[1] ?? -1);
    if (message.startsWith("InvalidKey") || this.#isNoIndex(identity, index)) suspicion.kind = "key-wrong";
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

  /** Frames in clear name any index, since there is sound or a picture where it should be. */
  #isNoIndex(identity: string, index: number): boolean {
    const { hasKey } = this.#options;
    if (index < 0 || !hasKey(identity)) return false;
    for (let step = 0; step <= AHEAD; step++) if (hasKey(identity, (index - step + INDICES) % INDICES)) return false;
    return true;
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
