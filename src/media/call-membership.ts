import { MeloError } from "../internal/errors.js";
import { pause } from "../internal/pause.js";
import type { MembershipOptions, OwnCallData, RoomCall } from "./room-call-state.js";

/** Between attempts to get back a membership that was lost, in ms; the last one again and again. */
const REJOIN_DELAYS = [300, 1_000, 2_000, 4_000];

/**
 * This device's membership for as long as it is in the call: published, told what changes, and published again when it is lost (the tab that runs the client changed, or the homeserver
 * ended it). It holds a Web Lock meanwhile: when this tab dies, the lock is free, and the tab with the client withdraws the membership at once.
 */
export class CallMembership {
  readonly tabLock?: string;
  readonly #call: RoomCall;
  readonly #life = new AbortController();
  readonly #onEnd: (error: MeloError) => void;
  #options?: MembershipOptions;
  #joined = false;
  #rejoining = false;

  /** `onEnd`: the room does not let this account in any more. */
  constructor(call: RoomCall, onEnd: (error: MeloError) => void) {
    this.#call = call;
    this.#onEnd = onEnd;
    this.tabLock = holdLock(this.#life.signal);
    call.subscribe(this.#handleChange, { signal: this.#life.signal });
  }

  /** Resolves when the homeserver has it. */
  async join(options: Omit<MembershipOptions, "tabLock">): Promise<void> {
    this.#options = { ...options, ...(this.tabLock !== undefined && { tabLock: this.tabLock }) };
    await this.#call.join(this.#options);
    this.#joined = true;
  }

  tell(data: OwnCallData): void {
    if (!this.#options || isSame(this.#options.data, data)) return;
    this.#options = { ...this.#options, data, notify: undefined };
    if (this.#joined) this.#call.tell(data).catch(() => {}); // the next change, or the next membership, tells it
  }

  /** Lets go of it without a word: it belongs to another tab now. */
  release(): void {
    this.#joined = false;
    this.#life.abort();
  }

  /** Withdraws it. Resolves also when the homeserver cannot be reached: it then ends by itself. */
  async leave(): Promise<void> {
    if (this.#life.signal.aborted) return;
    const wasAsked = this.#options !== undefined;
    this.#joined = false;
    const left = wasAsked ? this.#call.leave() : Promise.resolve();
    this.#life.abort();
    await left.catch(() => {});
  }

  #handleChange = (): void => {
    const { status, own, canJoin } = this.#call.state;
    if (!this.#joined || status !== "ready") return;
    if (canJoin === "not-joined") return this.#onEnd(new MeloError("forbidden", "This account is no longer in the room."));
    if (own === "none" && !this.#rejoining) void this.#rejoin();
  };

  async #rejoin(): Promise<void> {
    this.#rejoining = true;
    const { signal } = this.#life;
    try {
      for (let attempt = 0; !signal.aborted; attempt++) {
        await pause(REJOIN_DELAYS[Math.min(attempt, REJOIN_DELAYS.length - 1)]!, signal);
        if (this.#call.state.own !== "none") return;
        const joined = await this.#call.join({ ...this.#options!, notify: undefined }).then(
          () => true,
          (error: unknown) => {
            const failure = MeloError.from(error);
            if (failure.code === "forbidden") this.#onEnd(failure);
            return false;
          },
        );
        if (joined) return;
      }
    } catch {
      // left meanwhile
    } finally {
      this.#rejoining = false;
    }
  }
}

/** Holds a lock until `signal` aborts. Gives its name, or nothing where the browser has no locks for this page. */
function holdLock(signal: AbortSignal): string | undefined {
  const name = `melo:call:${crypto.randomUUID()}`;
  try {
    if (!("locks" in navigator)) return undefined;
    const held = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    navigator.locks.request(name, () => held).catch(() => {});
    return name;
  } catch {
    return undefined;
  }
}

function isSame(a: OwnCallData, b: OwnCallData): boolean {
  return a.muted === b.muted && a.deafened === b.deafened && a.camera === b.camera && a.sharing === b.sharing;
}
