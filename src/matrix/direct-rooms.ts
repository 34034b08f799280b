import { Method } from "matrix-js-sdk/lib/http-api/index.js";
import type { AccountDataEvents, MatrixClient, Room } from "matrix-js-sdk/lib/matrix.js";

import { fieldsOf } from "./event-content.js";
import { othersIn } from "./people.js";

const TYPE = "m.direct" as keyof AccountDataEvents;

/** The direct chats as the account keeps them: room ids, each with the user it is with. Client-server specification, "Direct Messaging". */
export function directRooms(client: Pick<MatrixClient, "getAccountData">): ReadonlyMap<string, string> {
  return new Map(
    entriesOf(client.getAccountData(TYPE)?.getContent()).flatMap(([userId, roomIds]) => roomIds.map((roomId) => [roomId, userId] as const)),
  );
}

type ChatClient = Pick<MatrixClient, "getAccountData" | "getRoom" | "getRooms" | "getSafeUserId">;

/** The rooms in which two people can verify each other: those that are kept as direct chats, and those with nobody else in them. Each with whom it is with. */
export function directChats(client: ChatClient): ReadonlyMap<string, string> {
  const kept = directRooms(client);
  const chats = client.getRooms().map((room) => [room.roomId, otherIn(client, room, kept)] as const);
  return new Map(chats.filter((chat): chat is [string, string] => chat[1] !== undefined));
}

/** Whether a room is one of {@link directChats}. */
export function isDirectChat(client: ChatClient, roomId: string): boolean {
  const room = client.getRoom(roomId);
  return room !== null && otherIn(client, room, directRooms(client)) !== undefined;
}

/** Whom a direct chat is with. */
function otherIn(client: ChatClient, room: Room, kept: ReadonlyMap<string, string>): string | undefined {
  if (room.getMyMembership() !== "join") return undefined;
  const isForTwo = room.getJoinedMemberCount() + room.getInvitedMemberCount() === 2;
  return kept.get(room.roomId) ?? (isForTwo ? othersIn(room, client.getSafeUserId())[0] : undefined);
}

/** Adds a direct chat to what the server has, which may be newer than what the sync told. Rejects with the SDK's error. */
export async function recordDirectRoom(
  client: Pick<MatrixClient, "getSafeUserId" | "http">,
  userId: string,
  roomId: string,
): Promise<void> {
  const path = `/user/${encodeURIComponent(client.getSafeUserId())}/account_data/${TYPE}`;
  const kept = await client.http.authedRequest<unknown>(Method.Get, path).catch(() => ({})); // none was ever kept
  const direct = new Map(entriesOf(kept));
  direct.set(userId, [...new Set([...(direct.get(userId) ?? []), roomId])]);
  await client.http.authedRequest(Method.Put, path, undefined, Object.fromEntries(direct));
}

function entriesOf(content: unknown): [userId: string, roomIds: string[]][] {
  return Object.entries(fieldsOf(content)).flatMap(([userId, roomIds]) =>
    userId.startsWith("@") && Array.isArray(roomIds)
      ? [[userId, roomIds.filter((roomId) => typeof roomId === "string")] as [string, string[]]]
      : [],
  );
}
