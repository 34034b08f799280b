import { Method } from "matrix-js-sdk/lib/http-api/index.js";
import type { AccountDataEvents, MatrixClient } from "matrix-js-sdk/lib/matrix.js";

import { fieldsOf } from "./event-content.js";

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
  const chats = client.getRooms().map(({ roomId }) => directChatWith(client, roomId));
  return new Map(chats.filter((chat) => chat !== undefined));
}

/** A room and whom it is with, if it is one of {@link directChats}. */
export function directChatWith(client: ChatClient, roomId: string): [roomId: string, userId: string] | undefined {
  const room = client.getRoom(roomId);
  if (room?.getMyMembership() !== "join") return undefined;
  const kept = directRooms(client).get(roomId);
  if (kept !== undefined) return [roomId, kept];
  if (room.getJoinedMemberCount() + room.getInvitedMemberCount() !== 2) return undefined;
  const people = [...room.getMembersWithMembership("join"), ...room.getMembersWithMembership("invite")];
  const other = people.find(({ userId }) => userId !== client.getSafeUserId());
  return other && [roomId, other.userId];
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
