import { ClientEvent } from "matrix-js-sdk/lib/client.js";
import type { EventTimeline, MatrixClient, MatrixEvent, Room, RoomMember, RoomState } from "matrix-js-sdk/lib/matrix.js";
import { MatrixEventEvent } from "matrix-js-sdk/lib/models/event.js";
import { Direction } from "matrix-js-sdk/lib/models/event-timeline.js";
import { RoomEvent } from "matrix-js-sdk/lib/models/room.js";
import { RoomStateEvent } from "matrix-js-sdk/lib/models/room-state.js";
import { SyncState } from "matrix-js-sdk/lib/sync.js";

import { fieldsOf, textIn } from "./event-content.js";
import type { TimelineLog } from "./timeline-log.js";

/** A gap of more events than this is left open: what stood before it is forgotten, and can be loaded again by scrolling. */
const WIDEST_GAP = 2_000;
/** Events per request while a gap is filled. */
const GAP_STEP = 100;
/** How many requests one pagination may take to find anything that is shown. */
const EMPTY_STEPS = 5;

type FeedClient = Pick<MatrixClient, "on" | "off" | "paginateEventTimeline">;

export interface FeedOptions {
  readonly client: FeedClient;
  readonly room: Room;
  readonly log: TimelineLog;
  /** Called when `reachedStart` may be different. */
  readonly onChange: () => void;
  /** Called after a gap: what the server has of the last minutes is in the log now. */
  readonly onCaughtUp: () => void;
}

/** Feeds a log with the events of one room: those the SDK has, new ones as they come, older ones when asked, and those that a sync left out. */
export class TimelineFeed {
  readonly #client: FeedClient;
  readonly #room: Room;
  readonly #log: TimelineLog;
  readonly #onChange: () => void;
  readonly #onCaughtUp: () => void;
  #timeline: EventTimeline;
  /** Where to go on before the events that stand before the gap. */
  #tokenBeforeGap: string | null = null;
  #filling?: Promise<void>;
  /** The events of the running request that are not ready yet. */
  #adding?: Promise<void>[];
  #renamed?: Set<string>;
  #disposed = false;
  /** Resolves when the events that were there at first are ready. */
  readonly loaded: Promise<void>;

  constructor({ client, room, log, onChange, onCaughtUp }: FeedOptions) {
    this.#client = client;
    this.#room = room;
    this.#log = log;
    this.#onChange = onChange;
    this.#onCaughtUp = onCaughtUp;
    this.#timeline = room.getLiveTimeline();
    room.on(RoomEvent.Timeline, this.#handleEvent);
    room.on(RoomEvent.TimelineReset, this.#handleReset);
    room.on(RoomEvent.Redaction, this.#handleRedaction);
    room.on(RoomStateEvent.Members, this.#handleMember);
    client.on(MatrixEventEvent.Decrypted, this.#handleDecrypted);
    client.on(ClientEvent.Sync, this.#handleSync);
    this.loaded = Promise.all(this.#timeline.getEvents().map((event) => log.add(event, false))).then(() => {});
  }

  /** Whether there is nothing before the first event. */
  get reachedStart(): boolean {
    return this.#timeline.getPaginationToken(Direction.Backward) === null && !this.#log.hasGap;
  }

  /** Loads up to `count` older events. Resolves when they are ready; rejects with the SDK's error. */
  async paginate(count: number): Promise<void> {
    await this.#fillGap();
    const before = this.#log.items.length;
    for (let step = 0; step < EMPTY_STEPS && !this.reachedStart && this.#log.items.length === before && !this.#disposed; step++) {
      await this.#step(count);
    }
  }

  dispose(): void {
    this.#disposed = true;
    this.#room.off(RoomEvent.Timeline, this.#handleEvent);
    this.#room.off(RoomEvent.TimelineReset, this.#handleReset);
    this.#room.off(RoomEvent.Redaction, this.#handleRedaction);
    this.#room.off(RoomStateEvent.Members, this.#handleMember);
    this.#client.off(MatrixEventEvent.Decrypted, this.#handleDecrypted);
    this.#client.off(ClientEvent.Sync, this.#handleSync);
  }

  async #step(limit: number): Promise<void> {
    const adding: Promise<void>[] = (this.#adding = []);
    await this.#client.paginateEventTimeline(this.#timeline, { backwards: true, limit });
    this.#adding = undefined;
    await Promise.all(adding);
  }

  /** Asks for the events between what was there before a limited sync and what came with it, until both meet. */
  #fillGap(): Promise<void> {
    if (!this.#log.hasGap) return Promise.resolve();
    this.#filling ??= this.#fill().finally(() => (this.#filling = undefined));
    return this.#filling;
  }

  async #fill(): Promise<void> {
    for (let asked = 0; asked < WIDEST_GAP && this.#log.hasGap && !this.#disposed; asked += GAP_STEP) {
      if (this.#timeline.getPaginationToken(Direction.Backward) === null) break;
      await this.#step(GAP_STEP);
    }
    if (this.#log.hasGap) this.#log.dropBeforeGap();
    else this.#timeline.setPaginationToken(this.#tokenBeforeGap, Direction.Backward);
    this.#onCaughtUp();
  }

  #handleEvent = (
    event: MatrixEvent,
    room: Room | undefined,
    toStart: boolean | undefined,
    removed: boolean,
    { timeline }: { timeline: EventTimeline },
  ): void => {
    if (room !== this.#room || removed || timeline !== this.#room.getLiveTimeline()) return;
    const adding = this.#log.add(event, toStart === true);
    this.#adding?.push(adding);
    this.#redactFor(event);
  };

  /** The SDK has begun a new timeline since it does not know what came in between. */
  #handleReset = (): void => {
    const previous = this.#timeline;
    this.#timeline = this.#room.getLiveTimeline();
    if (previous === this.#timeline) return;
    if (this.#log.hasGap) this.#log.dropBeforeGap(); // of two gaps, only the newer can be filled
    this.#tokenBeforeGap = previous.getPaginationToken(Direction.Backward);
    this.#log.beginGap();
    this.#onChange();
  };

  #handleRedaction = (event: MatrixEvent): void => this.#redactFor(event);

  /** Redacts what `event` takes back. After a gap the log has events that the SDK has forgotten. */
  #redactFor(event: MatrixEvent): void {
    if (!event.isRedaction()) return;
    const eventId = event.event.redacts ?? textIn(fieldsOf(event.getContent()), "redacts");
    const target = eventId === undefined ? undefined : this.#log.eventOf(eventId);
    if (eventId === undefined || !target || target.isState()) return;
    if (!target.isRedacted()) target.makeRedacted(event, this.#room);
    this.#log.redacted(eventId);
  }

  #handleDecrypted = (event: MatrixEvent): void => {
    if (event.getRoomId() === this.#room.roomId) void this.#log.refresh(event.getId() ?? "");
  };

  /** Another name in a room changes whom everyone of the same name could be taken for; the SDK tells of each of them. */
  #handleMember = (_event: MatrixEvent, _state: RoomState, { userId }: RoomMember): void => {
    this.#renamed ??= this.#soon();
    this.#renamed.add(userId);
  };

  #soon(): Set<string> {
    queueMicrotask(() => {
      const userIds = this.#renamed;
      this.#renamed = undefined;
      if (userIds && !this.#disposed) this.#log.renamed(userIds);
    });
    return new Set();
  }

  #handleSync = (state: SyncState): void => {
    if (state === SyncState.Syncing || state === SyncState.Prepared) this.#fillGap().catch(() => {}); // tried again after the next answer of the server
  };
}
