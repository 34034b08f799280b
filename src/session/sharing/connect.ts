import { Ending } from "../../internal/ending.js";
import { MeloError } from "../../internal/errors.js";
import type { Backing } from "./backing.js";
import { converse, lifeLock, newTabId, type FollowerFunctions, type Letter, type OwnerFunctions } from "./channel.js";
import { apply } from "./patch.js";

/**
 * Follows the owner of the channel of that name, until `signal` aborts: calls `onBacking` with the owner's objects as soon as there is an owner, and again with the
 * next owner's. What runs with an owner that is replaced rejects `interrupted`.
 */
export function connect(channelName: string, onBacking: (backing: Backing) => void, signal: AbortSignal): void {
  if (signal.aborted) return;
  const tabId = newTabId();
  const channel = new BroadcastChannel(channelName);
  let alive = false;
  let current: { readonly ownerId: string; readonly backing: RemoteBacking } | undefined;
  const seek = () => channel.postMessage({ type: "seek", from: tabId } satisfies Letter);

  channel.addEventListener("message", ({ data: letter }: MessageEvent<Letter>) => {
    if (!alive || letter.type !== "owner" || letter.from === current?.ownerId) return;
    const replaced = current?.backing;
    current = { ownerId: letter.from, backing: new RemoteBacking(channel, tabId, letter.from) };
    seek(); // an owner that announces itself may not have met this tab yet, and must before it is asked anything
    onBacking(current.backing);
    replaced?.end();
  });
  signal.addEventListener(
    "abort",
    () => {
      current?.backing.end();
      channel.close();
    },
    { once: true },
  );

  // The owner cleans up behind this tab when it gets this lock, so it must be held before the owner hears of the tab.
  navigator.locks
    .request(lifeLock(channelName, tabId), { signal }, () => {
      alive = true;
      seek();
      return new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    })
    .catch(() => {});
}

class RemoteBacking implements Backing {
  readonly #rpc: ReturnType<typeof converse<OwnerFunctions, FollowerFunctions>>;
  readonly #watches = new Map<string, { state: object; onState: (state: object) => void }>();
  readonly #ending = new Ending();

  constructor(channel: BroadcastChannel, tabId: string, ownerId: string) {
    this.#rpc = converse<OwnerFunctions, FollowerFunctions>(
      channel,
      {
        changed: (watchId, patch) => {
          const watch = this.#watches.get(watchId);
          if (watch) watch.onState((watch.state = apply(watch.state, patch)));
        },
      },
      tabId,
      ownerId,
      ["watch", "unwatch"],
    );
  }

  watch(kind: string, key: string, onState: (state: object) => void): () => void {
    if (this.#ending.ended) return () => {};
    const watchId = crypto.randomUUID();
    this.#watches.set(watchId, { state: {}, onState });
    void this.#rpc.watch.asEvent(watchId, kind, key);
    return () => {
      if (this.#watches.delete(watchId) && !this.#ending.ended) void this.#rpc.unwatch.asEvent(watchId);
    };
  }

  async call(kind: string, key: string, method: string, args: readonly unknown[]): Promise<unknown> {
    if (this.#ending.ended) throw gone();
    const outcome = await this.#ending.race(this.#rpc.call(kind, key, method, args));
    if ("error" in outcome) {
      const { code, message, retryAfter } = outcome.error;
      throw new MeloError(code, message, { retryAfter });
    }
    return outcome.value;
  }

  end(): void {
    this.#watches.clear();
    this.#ending.end(gone());
    this.#rpc.$close();
  }
}

function gone(): MeloError {
  return new MeloError("interrupted", "The tab that runs the client went away.");
}
