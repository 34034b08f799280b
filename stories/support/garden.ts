import type { MessageItem, Sender, StateItem, TimelineItem } from "../../src/matrix/timeline-item.js";

/** The room of most stories. */
export const GARDEN = "#garden:example.org";

/** `person("Bob Kaya")` is `@bob:example.org`. */
export function person(name: string, avatar?: string): Sender {
  return { userId: `@${name.split(" ")[0]!.toLowerCase()}:example.org`, name, avatar };
}

export const alice = person("Alice Moreau");
export const bob = person("Bob Kaya", "mxc://example.org/bob");
export const carol = person("Carol");
export const dan = person("Dan Osei");

/** Saturday, 21 November 2026, 16:00 in the visitor's time zone: stories look the same on every day. */
export const AFTERNOON = new Date(2026, 10, 21, 16, 0).getTime();

/** A text message, `minutes` after {@link AFTERNOON}. */
export function says(sender: Sender, minutes: number, body: string, extra: Partial<MessageItem> = {}): MessageItem {
  const key = `$${sender.userId}-${minutes}-${body.length}`;
  const own = sender.userId === alice.userId;
  return {
    kind: "message",
    key,
    eventId: key,
    sender,
    time: AFTERNOON + minutes * 60_000,
    own,
    style: "text",
    body,
    edited: false,
    ...extra,
  };
}

/** A change of the room, `minutes` after {@link AFTERNOON}. */
export function changes(sender: Sender, minutes: number, change: StateItem["change"]): StateItem {
  const key = `$${sender.userId}-${minutes}-${change.type}`;
  return { kind: "state", key, eventId: key, sender, time: AFTERNOON + minutes * 60_000, own: sender.userId === alice.userId, change };
}

/** A short, believable afternoon. */
export const conversation: readonly TimelineItem[] = [
  changes(bob, -60, { type: "created" }),
  changes(bob, -60, { type: "encryption-enabled" }),
  changes(alice, -50, { type: "member-joined" }),
  says(bob, 2, "The quinces are ready. I counted forty-one, which is forty-one more than I know what to do with."),
  says(bob, 3, "Jam on Sunday? Alice has the big pot."),
  says(carol, 10, "I have jars. Many jars."),
  says(dan, 31, "Put 1.2 kg sugar to 1.5 kg fruit, and do not trust anyone who says less.", {
    html: "Put <code>1.2 kg</code> sugar to <code>1.5 kg</code> fruit, and do not trust anyone who says <em>less</em>.",
    security: { level: "care", reason: "unsigned-device" },
  }),
  says(alice, 34, "I’ll bring the pot."),
];
