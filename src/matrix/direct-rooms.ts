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
