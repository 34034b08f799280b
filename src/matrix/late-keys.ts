import type { UndecryptableReason } from "../internal/event-security.js";
import { pause } from "../internal/pause.js";
import type { TimelineItem } from "./timeline-item.js";

/** When the keys of messages that cannot be read are asked for again by themselves, in ms after they were first seen so: devices put keys into the backup with a delay. */
const AGAIN_AFTER = [4_000, 8_000, 20_000, 60_000];
/** How often all that begins anew at most, in ms. */
const RENEWED_AFTER = 30_000;
/** Of older messages the visitor may ask: there can be thousands. */
const NEWEST = 30;
const MAY_COME: ReadonlySet<UndecryptableReason> = new Set(["key-missing", "before-device-not-in-backup", "before-device-backup-locked"]);

/** Asks again for keys that may come late, of what is newest in a timeline. */
export class LateKeys {
  readonly #request: (eventId: string) => Promise<void>;
  readonly #signal: AbortSignal;
  readonly #asked = new Set<string>();
  #unreadable: ReadonlySet<string> = new Set();
  #renewedAt = -Infinity;
  /** What is asked for now; beginning anew ends it. */
  #round = new AbortController();

  constructor(request: (eventId: string) => Promise<void>, signal: AbortSignal) {
    this.#request = request;
    this.#signal = signal;
  }

  /** Call it whenever the items have changed. */
  see(items: readonly TimelineItem[]): void {
    const waiting = items
      .slice(-NEWEST)
      .flatMap((item) => (item.kind === "undecryptable" && MAY_COME.has(item.reason) ? (item.eventId ?? []) : []));
    this.#unreadable = new Set(waiting);
    for (const eventId of waiting) {
      if (this.#asked.has(eventId)) continue;
      this.#asked.add(eventId);
      void this.#askFor(eventId);
    }
  }

  /** Identities or devices have changed: this device may have been verified, and what was asked in vain may be had now. */
  renew(): void {
    if (performance.now() - this.#renewedAt < RENEWED_AFTER) return;
    this.#renewedAt = performance.now();
    this.#round.abort();
    this.#round = new AbortController();
    for (const eventId of this.#unreadable) void this.#askFor(eventId);
  }

  async #askFor(eventId: string): Promise<void> {
    const signal = AbortSignal.any([this.#signal, this.#round.signal]);
    try {
      for (const wait of AGAIN_AFTER) {
        await pause(wait, signal);
        if (!this.#unreadable.has(eventId)) return;
        await this.#request(eventId).catch(() => {}); // the next time, or the visitor
      }
    } catch {
      // the timeline is closed, or it begins anew
    }
  }
}
