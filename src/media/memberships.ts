import type { MatrixEvent, Room as SdkRoom } from "matrix-js-sdk/lib/matrix.js";
import { RoomStateEvent } from "matrix-js-sdk/lib/models/room-state.js";
import { RoomStickyEventsEvent } from "matrix-js-sdk/lib/models/room-sticky-events.js";
import { RoomEvent } from "matrix-js-sdk/lib/models/room.js";
import { MatrixEventEvent } from "matrix-js-sdk/lib/models/event.js";

import { CALL_MEMBER, RTC_MEMBER } from "../internal/call-events.js";
import { coalesced } from "../internal/after-this-task.js";
import { Source, type Readable } from "../internal/readable.js";
import { Turns } from "../internal/turns.js";
import { SLOT_ID, identityOf, membershipOf, type Membership } from "./membership.js";

/** More members than this are not looked at: nobody calls with so many, and a flood of memberships must not stop a page. */
const MOST = 500;
const RTC_SLOT = "org.matrix.msc4143.rtc.slot";

/** A membership with everything that has to be worked out. */
export interface KnownMembership extends Membership {
  readonly identity: string;
  /** Where this member publishes; empty if that is at no LiveKit service. */
  readonly service: string;
}

export interface MembershipsState {
  readonly isReady: boolean;
  /** The first to come first. */
  readonly memberships: readonly KnownMembership[];
  readonly unreadable: boolean;
}

/** The events of a room that may be memberships, as they stand now: sticky ones first, which win over state events of the same key. */
export function membershipEvents(room: SdkRoom): MatrixEvent[] {
  const state = room.currentState.getStateEvents(CALL_MEMBER);
  const sticky = isClosed(room) ? [] : [...room._unstable_getStickyEvents()].filter((event) => event.getType() === RTC_MEMBER);
  const keys = new Set(sticky.map((event) => event.getContent()["msc4354_sticky_key"] as unknown));
  return [...sticky, ...state.filter((event) => !keys.has(event.getStateKey()))];
}

/** Those of the events that are the membership of somebody in the room. Of each device the newest counts. */
export function currentMemberships(room: SdkRoom, now = Date.now()): Membership[] {
  const byDevice = new Map<string, Membership>();
  for (const event of membershipEvents(room).slice(0, MOST)) {
    const membership = membershipOf(event, now);
    if (!membership || !room.hasMembershipState(membership.userId, "join")) continue;
    const key = JSON.stringify([membership.userId, membership.deviceId]);
    const other = byDevice.get(key);
    if (!other || other.createdAt < membership.createdAt) byDevice.set(key, membership);
  }
  return [...byDevice.values()].sort(firstToCome);
}

function firstToCome(a: Membership, b: Membership): number {
  return a.createdAt - b.createdAt || (a.eventId < b.eventId ? -1 : 1);
}

/** Who is in the call of a room, kept up to date. */
export class RoomMemberships implements Readable<MembershipsState>, Disposable {
  readonly #room: SdkRoom;
  readonly #source = new Source<MembershipsState>({ isReady: false, memberships: Object.freeze([]), unreadable: false });
  readonly #life = new AbortController();
  readonly #turns = new Turns();
  readonly #soon = coalesced(this.#turns.once(() => this.#look()));
  /** A sticky membership that says something new is a new event with the time of that: here is when each was first seen. */
  readonly #begun = new Map<string, number>();
  #timer?: ReturnType<typeof setTimeout>;
  #isLoadingMembers = false;

  constructor(room: SdkRoom) {
    this.#room = room;
    room.on(RoomStateEvent.Events, this.#handleState);
    room.on(RoomStateEvent.Members, this.#soon);
    room.on(RoomStickyEventsEvent.Update, this.#soon);
    room.on(RoomEvent.Timeline, this.#handleTimeline);
    room.on(RoomEvent.MyMembership, this.#soon);
    room.client.on(MatrixEventEvent.Decrypted, this.#handleDecrypted);
    this.#soon();
  }

  get state(): MembershipsState {
    return this.#source.state;
  }

  subscribe: Readable<MembershipsState>["subscribe"] = (listener, options) => this.#source.subscribe(listener, options);

  [Symbol.dispose](): void {
    this.#life.abort();
    clearTimeout(this.#timer);
    this.#room.off(RoomStateEvent.Events, this.#handleState);
    this.#room.off(RoomStateEvent.Members, this.#soon);
    this.#room.off(RoomStickyEventsEvent.Update, this.#soon);
    this.#room.off(RoomEvent.Timeline, this.#handleTimeline);
    this.#room.off(RoomEvent.MyMembership, this.#soon);
    this.#room.client.off(MatrixEventEvent.Decrypted, this.#handleDecrypted);
  }

  #handleState = (event: MatrixEvent): void => {
    if ([CALL_MEMBER, RTC_SLOT, "m.room.member"].includes(event.getType())) this.#soon();
  };

  #handleTimeline = (event: MatrixEvent): void => {
    if (event.unstableStickyInfo) this.#soon();
  };

  #handleDecrypted = (event: MatrixEvent): void => {
    if (event.getRoomId() === this.#room.roomId && event.unstableStickyInfo) this.#soon();
  };

  async #look(): Promise<void> {
    if (this.#life.signal.aborted) return;
    const now = Date.now();
    this.#loadMembers(now);
    const current = this.#withBeginnings(currentMemberships(this.#room, now));
    const [oldest] = current;
    const known = await Promise.all(
      current.map(async (membership) => ({
        ...membership,
        identity: await identityOf(membership),
        service: (membership.publishesWithOldest ? oldest?.serviceUrl : membership.serviceUrl) ?? "",
      })),
    );
    if (this.#life.signal.aborted) return;
    this.#wait(known, now);
    const before = this.state.memberships;
    const memberships = known.map((each) => {
      const same = before.find(({ eventId }) => eventId === each.eventId);
      return same && same.service === each.service ? same : Object.freeze(each);
    });
    const isSame = memberships.length === before.length && memberships.every((each, index) => each === before[index]);
    this.#source.merge({ isReady: true, memberships: isSame ? before : Object.freeze(memberships), unreadable: this.#hasUnreadable(now) });
  }

  #withBeginnings(memberships: readonly Membership[]): readonly Membership[] {
    const nameOf = ({ userId, id }: Membership): string => JSON.stringify([userId, id]);
    const names = new Set(memberships.map(nameOf));
    for (const name of this.#begun.keys()) if (!names.has(name)) this.#begun.delete(name);
    const all = memberships.map((membership) => {
      if (membership.plainIdentity !== undefined) return membership;
      const createdAt = Math.min(this.#begun.get(nameOf(membership)) ?? Infinity, membership.createdAt);
      this.#begun.set(nameOf(membership), createdAt);
      return { ...membership, createdAt };
    });
    return all.sort(firstToCome);
  }

  /** The server tells of a room's members by and by; whether the sender of a membership is one has to be known. */
  #loadMembers(now: number): void {
    if (this.#isLoadingMembers) return;
    const isMissing = (event: MatrixEvent) => membershipOf(event, now) && this.#room.getMember(event.getSender()!) === null;
    if (!membershipEvents(this.#room).some(isMissing)) return;
    this.#isLoadingMembers = true;
    this.#room.loadMembersIfNeeded().then(this.#soon, () => (this.#isLoadingMembers = false)); // tried again with the next change
  }

  /** Looks again when the next membership expires. */
  #wait(known: readonly Membership[], now: number): void {
    clearTimeout(this.#timer);
    const next = Math.min(...known.map(({ expiresAt }) => expiresAt ?? Infinity));
    if (Number.isFinite(next)) this.#timer = setTimeout(this.#soon, next - now + 1);
  }

  #hasUnreadable(now: number): boolean {
    return this.#room
      .getLiveTimeline()
      .getEvents()
      .some((event) => (event.unstableStickyExpiresAt ?? 0) > now && event.isDecryptionFailure());
  }
}

/** A room may have its slot closed (MSC4143): then sticky memberships count for nothing. */
function isClosed(room: SdkRoom): boolean {
  const slot = room.currentState.getStateEvents(RTC_SLOT, SLOT_ID);
  return slot !== null && slot.getContent()["status"] !== "open";
}
