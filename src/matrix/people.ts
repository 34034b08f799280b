import type { MatrixClient, Room, RoomMember, RoomState } from "matrix-js-sdk/lib/matrix.js";

import { checkedMxc } from "./mxc.js";
import type { Sender } from "./timeline-item.js";

/** Longer names are cut, in UTF-16 units: a name is no place for a novel. */
const LONGEST = 120;

/** Embeddings, overrides and isolates of the bidirectional algorithm, and what has no width: they let a name look like another, or reorder the text around it. */
const INVISIBLE =
  /[\p{Cc}\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb]/gu;
/** Towers of combining marks that would cover the lines above. */
const TOWERS = /(\p{M}{4})\p{M}+/gu;
/** What looks like a user id within a name may be somebody posing as that user. */
const LOOKS_LIKE_USER_ID = /@\S+:\S+/;

/** A name as it may be shown: on one line, without invisible characters, not endless. May be empty. Still hostile text, to be escaped by whoever renders it. */
export function cleanName(name: unknown): string {
  if (typeof name !== "string") return "";
  const clean = name
    .slice(0, LONGEST * 4)
    .replace(/\s+/gu, " ")
    .replace(INVISIBLE, "")
    .replace(TOWERS, "$1")
    .replace(/ +/g, " ")
    .trim();
  return clean.length > LONGEST ? `${[...clean.slice(0, LONGEST)].slice(0, -1).join("")}…` : clean;
}

type Names = Pick<RoomState, "getUserIdsWithDisplayName">;

/**
 * What to call somebody in a room: the display name, with the user id after it when the name could be taken for that of another member (the SDK compares how names look, not how they
 * are written) or for a user id. Client-server specification, "Calculating the display name for a user".
 */
export function nameOf(userId: string, displayName: unknown, names: Names | undefined): string {
  const name = cleanName(displayName);
  const id = cleanName(userId);
  if (name === "" || name === id) return id;
  const isConfusable = LOOKS_LIKE_USER_ID.test(name) || names?.getUserIdsWithDisplayName(name).some((other) => other !== userId);
  return isConfusable ? `${name} (${id})` : name;
}

/** A member of a room as sender or target of an event: as the room knew them at that moment, if `member` is of that moment. */
export function personOf(userId: string, member: RoomMember | null | undefined, names: Names | undefined): Sender {
  return { userId, name: nameOf(userId, member?.rawDisplayName, names), avatar: checkedMxc(member?.getMxcAvatarUrl()) };
}

/** The others in a room who can read what is written now: its members, and those who are invited. */
export function othersIn(room: Pick<Room, "getMembersWithMembership">, ownId: string): string[] {
  const people = [...room.getMembersWithMembership("join"), ...room.getMembersWithMembership("invite")];
  return people.map(({ userId }) => userId).filter((userId) => userId !== ownId);
}

/** Rooms with more people than this are left out of {@link peopleOfEncryptedRooms}: they are looked at when they are shown. */
const SMALL_ROOM = 100;

/** The others who can read what is written in encrypted rooms, as far as the server has told of them. */
export function peopleOfEncryptedRooms(client: Pick<MatrixClient, "getRooms" | "getSafeUserId">): ReadonlySet<string> {
  const rooms = client.getRooms().filter((room) => room.getMyMembership() === "join" && room.hasEncryptionStateEvent());
  const others = rooms.map((room) => othersIn(room, client.getSafeUserId())).filter(({ length }) => length <= SMALL_ROOM);
  return new Set(others.flat());
}
