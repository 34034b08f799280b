import type { MatrixClient, Room as SdkRoom } from "matrix-js-sdk/lib/matrix.js";
import { Method } from "matrix-js-sdk/lib/http-api/index.js";

import type { MeloError } from "../internal/errors.js";
import { countIn, fieldsOf, textIn } from "./event-content.js";
import { checkedMxc } from "./mxc.js";
import { cleanName, personOf } from "./people.js";
import type { RoomState, RoomStatus } from "./room-state.js";
import { serverError } from "./server-error.js";

/** What is to be said of a room that this account is not in. */
export type Standing = Pick<RoomState, "status" | "name" | "topic" | "avatar" | "joinedCount" | "error" | "invitation" | "departure">;

/** Join rules under which one may try without an invitation; a restricted room lets in who is in another room. Knocking is not offered. */
const OPEN_RULES: ReadonlySet<string> = new Set(["public", "restricted", "knock_restricted"]);

const NOBODY = { name: "", joinedCount: 0 } as const;

/** Where this account stands with a room that the sync told of. */
export function standingIn(room: SdkRoom, userId: string): Pick<Standing, "status" | "invitation" | "departure"> {
  const membership = room.getMyMembership();
  const event = room.currentState.getStateEvents("m.room.member", userId);
  const sender = event?.getSender();
  const by = sender === undefined || sender === userId ? undefined : personOf(sender, room.getMember(sender), room.currentState).name;
  const reason = textIn(fieldsOf(event?.getOriginalContent()), "reason");
  switch (membership) {
    case "join":
      return { status: "ready" };
    case "invite":
      return { status: "invited", invitation: { inviterId: sender ?? "", inviterName: by ?? "" } };
    case "ban":
      return { status: "banned", departure: { by, reason } };
    case "knock":
      return { status: "forbidden" };
    default:
      return by === undefined ? { status: "left" } : { status: "kicked", departure: { by, reason } };
  }
}

type AskClient = Pick<MatrixClient, "http">;

/**
 * Asks the server about a room that the sync does not tell of. Never rejects: that there is no answer is one too. Client-server specification, "Room Summaries"; servers before
 * version 1.15 are asked for the room as a space without children.
 */
export async function askStanding(
  client: AskClient,
  roomId: string,
  alias: string | undefined,
  servers: readonly string[],
): Promise<Standing> {
  try {
    return summaryStanding(await summary(client, roomId, servers), alias);
  } catch (cause) {
    return { ...NOBODY, name: alias ?? "", ...refused(serverError(cause), alias !== undefined) };
  }
}

async function summary(client: AskClient, roomId: string, servers: readonly string[]): Promise<unknown> {
  const v1 = { prefix: "/_matrix/client/v1" };
  try {
    return await client.http.authedRequest<unknown>(
      Method.Get,
      `/room_summary/${encodeURIComponent(roomId)}`,
      { via: [...servers] },
      undefined,
      v1,
    );
  } catch (error) {
    if (serverError(error).code !== "unsupported") throw error;
    const answer = await client.http.authedRequest<unknown>(
      Method.Get,
      `/rooms/${encodeURIComponent(roomId)}/hierarchy`,
      { limit: "1" },
      undefined,
      v1,
    );
    const rooms: unknown = fieldsOf(answer)["rooms"];
    return Array.isArray(rooms) ? rooms[0] : undefined;
  }
}

function summaryStanding(answer: unknown, alias: string | undefined): Standing {
  const fields = fieldsOf(answer);
  const name = cleanName(fields["name"]) || cleanName(fields["canonical_alias"]) || (alias ?? "");
  const topic = textIn(fields, "topic");
  const avatar = checkedMxc(fields["avatar_url"]);
  return { status: statusOf(fields), name, topic, avatar, joinedCount: countIn(fields, "num_joined_members") ?? 0 };
}

function statusOf(fields: Readonly<Record<string, unknown>>): RoomStatus {
  const membership = textIn(fields, "membership");
  if (membership === "ban") return "banned";
  if (membership === "join" || membership === "invite") return "loading"; // the sync is about to tell more
  return OPEN_RULES.has(textIn(fields, "join_rule") ?? "invite") ? "joinable" : "forbidden";
}

function refused(error: MeloError, exists: boolean): Pick<Standing, "status" | "error"> {
  switch (error.code) {
    case "forbidden":
      return { status: "forbidden" };
    case "room-not-found":
    case "unknown": // a server that can ask no other one about the room
      return { status: exists ? "forbidden" : "not-found" };
    case "offline":
    case "homeserver-unreachable":
    case "rate-limited":
      return { status: "loading", error: error.toInfo() };
    default:
      return { status: "failed", error: error.toInfo() };
  }
}
