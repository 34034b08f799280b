import type { MatrixClient, MatrixEvent, Room as SdkRoom } from "matrix-js-sdk/lib/matrix.js";
import { MatrixEventEvent } from "matrix-js-sdk/lib/models/event.js";
import { RoomEvent } from "matrix-js-sdk/lib/models/room.js";

import { fieldsOf, textIn } from "../internal/fields.js";
import type { KnownMembership } from "./memberships.js";
import { CALL_REACTION, RAISED_HAND } from "./own-hand.js";
import type { CallReaction } from "./room-call-state.js";

/** How long an emoji is shown, in ms. */
const SHOWN_FOR = 5_000;
/** More emojis than this are not shown at once. */
const MOST = 30;
/** An emoji is one character as people see it, in UTF-16 units at most this long. */
const LONGEST_EMOJI = 40;

interface Hand {
  readonly memberId: string;
  readonly at: number;
}

export interface SignalsOptions {
  readonly client: Pick<MatrixClient, "on" | "off" | "relations" | "decryptEventIfNeeded">;
  readonly room: SdkRoom;
  readonly onChange: () => void;
}

/** Raised hands and emojis in the call of a room: events that refer to the membership of who sends them, as Element Call has it. */
export class Signals implements Disposable {
  readonly #options: SignalsOptions;
  readonly #life = new AbortController();
  /** Who is a member by which event, the events that a member had before among them. */
  readonly #memberOf = new Map<string, { readonly memberId: string; readonly userId: string }>();
  /** By the event of the reaction. */
  readonly #hands = new Map<string, Hand>();
  readonly #raisedAt = new Map<string, number>();
  #reactions: readonly CallReaction[] = Object.freeze([]);

  constructor(options: SignalsOptions) {
    this.#options = options;
    const { client, room } = options;
    room.on(RoomEvent.Timeline, this.#handleTimeline);
    room.on(RoomEvent.Redaction, this.#handleRedaction);
    client.on(MatrixEventEvent.Decrypted, this.#handleDecrypted);
  }

  get reactions(): readonly CallReaction[] {
    return this.#reactions;
  }

  handRaisedAt(memberId: string): number | undefined {
    return this.#raisedAt.get(memberId);
  }

  /** Who is in the call now. Hands that were raised before this device looked are asked for. */
  setMembers(members: readonly KnownMembership[]): void {
    const present = new Set(members.map(({ id }) => id));
    for (const [eventId, { memberId }] of this.#memberOf) if (!present.has(memberId)) this.#memberOf.delete(eventId);
    for (const [reaction, { memberId }] of this.#hands) if (!present.has(memberId)) this.#hands.delete(reaction);
    const known = new Set([...this.#memberOf.values()].map(({ memberId }) => memberId));
    for (const { id, userId, eventId } of members) {
      if (this.#memberOf.has(eventId)) continue;
      this.#memberOf.set(eventId, { memberId: id, userId });
      if (known.has(id)) continue; // tells something new: whose hand is still up raises it there too
      void this.#load(eventId).catch(() => {}); // what comes from now on is seen all the same
    }
    this.#count();
  }

  [Symbol.dispose](): void {
    this.#life.abort();
    const { client, room } = this.#options;
    room.off(RoomEvent.Timeline, this.#handleTimeline);
    room.off(RoomEvent.Redaction, this.#handleRedaction);
    client.off(MatrixEventEvent.Decrypted, this.#handleDecrypted);
  }

  async #load(eventId: string): Promise<void> {
    const { client, room } = this.#options;
    const { events } = await client.relations(room.roomId, eventId, "m.annotation", null, { limit: 20 });
    if (this.#life.signal.aborted) return;
    await Promise.all(events.map((event) => client.decryptEventIfNeeded(event)));
    for (const event of events) this.#take(event);
  }

  #handleTimeline = (event: MatrixEvent, _room: SdkRoom | undefined, toStart: boolean | undefined): void => {
    if (!toStart) this.#take(event);
  };

  #handleDecrypted = (event: MatrixEvent): void => {
    if (event.getRoomId() === this.#options.room.roomId) this.#take(event);
  };

  #handleRedaction = (redaction: MatrixEvent): void => {
    const redacted = redaction.getAssociatedId() ?? textIn(fieldsOf(redaction.getContent()), "redacts");
    if (redacted !== undefined && this.#hands.delete(redacted)) this.#changed();
  };

  #take(event: MatrixEvent): void {
    const id = event.getId();
    const type = event.getType();
    if (this.#life.signal.aborted || !id || event.isRedacted() || (type !== "m.reaction" && type !== CALL_REACTION)) return;
    const content = fieldsOf(event.getContent());
    const relation = fieldsOf(content["m.relates_to"] ?? fieldsOf(event.getWireContent())["m.relates_to"]);
    const member = this.#memberOf.get(textIn(relation, "event_id") ?? "");
    if (member?.userId !== event.getSender()) return;
    if (type === CALL_REACTION) this.#show(id, member!.memberId, textIn(content, "emoji"), event.getTs());
    else if (relation["rel_type"] === "m.annotation" && isHand(relation["key"]) && !this.#hands.has(id)) {
      this.#hands.set(id, { memberId: member!.memberId, at: event.getTs() });
      this.#changed();
    }
  }

  #show(id: string, memberId: string, emoji: string | undefined, sentAt: number): void {
    const isEmoji =
      emoji !== undefined && emoji.length <= LONGEST_EMOJI && /^[\p{Extended_Pictographic}\p{Emoji_Component}\u200d]+$/u.test(emoji);
    if (!isEmoji || this.#reactions.some((reaction) => reaction.id === id)) return;
    if (Date.now() - sentAt > 4 * SHOWN_FOR) return; // told of late: it is over
    this.#reactions = Object.freeze([...this.#reactions, Object.freeze({ id, memberId, emoji, at: Date.now() })].slice(-MOST));
    setTimeout(() => {
      this.#reactions = Object.freeze(this.#reactions.filter((reaction) => reaction.id !== id));
      if (!this.#life.signal.aborted) this.#options.onChange();
    }, SHOWN_FOR);
    this.#options.onChange();
  }

  #changed(): void {
    this.#count();
    this.#options.onChange();
  }

  /** A hand that goes on to be raised, by another event, has been up since the first one. */
  #count(): void {
    const earliest = new Map<string, number>();
    for (const { memberId, at } of this.#hands.values()) earliest.set(memberId, Math.min(at, earliest.get(memberId) ?? Infinity));
    for (const memberId of this.#raisedAt.keys()) if (!earliest.has(memberId)) this.#raisedAt.delete(memberId);
    for (const [memberId, at] of earliest) this.#raisedAt.set(memberId, Math.min(at, this.#raisedAt.get(memberId) ?? Infinity));
  }
}

/** With the variation selector or without. */
function isHand(key: unknown): boolean {
  return typeof key === "string" && key.replaceAll("\ufe0f", "") === RAISED_HAND.replaceAll("\ufe0f", "");
}
