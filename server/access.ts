import { ApiError } from "./api-error.ts";
import type { Config } from "./config.ts";
import type { Homeservers } from "./homeservers.ts";
import { reasonOf, type Log } from "./log.ts";
import type { Memberships } from "./memberships.ts";
import type { LeaveKeeper } from "./leaves/keeper.ts";
import { checkOpenid, type Person } from "./openid.ts";
import type { DelayedLeave, OpenidToken } from "./requests.ts";
import type { Sfu } from "./sfu.ts";

/** Everything the endpoints work with. */
export interface Context {
  readonly config: Config;
  readonly homeservers: Homeservers;
  readonly sfu: Sfu;
  readonly memberships: Memberships;
  readonly leaves: LeaveKeeper;
  readonly log: Log;
}

/** Somebody at the SFU: the call, and who they are in it. */
export interface Seat {
  readonly roomId: string;
  readonly alias: string;
  readonly identity: string;
}

/**
 * Finds out who asks.
 * @throws {ApiError} 403 for people of servers that are not served, and those are not even asked; 401 or 502 as `checkOpenid`.
 */
export async function identify({ config, homeservers }: Context, token: OpenidToken): Promise<Person> {
  if (config.foreign === "refuse" && !homeservers.isOwn(token.matrix_server_name))
    throw new ApiError(403, "M_FORBIDDEN", "This service is for users of its own homeserver.");
  return checkOpenid(token, homeservers);
}

/**
 * Lets a person into a call: makes the call's room where that is theirs to do, takes over the leave that they hand over, and gives a token.
 * @throws {ApiError} 403 if they are not in the Matrix room; 503 if the SFU does not answer.
 */
export async function admit(context: Context, person: Person, seat: Seat, leave?: DelayedLeave): Promise<{ url: string; jwt: string }> {
  const { config, homeservers, sfu } = context;
  const own = homeservers.isOwn(person.serverName);
  await requireMember(context, person, seat.roomId);
  if (own || config.foreign === "create") {
    await sfu.createRoom(seat.alias).catch((cause: unknown) => {
      context.log("error", "sfu_failed", { reason: reasonOf(cause) });
      throw new ApiError(503, "M_UNKNOWN", "The media server does not answer. Try again in a moment.", { cause, retryAfter: 2 });
    });
  }
  if (leave) await takeLeave(context, person, seat, leave);
  const jwt = await sfu.token({ alias: seat.alias, identity: seat.identity, publish: own || config.foreign !== "subscribe" });
  context.memberships.watch(person, seat);
  return { url: sfu.url, jwt };
}

/**
 * From now on this service puts the leave off while the person is connected to the SFU, and has it sent when they are no longer.
 * @throws {ApiError} 403 for people of other homeservers: their own deployment does that.
 */
export async function takeLeave({ homeservers, leaves }: Context, person: Person, seat: Seat, leave: DelayedLeave): Promise<void> {
  if (!homeservers.isOwn(person.serverName))
    throw new ApiError(403, "M_FORBIDDEN", "Leaves are taken over for users of this service's own homeserver only.");
  await leaves.take({ ...leave, alias: seat.alias, identity: seat.identity, serverName: person.serverName });
}

/** @throws {ApiError} 403 unless the person is in the Matrix room, where that is checked. */
export async function requireMember({ memberships }: Context, person: Person, roomId: string): Promise<void> {
  if (!(await memberships.isJoined(person, roomId))) throw new ApiError(403, "M_FORBIDDEN", "You are not a member of this room.");
}
