import { MeloError } from "../../internal/errors.js";
import type { Backing } from "./backing.js";
import { converse, lifeLock, newTabId, type FollowerFunctions, type Letter, type Outcome, type OwnerFunctions } from "./channel.js";
import { diff } from "./patch.js";

/** Lets the other tabs of the site follow `host` over the channel of that name, until `signal` aborts. */
export function serve(host: Backing, channelName: string, signal: AbortSignal): void {
  const channel = new BroadcastChannel(channelName);
  const tabId = newTabId();
  const followers = new Map<string, () => void>();
  const announce = () => channel.postMessage({ type: "owner", from: tabId } satisfies Letter);

  channel.addEventListener("message", ({ data: letter }: MessageEvent<Letter>) => {
    if (letter.type === "seek") {
      if (!followers.has(letter.from))
        followers.set(
          letter.from,
          serveOne(host, channel, channelName, tabId, letter.from, signal, () => followers.delete(letter.from)),
        );
      announce();
    }
  });
  signal.addEventListener(
    "abort",
    () => {
      for (const leave of [...followers.values()]) leave();
      channel.close();
    },
    { once: true },
  );
  announce();
}

/** Serves one follower until it is gone. Returns what ends it. */
function serveOne(
  host: Backing,
  channel: BroadcastChannel,
  channelName: string,
  tabId: string,
  followerId: string,
  signal: AbortSignal,
  onGone: () => void,
): () => void {
  const watches = new Map<string, () => void>();
  const functions: OwnerFunctions = {
    watch(watchId, kind, key) {
      let last: object = {};
      let sent = false;
      try {
        const unwatch = host.watch(kind, key, (state) => {
          if (sent && state === last) return;
          const patch = diff(last, state);
          last = state;
          sent = true;
          void rpc.changed.asEvent(watchId, patch);
        });
        watches.set(watchId, unwatch);
      } catch {
        // A kind that this version does not know: the follower keeps the initial snapshot.
      }
    },
    unwatch(watchId) {
      watches.get(watchId)?.();
      watches.delete(watchId);
    },
    async call(kind, key, method, args): Promise<Outcome> {
      try {
        return { value: await host.call(kind, key, method, args) };
      } catch (error) {
        return { error: MeloError.from(error).toInfo() };
      }
    },
  };
  const rpc = converse<FollowerFunctions, OwnerFunctions>(channel, functions, tabId, followerId, ["changed"]);
  const gone = new AbortController();

  const end = () => {
    gone.abort();
    for (const unwatch of watches.values()) unwatch();
    watches.clear();
    rpc.$close();
    onGone();
  };
  // The follower holds this lock while it lives: whoever gets it knows that the follower is gone.
  navigator.locks.request(lifeLock(channelName, followerId), { signal: AbortSignal.any([signal, gone.signal]) }, end).catch(() => {});
  return end;
}
