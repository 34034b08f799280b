import { ApiError } from "./api-error.ts";
import type { Homeservers } from "./homeservers.ts";
import type { OpenidToken } from "./requests.ts";

/** Somebody whose own homeserver has vouched for them. */
export interface Person {
  readonly userId: string;
  readonly serverName: string;
}

/**
 * Asks the homeserver that is said to have made the token whose it is. Matrix server-server API, "OpenID".
 * @throws {ApiError} 401 if it is not good; 502 if that server cannot be asked.
 */
export async function checkOpenid(token: OpenidToken, homeservers: Homeservers): Promise<Person> {
  const serverName = token.matrix_server_name;
  // The token is of no use elsewhere, and still it stays out of logs; that it is in an address here is how the protocol has it.
  const path = `/_matrix/federation/v1/openid/userinfo?access_token=${encodeURIComponent(token.access_token)}`;
  const answer = await homeservers.federationGet(serverName, path).catch((cause: unknown) => {
    if (cause instanceof ApiError) throw cause;
    throw new ApiError(502, "M_UNKNOWN", "Your homeserver could not be asked who you are.", { cause });
  });
  if (answer.status >= 500) throw new ApiError(502, "M_UNKNOWN", "Your homeserver could not say who you are.");
  const sub = answer.status === 200 ? (answer.body as { sub?: unknown } | undefined)?.sub : undefined;
  if (typeof sub !== "string") throw new ApiError(401, "M_UNAUTHORIZED", "The OpenID token is not valid, or no longer.");
  // A server speaks for its own people only.
  if (!sub.startsWith("@") || sub.slice(sub.indexOf(":") + 1) !== serverName)
    throw new ApiError(401, "M_UNAUTHORIZED", "The OpenID token belongs to a user of another homeserver.");
  return { userId: sub, serverName };
}

/** @throws {ApiError} 401 unless the token is that of the user who is claimed to ask. */
export function requireClaim(person: Person, claimedUserId: string): void {
  if (person.userId !== claimedUserId) throw new ApiError(401, "M_UNAUTHORIZED", "The OpenID token belongs to another user.");
}
