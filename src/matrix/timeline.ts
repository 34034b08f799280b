import { ClientEvent } from "matrix-js-sdk/lib/client.js";
import type { MatrixClient, Room } from "matrix-js-sdk/lib/matrix.js";
import { RoomEvent } from "matrix-js-sdk/lib/models/room.js";

import { coalesced } from "../internal/after-this-task.js";
import { Source } from "../internal/readable.js";
import { LateKeys } from "./late-keys.js";
import { checkedMessage, transactionIdOf } from "./outgoing-message.js";
import type { Outbox } from "./outbox.js";
import type { QueuedMessage } from "./outbox-queue.js";
import { personOf } from "./people.js";
import type { RoomCrypto } from "./room-domain.js";
import type { Resolution } from "./room-opener.js";
import { serverError } from "./server-error.js";
import { TimelineFeed } from "./timeline-feed.js";
import type { MessageItem, TimelineItem } from "./timeline-item.js";
import { TimelineLog } from "./timeline-log.js";
import { INITIAL_TIMELINE, type OutgoingMessage, type Timeline, type TimelineState } from "./timeline-state.js";

/** The most that one request for older events asks for. */
const MOST = 100;

export interface TimelineOptions {
  readonly client: MatrixClient;
  readonly crypto: RoomCrypto;
  readonly outbox: Outbox;
  readonly resolution: Resolution;
}

/** {@link Timeline} over a live client: what the log has of the room, and after it what this device is sending. */
export class RoomTimeline implements Timeline, Disposable {
  readonly #options: TimelineOptions;
  readonly #source = new Source<TimelineState>(INITIAL_TIMELINE);
  readonly #life = new AbortController();
  readonly #echoes = new WeakMap<QueuedMessage, MessageItem>();
  readonly #lateKeys = new LateKeys((eventId) => this.requestKey(eventId), this.#life.signal);
  readonly #unsubscribe: () => void;
  #room?: Room;
  #log?: TimelineLog;
  #feed?: TimelineFeed;
  #isLoaded = false;
  #start: "idle" | "loading" | "failed" = "idle";
  #paginating?: Promise<void>;

  constructor(options: TimelineOptions) {
    this.#options = options;
    const { client, crypto, outbox, resolution } = options;
    const { signal } = this.#life;
    this.#unsubscribe = outbox.subscribe((roomId) => roomId === this.#room?.roomId && this.#compose());
    resolution.subscribe(this.#attach, { signal });
    crypto.onTrustChange(() => {
      this.#lateKeys.renew();
      void this.#judge();
    }, signal);
    client.on(ClientEvent.Room, this.#attach);
    client.on(RoomEvent.MyMembership, this.#attach);
    this.#attach();
  }

  get state(): TimelineState {
    return this.#source.state;
  }

  subscribe: Timeline["subscribe"] = (listener, options) => this.#source.subscribe(listener, options);

  paginate(count: number): Promise<void> {
    this.#paginating ??= this.#paginate(Math.min(MOST, Math.max(1, Math.trunc(count) || 1))).finally(() => (this.#paginating = undefined));
    return this.#paginating;
  }

  async send(message: OutgoingMessage): Promise<void> {
    const checked = checkedMessage(message);
    await this.#options.outbox.add(await this.#roomId(), checked);
  }

  async retry(transactionId: string): Promise<void> {
    await this.#options.outbox.retry(await this.#roomId(), transactionIdOf(transactionId));
  }

  async discard(transactionId: string): Promise<void> {
    await this.#options.outbox.discard(await this.#roomId(), transactionIdOf(transactionId));
  }

  async requestKey(eventId: string): Promise<void> {
    const event = this.#log?.eventOf(eventId);
    try {
      if (event) await this.#options.crypto.requestKey(event);
    } catch (error) {
      throw serverError(error);
    }
  }

  [Symbol.dispose](): void {
    this.#life.abort();
    this.#unsubscribe();
    this.#options.client.off(ClientEvent.Room, this.#attach);
    this.#options.client.off(RoomEvent.MyMembership, this.#attach);
    this.#feed?.dispose();
  }

  async #roomId(): Promise<string> {
    return this.#options.resolution.state.roomId ?? this.#options.resolution.roomId();
  }

  async #paginate(count: number): Promise<void> {
    if (!this.#feed || this.#feed.reachedStart) return;
    this.#start = "loading";
    this.#compose();
    try {
      await this.#feed.paginate(count);
      this.#start = "idle";
    } catch (cause) {
      this.#start = "failed";
      throw serverError(cause);
    } finally {
      this.#compose();
    }
  }

  /** Follows the room that the reference means now, once this account is or was in it. */
  #attach = (): void => {
    const { client, crypto, outbox, resolution } = this.#options;
    const { roomId, status, error } = resolution.state;
    if (status === "failed") this.#source.merge({ status: "failed", error });
    else if (this.state.status === "failed") this.#source.merge({ status: "loading", error: undefined });
    const room = (roomId !== undefined && client.getRoom(roomId)) || undefined;
    if (!room || room === this.#room || (room.getMyMembership() !== "join" && room.getLiveTimeline().getEvents().length === 0)) return;
    this.#feed?.dispose();
    this.#room = room;
    this.#isLoaded = false;
    outbox.sweep(room.roomId);
    const log = (this.#log = new TimelineLog({
      context: {
        userId: client.getSafeUserId(),
        get state() {
          return room.currentState;
        },
        undecryptable: (event) => crypto.undecryptable(event),
      },
      decrypt: (event) => client.decryptEventIfNeeded(event).catch(() => {}),
      security: (event) => crypto.security(event),
      onChange: this.#soon,
    }));
    const feed = (this.#feed = new TimelineFeed({ client, room, log, onChange: this.#soon, onCaughtUp: () => outbox.sweep(room.roomId) }));
    void Promise.all([feed.loaded, outbox.load()]).then(() => {
      if (feed !== this.#feed) return;
      this.#isLoaded = true;
      this.#compose();
    });
  };

  /** Once for a burst of events, however they come. */
  readonly #soon = coalesced(() => this.#compose());

  #compose(): void {
    if (!this.#isLoaded || this.#life.signal.aborted || !this.#log || !this.#feed || !this.#room) return;
    const { items } = this.#log;
    const echoes = this.#unseen(this.#room, this.#log);
    const start = this.#start === "idle" ? (this.#feed.reachedStart ? "reached" : "more") : this.#start;
    this.#lateKeys.see(items);
    this.#source.merge({
      status: "ready",
      items: echoes.length > 0 ? Object.freeze([...items, ...echoes]) : items,
      start,
      error: undefined,
    });
  }

  /** Messages of this device that the log does not show yet. */
  #unseen(room: Room, log: TimelineLog): TimelineItem[] {
    const { outbox } = this.#options;
    return outbox.messages(room.roomId).flatMap((queued) => {
      const { transactionId } = queued.message;
      const isSeen = log.shows(transactionId) || (queued.eventId !== undefined && log.shows(queued.eventId));
      if (!isSeen) return [this.#echoOf(queued, room)];
      if (queued.status === "sent") queueMicrotask(() => outbox.settle(room.roomId, transactionId));
      return [];
    });
  }

  #echoOf(queued: QueuedMessage, room: Room): MessageItem {
    const known = this.#echoes.get(queued);
    if (known) return known;
    const { message, status, error, time, eventId } = queued;
    const userId = this.#options.client.getSafeUserId();
    const item: MessageItem = Object.freeze({
      key: message.transactionId,
      eventId,
      sender: personOf(userId, room.getMember(userId), room.currentState),
      time,
      own: true,
      kind: "message",
      style: message.style,
      body: message.body,
      html: message.html,
      edited: false,
      send: status === "sent" ? undefined : Object.freeze({ status, error }),
    });
    this.#echoes.set(queued, item);
    return item;
  }

  async #judge(): Promise<void> {
    const refused = (await this.#log?.judge()) ?? [];
    for (const event of refused) await this.#options.crypto.requestKey(event).catch(() => {}); // it stays as unreadable as it was
  }
}
