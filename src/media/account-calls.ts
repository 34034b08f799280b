import { ClientEvent } from "matrix-js-sdk/lib/client.js";
import type { MatrixEvent, Room as SdkRoom } from "matrix-js-sdk/lib/matrix.js";
import { MatrixEventEvent } from "matrix-js-sdk/lib/models/event.js";
import { RoomStateEvent } from "matrix-js-sdk/lib/models/room-state.js";
import { RoomEvent } from "matrix-js-sdk/lib/models/room.js";
import { SyncState } from "matrix-js-sdk/lib/sync.js";

import { CALL_MEMBER } from "../internal/call-events.js";
import { coalesced } from "../internal/after-this-task.js";
import { CALL_DECLINE, CALL_NOTIFICATION, notificationOf, referenceIn, type CallNotification } from "../internal/call-notification.js";
import { callOutcome, wasInCall } from "../internal/call-outcome.js";
import { MeloError } from "../internal/errors.js";
import { Source } from "../internal/readable.js";
import { INITIAL_ACCOUNT_CALLS, type AccountCalls, type AccountCallsState } from "./account-calls-state.js";
import type { ActiveCalls } from "./active-calls.js";
import type { CallDomainOptions } from "./call-domain.js";
import type { CallService } from "./call-service.js";
import type { IncomingCall } from "./calls-state.js";
import { VOICE_CHANNEL } from "./membership.js";
import { currentMemberships } from "./memberships.js";
import { MissedCalls, TOLD_FOR } from "./missed-calls.js";
import type { SfuAccess } from "./room-call-state.js";

/** More calls than this are not kept, missed ones included. */
const MOST = 20;
/** How far back a start looks for what may still ring or was missed, in events of a room. */
const LOOKED_AT = 50;

type Options = Pick<CallDomainOptions, "client" | "toError" | "send" | "person" | "cleanName" | "isDirect" | "lookUp" | "missed"> & {
  readonly active: ActiveCalls;
  readonly service: Pick<CallService, "testAccess">;
};

/** A call that somebody told of, as long as it may matter. */
interface Told {
  readonly event: MatrixEvent;
  readonly room: SdkRoom;
  readonly notification: CallNotification;
  readonly at: number;
  /** It rang here, since this client started. */
  hasRung?: boolean;
  status: "told" | "ringing" | "missed";
}

/** {@link AccountCalls} over a live client. */
export class LiveAccountCalls implements AccountCalls, Disposable {
  readonly #options: Options;
  readonly #source = new Source<AccountCallsState>({ ...INITIAL_ACCOUNT_CALLS, status: "ready" });
  readonly #life = new AbortController();
  readonly #soon = coalesced(() => this.#update());
  readonly #told = new Map<string, Told>();
  /** Declined, answered or dismissed: never shown again. */
  readonly #over = new Set<string>();
  readonly #missed: MissedCalls;
  #timer?: ReturnType<typeof setTimeout>;
  /** The homeserver has told how things stand since the client started. Before, who was calling when the last page closed would seem to call still. */
  #isUpToDate = false;

  constructor(options: Options) {
    this.#options = options;
    const { client, active, missed } = options;
    this.#missed = new MissedCalls(missed, this.#soon);
    active.subscribe(this.#soon, { signal: this.#life.signal });
    client.on(RoomEvent.Timeline, this.#handleTimeline);
    client.on(RoomEvent.Redaction, this.#handleRedaction);
    client.on(MatrixEventEvent.Decrypted, this.#handleDecrypted);
    client.on(RoomStateEvent.Events, this.#soon);
    client.on(ClientEvent.Sync, this.#soon);
    for (const room of client.getRooms()) this.#lookBack(room);
    this.#update();
  }

  get state(): AccountCallsState {
    return this.#source.state;
  }

  subscribe: AccountCalls["subscribe"] = (listener, options) => this.#source.subscribe(listener, options);

  async decline(id: string): Promise<void> {
    const told = this.#told.get(id);
    if (!told) return;
    this.#forget(id);
    try {
      const relation = { rel_type: "m.reference", event_id: id };
      await this.#options.send(told.room.roomId, CALL_DECLINE, { "m.relates_to": relation });
    } catch (error) {
      throw this.#options.toError(error);
    }
  }

  async dismiss(id: string): Promise<void> {
    await this.#missed.settle(id); // whoever reloads as soon as it is gone is not told again
    this.#forget(id);
  }

  async testAccess(reference?: string): Promise<readonly [SfuAccess, SfuAccess]> {
    const { lookUp, service, toError } = this.#options;
    try {
      return await service.testAccess(reference === undefined ? this.#anyRoom() : await lookUp(reference).roomId());
    } catch (error) {
      throw toError(error);
    }
  }

  [Symbol.dispose](): void {
    this.#life.abort();
    clearTimeout(this.#timer);
    const { client } = this.#options;
    client.off(RoomEvent.Timeline, this.#handleTimeline);
    client.off(RoomEvent.Redaction, this.#handleRedaction);
    client.off(MatrixEventEvent.Decrypted, this.#handleDecrypted);
    client.off(RoomStateEvent.Events, this.#soon);
    client.off(ClientEvent.Sync, this.#soon);
  }

  /** What came while no page was open is in the room, and not decrypted yet: nobody has asked for it. Where there was no call, nothing has to be. */
  #lookBack(room: SdkRoom): void {
    for (const event of room.getLiveTimeline().getEvents().slice(-LOOKED_AT)) this.#hear(event, room);
  }

  #hear(event: MatrixEvent, room: SdkRoom): void {
    this.#take(event, room);
    const mayTell = event.isEncrypted() && Date.now() - event.getTs() < TOLD_FOR && this.#options.isDirect(room.roomId);
    if (mayTell && hadCall(room)) void this.#options.client.decryptEventIfNeeded(event).catch(() => {});
  }

  #anyRoom(): string {
    const room = this.#options.client.getRooms().find((each) => each.getMyMembership() === "join");
    if (!room) throw new MeloError("room-not-found", "The account is in no room.");
    return room.roomId;
  }

  #handleTimeline = (event: MatrixEvent, room: SdkRoom | undefined, toStart: boolean | undefined): void => {
    if (room && !toStart) this.#hear(event, room);
  };

  #handleDecrypted = (event: MatrixEvent): void => {
    const room = this.#options.client.getRoom(event.getRoomId());
    if (room) this.#take(event, room);
  };

  #handleRedaction = (redaction: MatrixEvent): void => {
    const id = redaction.getAssociatedId();
    if (id !== undefined && this.#told.has(id)) this.#forget(id);
  };

  #forget(id: string): void {
    this.#end(id);
    this.#update();
  }

  #end(id: string): void {
    this.#told.delete(id);
    this.#over.add(id);
    void this.#missed.settle(id);
  }

  #take(event: MatrixEvent, room: SdkRoom): void {
    const { client } = this.#options;
    const id = event.getId();
    const type = event.getType();
    const isOwn = event.getSender() === client.getSafeUserId();
    if (!id || event.isRedacted()) return;
    if (type === CALL_DECLINE && isOwn) {
      const declined = referenceIn(event.getContent()) ?? referenceIn(event.getWireContent());
      if (declined !== undefined) this.#forget(declined);
      return;
    }
    if (type !== CALL_NOTIFICATION || isOwn || this.#told.has(id) || this.#over.has(id)) return;
    const now = Date.now();
    const notification = notificationOf(event.getContent(), event.getTs(), now);
    if (!notification || !this.#mayRing(room, notification)) return;
    const isOver = notification.expiresAt <= now;
    if (isOver && room.hasUserReadEvent(client.getSafeUserId(), id)) return; // another client has shown it
    this.#told.set(id, { event, room, notification, at: event.getTs(), status: isOver ? "missed" : "told" });
    const byAge = [...this.#told].sort(([, one], [, other]) => one.at - other.at);
    for (const [other] of byAge.slice(0, -MOST)) this.#told.delete(other);
    this.#soon();
  }

  /** A voice channel is a place that people come and go in. Elsewhere a call rings if it is told to, or in a direct chat. */
  #mayRing(room: SdkRoom, { rings, isFor }: CallNotification): boolean {
    const isPlace = room.getType() === VOICE_CHANNEL;
    const isMember = room.getMyMembership() === "join";
    return isMember && !isPlace && (rings || this.#options.isDirect(room.roomId)) && isFor(this.#options.client.getSafeUserId());
  }

  #update(): void {
    if (this.#life.signal.aborted) return;
    const now = Date.now();
    this.#isUpToDate ||= this.#options.client.getSyncState() === SyncState.Syncing;
    for (const [id, told] of this.#isUpToDate ? [...this.#told] : []) this.#judge(id, told, now);
    clearTimeout(this.#timer);
    const open = [...this.#told.values()].filter(({ status }) => status !== "missed");
    const next = Math.min(...open.map(({ notification }) => notification.expiresAt));
    if (Number.isFinite(next)) this.#timer = setTimeout(this.#soon, Math.max(0, next - now) + 1);
    const isShown = ([id, { status, hasRung, at, room }]: [string, Told]): boolean =>
      status === "ringing" ||
      (status === "missed" &&
        this.#isUpToDate &&
        (hasRung || (this.#missed.isDue(id, at, now) && this.#isOpened(eventsAfter(room, id), id))));
    const incoming = [...this.#told].filter(isShown).map(([id, told]) => this.#shown(id, told));
    const before = this.state.incoming;
    const isSame = incoming.length === before.length && incoming.every((call, index) => call === before[index]);
    this.#source.merge({ status: "ready", incoming: isSame ? before : Object.freeze(incoming), active: this.#active() });
  }

  /** Whether a call rings, was missed, or is nothing to be shown any more. */
  #judge(id: string, told: Told, now: number): void {
    const { room, event, notification, status } = told;
    const userId = this.#options.client.getSafeUserId();
    const callerId = event.getSender() ?? "";
    const later = eventsAfter(room, id);
    const outcome = callOutcome({ id, callerId }, later, userId);
    if (outcome === "answered" || outcome === "declined" || wasInCall(later, userId)) return this.#end(id);
    if (status === "missed") return;
    const members = currentMemberships(room, now);
    const isAnswered = members.some((member) => member.userId === userId);
    if (isAnswered || room.getMyMembership() !== "join") return this.#end(id);
    const isCalling = members.some((member) => member.userId === callerId);
    if (isCalling && now < notification.expiresAt) Object.assign(told, { status: "ringing", hasRung: true });
    else if (status === "ringing" || outcome === "ended" || now >= notification.expiresAt) told.status = "missed";
  }

  #shown(id: string, { room, event, notification, at, status }: Told): IncomingCall {
    const { person, cleanName } = this.#options;
    const callerId = event.getSender() ?? "";
    const { name: callerName, avatar: callerAvatar } = person(room, callerId);
    const { roomId } = room;
    const now: IncomingCall = {
      id,
      roomId,
      roomName: cleanName(room.name),
      callerName,
      callerId,
      callerAvatar,
      intent: notification.intent,
      status: status === "ringing" ? status : "missed",
      at,
    };
    const before = this.state.incoming.find((call) => call.id === id);
    const keys = Object.keys(now) as (keyof IncomingCall)[];
    return before && keys.every((key) => Object.is(now[key], before[key])) ? before : Object.freeze(now);
  }

  /** Nothing of this account is still to be decrypted after a call that may be its answer to it. */
  #isOpened(later: readonly MatrixEvent[], id: string): boolean {
    const isSealed = (event: MatrixEvent): boolean => event.isBeingDecrypted() || event.shouldAttemptDecryption();
    const mayAnswer = (event: MatrixEvent): boolean =>
      event.getSender() === this.#options.client.getSafeUserId() &&
      (referenceIn(event.getWireContent()) === id || event.unstableStickyInfo !== undefined);
    return !later.some((event) => mayAnswer(event) && isSealed(event));
  }

  #active(): AccountCallsState["active"] {
    const { roomId, call } = this.#options.active.state;
    const before = this.state.active;
    if (roomId === undefined) return undefined;
    return before?.roomId === roomId && before.tab === call?.tab ? before : Object.freeze({ roomId, tab: call?.tab });
  }
}

/** Whether there ever was a call in the room, as far as can be seen without its keys. */
function hadCall(room: SdkRoom): boolean {
  const isSticky = (event: MatrixEvent): boolean => event.unstableStickyInfo !== undefined;
  return room.currentState.getStateEvents(CALL_MEMBER).length > 0 || room.getLiveTimeline().getEvents().some(isSticky);
}

/** What the room has after that event, oldest first. */
function eventsAfter(room: SdkRoom, eventId: string): readonly MatrixEvent[] {
  const events = room.getLiveTimeline().getEvents();
  const index = events.findIndex((event) => event.getId() === eventId);
  return index < 0 ? [] : events.slice(index + 1);
}
