import type { MatrixEvent } from "matrix-js-sdk/lib/matrix.js";

import { CALL_NOTIFICATION } from "../internal/call-notification.js";
import { callOutcome, isCallTrace, type CallOutcome } from "../internal/call-outcome.js";
import type { Security, UndecryptableReason } from "../internal/event-security.js";
import { editedId, newestEdit } from "./edits.js";
import type { TimelineItem } from "./timeline-item.js";
import { itemOf, type ItemContext } from "./timeline-item-event.js";

/** What the log asks about events. */
export interface LogOptions {
  readonly context: ItemContext;
  /** Decrypts an event, if that was not tried yet. Never rejects. */
  decrypt(event: MatrixEvent): Promise<void>;
  security(event: MatrixEvent): Promise<Security | undefined>;
  /** Called when `items` may be different; often, so do little. */
  readonly onChange: () => void;
}

interface Entry {
  readonly event: MatrixEvent;
  readonly key: string;
  /** The event it edits. */
  readonly edits?: string;
  security?: Security;
  /** Decrypted as far as possible, and judged: before that, nothing of it is shown. */
  ready: boolean;
  /** Counts what was learnt about the event, so that an answer which is older than that is asked for again. */
  news: number;
  item?: TimelineItem;
}

/** Reasons that may vanish when the sender's trust changes. */
const TRUST_REASONS: ReadonlySet<UndecryptableReason> = new Set(["unsigned-device", "unknown-device", "identity-changed"]);

/** What becomes of more calls than this, the newest of those that were loaded, is not followed. */
const CALLS = 50;

/** The events of a room in order, and the items made of them: each item is made anew only when something about its event changed. */
export class TimelineLog {
  readonly #options: LogOptions;
  #entries: Entry[] = [];
  readonly #byId = new Map<string, Entry>();
  readonly #byKey = new Map<string, Entry>();
  /** Edits by the id of the event that they edit. */
  readonly #edits = new Map<string, Entry[]>();
  /** Those that tell of a call. */
  readonly #calls = new Set<Entry>();
  #items?: readonly TimelineItem[];
  /** How many entries stand before a gap; 0 if there is none. */
  #beforeGap = 0;
  #judging = 0;

  constructor(options: LogOptions) {
    this.#options = options;
  }

  /** Oldest first; the same array until something changed. */
  get items(): readonly TimelineItem[] {
    if (this.#items) return this.#items;
    const items: TimelineItem[] = [];
    for (const { item } of this.#entries) if (item) items.push(item);
    return (this.#items = Object.freeze(items));
  }

  get hasGap(): boolean {
    return this.#beforeGap > 0;
  }

  has(eventId: string): boolean {
    return this.#byId.has(eventId);
  }

  /** Whether something is shown under that key. */
  shows(key: string): boolean {
    return this.#byKey.get(key)?.item !== undefined;
  }

  eventOf(eventId: string): MatrixEvent | undefined {
    return this.#byId.get(eventId)?.event;
  }

  /** Adds an event at the end, or at the start of what follows the gap. Resolves when it is ready. One that is known already closes the gap. */
  async add(event: MatrixEvent, atStart: boolean): Promise<void> {
    const eventId = event.getId() ?? "";
    if (this.#byId.has(eventId)) {
      if (atStart) this.#beforeGap = 0;
      return;
    }
    const entry: Entry = { event, key: this.#keyOf(event, eventId), edits: editedId(event), ready: false, news: 0 };
    this.#byId.set(eventId, entry);
    this.#byKey.set(entry.key, entry);
    if (atStart) this.#entries.splice(this.#beforeGap, 0, entry);
    else this.#entries.push(entry);
    if (entry.edits !== undefined) this.#edits.set(entry.edits, [...(this.#edits.get(entry.edits) ?? []), entry]);
    await this.#prepare(entry);
  }

  /** Everything so far stands before a gap: what is added at the start comes after it. */
  beginGap(): void {
    this.#beforeGap = this.#entries.length;
  }

  /** Forgets what stands before the gap. */
  dropBeforeGap(): void {
    for (const entry of this.#entries.splice(0, this.#beforeGap)) {
      this.#byId.delete(entry.event.getId() ?? "");
      this.#byKey.delete(entry.key);
      this.#calls.delete(entry);
    }
    this.#beforeGap = 0;
    this.#changed();
  }

  /** An event was decrypted (again). */
  async refresh(eventId: string): Promise<void> {
    const entry = this.#byId.get(eventId);
    if (!entry) return;
    entry.news++;
    if (entry.ready) await this.#prepare(entry);
  }

  /** An event was redacted. */
  redacted(eventId: string): void {
    const entry = this.#byId.get(eventId);
    if (!entry) return;
    if (entry.edits === undefined) entry.security = undefined;
    this.#render(entry);
  }

  /** People are called differently now: `userIds`, or all. */
  renamed(userIds: ReadonlySet<string>): void {
    for (const entry of this.#entries) {
      const { item } = entry;
      if (
        item &&
        (userIds.has(item.sender.userId) || (item.kind === "state" && "target" in item.change && userIds.has(item.change.target.userId)))
      )
        this.#render(entry);
    }
  }

  /** Judges all messages again, the newest first. Resolves with the events that could not be read for a reason that may have gone. */
  async judge(): Promise<MatrixEvent[]> {
    const round = ++this.#judging;
    const refused: MatrixEvent[] = [];
    for (const entry of [...this.#entries].reverse()) {
      const reason = this.#options.context.undecryptable(entry.event);
      if (reason && TRUST_REASONS.has(reason)) refused.push(entry.event);
      if (reason || !entry.ready || !entry.event.isEncrypted()) continue;
      const security = await this.#security(entry.event);
      if (round !== this.#judging) return [];
      if (same(security, entry.security)) continue;
      entry.security = security;
      this.#render(entry);
    }
    return refused;
  }

  /** The transaction id joins an own message with its local echo; the server tells it to the device that sent it, and to no other. */
  #keyOf(event: MatrixEvent, eventId: string): string {
    const transactionId: unknown = event.getUnsigned()["transaction_id"];
    const isOwn = typeof transactionId === "string" && event.getSender() === this.#options.context.userId;
    return isOwn && !this.#byKey.has(transactionId) ? transactionId : eventId;
  }

  async #prepare(entry: Entry): Promise<void> {
    for (let known = -1; known !== entry.news;) {
      await this.#options.decrypt(entry.event);
      known = entry.news;
      entry.security = await this.#security(entry.event);
    }
    entry.ready = true;
    if (entry.event.getType() === CALL_NOTIFICATION) this.#calls.add(entry);
    this.#render(entry);
    if (isCallTrace(entry.event)) this.#followCalls();
  }

  /** Something happened in a call. */
  #followCalls(): void {
    for (const entry of [...this.#calls].slice(-CALLS)) {
      const { item } = entry;
      if (item?.kind === "state" && item.change.type === "call" && item.change.outcome !== this.#outcomeOf(entry)) this.#render(entry);
    }
  }

  #outcomeOf(entry: Entry): CallOutcome | undefined {
    const { event } = entry;
    const [id, callerId] = [event.getId() ?? "", event.getSender() ?? ""];
    const later = this.#entries.slice(this.#entries.indexOf(entry) + 1);
    return callOutcome(
      { id, callerId },
      later.map((other) => other.event),
      this.#options.context.userId,
    );
  }

  #security(event: MatrixEvent): Promise<Security | undefined> {
    return this.#options.security(event).catch(() => ({ level: "care", reason: "unknown" }) as const);
  }

  #render(entry: Entry): void {
    if (!entry.ready) return;
    if (entry.edits !== undefined) {
      const edited = this.#byId.get(entry.edits);
      if (edited) this.#render(edited);
      return;
    }
    const eventId = entry.event.getId() ?? "";
    const edits = this.#edits.get(eventId)?.filter(({ ready }) => ready) ?? [];
    const edit =
      edits.length > 0
        ? newestEdit(
            entry.event,
            edits.map(({ event }) => event),
          )
        : undefined;
    const security = edit ? this.#byId.get(edit.getId() ?? "")?.security : entry.security;
    const outcome = this.#calls.has(entry) ? this.#outcomeOf(entry) : undefined;
    entry.item = freeze(itemOf({ event: entry.event, key: entry.key, edit, security, outcome }, this.#options.context));
    this.#changed();
  }

  #changed(): void {
    this.#items = undefined;
    this.#options.onChange();
  }
}

function freeze(item: TimelineItem | undefined): TimelineItem | undefined {
  return item && Object.freeze(item);
}

function same(a: Security | undefined, b: Security | undefined): boolean {
  return a?.level === b?.level && a?.reason === b?.reason;
}
