import { Source } from "../../src/internal/readable.js";
import type { Room, RoomState } from "../../src/matrix/room-state.js";
import { INITIAL_ROOM_IDENTITIES, type RoomIdentities, type RoomIdentitiesState } from "../../src/matrix/room-identities-state.js";
import { INITIAL_ROOM } from "../../src/matrix/room-state.js";
import type { MessageItem, TimelineItem } from "../../src/matrix/timeline-item.js";
import type { OutgoingMessage, Timeline, TimelineState } from "../../src/matrix/timeline-state.js";
import type { Typing, TypingState } from "../../src/matrix/typing.js";
import { INITIAL_CALL_KEYS, type CallKeys, type CallKeysState } from "../../src/media/call-keys-state.js";
import { INITIAL_ROOM_CALL, type RoomCall, type RoomCallState } from "../../src/media/room-call-state.js";
import type { RoomParts } from "../../src/session/session-api.js";
import { fakeRoomCall } from "./fake-calls.js";
import type { FakeSession } from "./fake-session.js";

export interface FakeRoomOptions {
  /** Default: joined, encrypted, named after its alias. */
  readonly room?: Partial<RoomState>;
  /** Default: ready and empty. */
  readonly timeline?: Partial<TimelineState>;
  readonly typing?: Partial<TypingState>;
  /** Default: nobody changed. */
  readonly identities?: Partial<RoomIdentitiesState>;
  /** Default: nobody is in a call. */
  readonly call?: Partial<RoomCallState>;
  /** Older events, oldest first, that `paginate` brings. */
  readonly older?: readonly TimelineItem[];
  /** What the visitor's own messages come to. Default: they are sent. */
  readonly sending?: "succeeds" | "fails" | "waits";
  /** Replaces single actions of the room. */
  readonly answers?: Partial<Pick<Room, "join" | "decline" | "leave" | "retry" | "invite" | "encrypt">>;
}

/** One room made of literals. Merge into `source.…` to play what others do. */
export class FakeRoom implements RoomParts {
  readonly source: {
    readonly room: Source<RoomState>;
    readonly timeline: Source<TimelineState>;
    readonly typing: Source<TypingState>;
    readonly identities: Source<RoomIdentitiesState>;
    readonly call: Source<RoomCallState>;
  };
  readonly room: Room;
  readonly timeline: Timeline;
  readonly typing: Typing;
  readonly identities: RoomIdentities;
  readonly call: RoomCall;
  readonly callKeys: CallKeys;
  /** What `send` does with the next messages. */
  sending: NonNullable<FakeRoomOptions["sending"]>;
  readonly #session: FakeSession;
  readonly #reference: string;
  readonly #pause: () => Promise<void>;
  #older: readonly TimelineItem[];

  constructor(session: FakeSession, reference: string, options: FakeRoomOptions, pause: () => Promise<void>) {
    this.#session = session;
    this.#reference = reference;
    this.#pause = pause;
    this.#older = options.older ?? [];
    this.sending = options.sending ?? "succeeds";
    const start = options.older?.length ? "more" : "reached";
    this.source = {
      room: new Source<RoomState>({ ...INITIAL_ROOM, ...joined(reference), ...options.room }),
      timeline: new Source<TimelineState>({ status: "ready", items: [], start, ...options.timeline }),
      typing: new Source<TypingState>({ people: [], ...options.typing }),
      identities: new Source<RoomIdentitiesState>({ ...INITIAL_ROOM_IDENTITIES, status: "ready", ...options.identities }),
      call: new Source<RoomCallState>({
        ...INITIAL_ROOM_CALL,
        status: "ready",
        canJoin: "allowed",
        canSpeak: true,
        encrypted: true,
        ...options.call,
      }),
    };
    this.room = this.#makeRoom(options);
    this.timeline = this.#makeTimeline();
    this.typing = this.#makeTyping();
    this.identities = this.#makeIdentities();
    this.call = fakeRoomCall(this.source.call, () => this.#pause());
    const keys = new Source<CallKeysState>(INITIAL_CALL_KEYS);
    this.callKeys = { ...readable(keys), state: keys.state };
  }

  /** Adds what somebody else writes, at the end. */
  receive(...items: TimelineItem[]): void {
    const { timeline } = this.source;
    timeline.merge({ items: [...timeline.state.items, ...items] });
  }

  /** Changes the item with this key, as a key that arrives or a server that answers does. */
  change(key: string, change: (item: TimelineItem) => TimelineItem | undefined): void {
    const { timeline } = this.source;
    timeline.merge({ items: timeline.state.items.flatMap((item) => (item.key === key ? (change(item) ?? []) : item)) });
  }

  #makeRoom({ answers }: FakeRoomOptions): Room {
    const source = this.source.room;
    const act = (name: keyof NonNullable<typeof answers>, play: () => void) => async () => {
      this.#session.actions.push([name, this.#reference]);
      await this.#pause();
      if (answers?.[name]) await (answers[name] as () => Promise<void>)();
      else play();
    };
    return {
      ...readable(source),
      get state() {
        return source.state;
      },
      join: act("join", () => source.merge({ status: "ready", invitation: undefined, canSend: true })),
      decline: act("decline", () => source.merge({ status: "left", invitation: undefined })),
      leave: act("leave", () => source.merge({ status: "left" })),
      retry: act("retry", () => {}),
      invite: act("invite", () => {}),
      encrypt: act("encrypt", () => source.merge({ encryption: "encrypted", canEncrypt: false })),
    };
  }

  #makeTimeline(): Timeline {
    const source = this.source.timeline;
    return {
      ...readable(source),
      get state() {
        return source.state;
      },
      paginate: async (count) => {
        if (source.state.start === "reached" || source.state.start === "loading") return;
        source.merge({ start: "loading" });
        await this.#pause();
        const more = this.#older.slice(-count);
        this.#older = this.#older.slice(0, -count);
        source.merge({ items: [...more, ...source.state.items], start: this.#older.length ? "more" : "reached" });
      },
      send: async (message) => {
        this.#session.actions.push(["send", this.#reference, message]);
        this.receive(this.#echo(message));
        void this.#deliver(message.transactionId);
      },
      retry: async (transactionId) => {
        this.#session.actions.push(["retrySending", this.#reference, transactionId]);
        this.sending = "succeeds";
        this.change(transactionId, (item) => ({ ...item, send: { status: "sending" } }) as MessageItem);
        void this.#deliver(transactionId);
      },
      discard: async (transactionId) => {
        this.#session.actions.push(["discard", this.#reference, transactionId]);
        this.change(transactionId, () => undefined);
      },
      requestKey: async (eventId) => {
        this.#session.actions.push(["requestKey", this.#reference, eventId]);
        await this.#pause();
      },
    };
  }

  #makeTyping(): Typing {
    const source = this.source.typing;
    return {
      ...readable(source),
      get state() {
        return source.state;
      },
      setTyping: async (isTyping) => void this.#session.actions.push(["setTyping", this.#reference, isTyping]),
    };
  }

  #makeIdentities(): RoomIdentities {
    const source = this.source.identities;
    const decide = (name: "approve" | "withdraw") => async (userId: string) => {
      this.#session.actions.push([name, this.#reference, userId]);
      await this.#pause();
      source.merge({ changed: source.state.changed.filter((person) => person.userId !== userId) });
    };
    return {
      ...readable(source),
      get state() {
        return source.state;
      },
      approve: decide("approve"),
      withdraw: decide("withdraw"),
    };
  }

  #echo({ transactionId, style, body, html }: OutgoingMessage): MessageItem {
    const sender = { userId: this.#session.state.account?.userId ?? "@alice:example.org", name: "Alice" };
    const key = transactionId;
    return { kind: "message", key, sender, time: Date.now(), own: true, style, body, html, edited: false, send: { status: "sending" } };
  }

  async #deliver(key: string): Promise<void> {
    await this.#pause();
    if (this.sending === "waits") return;
    const error = { code: "homeserver-unreachable", message: "as a story wants it" } as const;
    const send = this.sending === "fails" ? ({ status: "failed", error } as const) : undefined;
    this.change(key, (item) => ({ ...item, eventId: `$${key}`, send }) as MessageItem);
  }
}

function readable<S extends object>(source: Source<S>): Pick<Source<S>, "subscribe"> {
  return { subscribe: (listener, options) => source.subscribe(listener, options) };
}

function joined(reference: string): Partial<RoomState> {
  const local = reference.slice(1).split(":")[0] ?? "";
  return {
    status: "ready",
    roomId: reference.startsWith("!") ? reference : `!${local}:example.org`,
    name: local.charAt(0).toUpperCase() + local.slice(1),
    joinedCount: 4,
    encryption: "encrypted",
    canSend: true,
  };
}
