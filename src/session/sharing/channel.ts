import { createBirpc, type BirpcReturn } from "birpc";

import type { ErrorInfo } from "../../internal/errors.js";
import type { Patch } from "./patch.js";

/** What travels on the channel of an account: a letter from one tab to another, or a word to all. */
export type Letter =
  | { readonly type: "owner"; readonly from: string }
  | { readonly type: "seek"; readonly from: string }
  | { readonly type: "rpc"; readonly from: string; readonly to: string; readonly data: unknown };

/** What a follower may ask of the owner. */
export interface OwnerFunctions {
  watch(watchId: string, kind: string, key: string): void;
  unwatch(watchId: string): void;
  call(kind: string, key: string, method: string, args: readonly unknown[]): Promise<Outcome>;
}

/** What the owner tells a follower. */
export interface FollowerFunctions {
  /** The first patch of a watch is one of an empty snapshot. */
  changed(watchId: string, patch: Patch): void;
}

/** The end of an action as plain data: an Error loses its code on its way from tab to tab. */
export type Outcome = { readonly value: unknown } | { readonly error: ErrorInfo };

/** A random name for a tab's end of the channel. */
export function newTabId(): string {
  return crypto.randomUUID();
}

/** The lock that a follower holds for as long as it lives, so that the owner knows when it is gone, however it went. */
export function lifeLock(channelName: string, tabId: string): string {
  return `${channelName}:tab:${tabId}`;
}

/** One end of the conversation between two tabs. Calls wait without a time limit: the locks tell when the other end is gone. */
export function converse<Theirs extends object, Ours extends object>(
  channel: BroadcastChannel,
  ours: Ours,
  from: string,
  to: string,
  events: readonly (keyof Theirs)[],
): BirpcReturn<Theirs, Ours> {
  const listening = new AbortController();
  return createBirpc<Theirs, Ours>(ours, {
    eventNames: [...events],
    timeout: -1,
    post: (data: unknown) => {
      // An action may end after the conversation has: nobody waits for its outcome any more.
      if (!listening.signal.aborted) channel.postMessage({ type: "rpc", from, to, data } satisfies Letter);
    },
    on: (receive: (data: unknown) => void) =>
      channel.addEventListener(
        "message",
        ({ data: letter }: MessageEvent<Letter>) => {
          if (letter.type === "rpc" && letter.to === from && letter.from === to) receive(letter.data);
        },
        { signal: listening.signal },
      ),
    off: () => listening.abort(),
  });
}
