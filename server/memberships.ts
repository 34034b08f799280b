import type { Seat } from "./access.ts";
import { ApiError } from "./api-error.ts";
import type { MembershipCheck } from "./config.ts";
import type { Homeservers } from "./homeservers.ts";
import { keyOf } from "./leaves/store.ts";
import { reasonOf, type Log } from "./log.ts";
import type { Person } from "./openid.ts";
import type { Sfu } from "./sfu.ts";

/** How often it is looked whether those with a token are still in their rooms, in ms. */
const WATCH_EVERY = 5000;
/** How long the tokens are good that the SFU gives to those who are connected, in ms. */
const SFU_RENEWAL = 10 * 60_000;
/** How long a homeserver may take, in ms. */
const PATIENCE = 10_000;

/** Who is in which Matrix room, as the homeserver says. */
export interface Memberships {
  /**
   * Whether the person has joined the room. Always true if that is not checked. An application service can ask in the names of its own homeserver's people alone:
   * about others it asks in the name of an own person who was let into the same call, and as long as there is none they count as joined.
   * @throws {ApiError} 502 if the homeserver does not say.
   */
  isJoined(person: Person, roomId: string): Promise<boolean>;
  /** Ends the person's connection to the SFU when they are no longer in the room, and any that they make later with a token they still have. */
  watch(person: Person, seat: Seat): void;
  /** Somebody has connected to the SFU: looks at once whether they may. */
  look(connection: Pick<Seat, "alias" | "identity">): Promise<void>;
  stop(): Promise<void>;
}

/** No check: whoever has an account may enter every call, where they see encrypted media and no keys. */
const UNCHECKED: Memberships = { isJoined: async () => true, watch: () => {}, look: async () => {}, stop: async () => {} };

interface Watched {
  readonly person: Person;
  readonly seat: Seat;
  /** Until when a connection may still come, with the token that was given. Times are ms since 1970. */
  readonly until: number;
}

interface Parts {
  readonly check?: MembershipCheck;
  /** How long a token is good for connecting, in s. */
  readonly ttl: number;
  readonly homeservers: Pick<Homeservers, "isOwn">;
  readonly sfu: Pick<Sfu, "isConnected" | "remove">;
  readonly log: Log;
}

export function startMemberships({ check, ttl, homeservers, sfu, log }: Parts): Memberships {
  if (!check) return UNCHECKED;
  const watched = new Map<string, Watched>();
  let looking: Promise<void> | undefined;
  const timer = setInterval(() => (looking ??= lookAll().finally(() => (looking = undefined))), WATCH_EVERY);

  const isOwn = ({ serverName }: Person): boolean => homeservers.isOwn(serverName);

  const isJoined = async (person: Person, roomId: string): Promise<boolean> => {
    if (check.kind !== "appservice" || isOwn(person)) return askHomeserver(check, person, roomId);
    for (const { person: witness, seat } of watched.values()) {
      // Whoever has left sees the room as it was then.
      if (seat.roomId !== roomId || !isOwn(witness) || !(await askHomeserver(check, witness, roomId))) continue;
      return askHomeserver(check, person, roomId, witness);
    }
    return true;
  };

  async function lookAll(): Promise<void> {
    for (const [key, entry] of watched) await lookCarefully(key, entry);
  }

  async function lookCarefully(key: string, entry: Watched): Promise<void> {
    try {
      await lookAt(key, entry);
    } catch (error) {
      log("warn", "watch_failed", { reason: reasonOf(error) }); // whoever cannot be asked about stays, and is asked about again
    }
  }

  async function lookAt(key: string, entry: Watched): Promise<void> {
    const { person, seat, until } = entry;
    if (!(await sfu.isConnected(seat.alias, seat.identity))) {
      if (Date.now() > until) watched.delete(key);
    } else if (await isJoined(person, seat.roomId)) {
      watched.set(key, { ...entry, until: endOfTokens() }); // the SFU renews the tokens of those who are connected
    } else {
      await sfu.remove(seat.alias, seat.identity);
      log("info", "removed", { reason: "no longer in the room" });
    }
  }

  /** When no token can be good any more that was made or renewed until now, in ms since 1970. */
  function endOfTokens(): number {
    return Date.now() + Math.max(ttl * 1000, SFU_RENEWAL);
  }

  return {
    isJoined,
    watch(person, seat) {
      watched.set(keyOf(seat), { person, seat, until: endOfTokens() });
    },
    async look(connection) {
      const entry = watched.get(keyOf(connection));
      if (entry) await lookCarefully(keyOf(connection), entry);
    },
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}

/** `witness`: in whose name an application service asks. */
async function askHomeserver(
  { kind, url, token }: MembershipCheck,
  person: Person,
  roomId: string,
  witness: Person = person,
): Promise<boolean> {
  const { userId } = person;
  const room = encodeURIComponent(roomId);
  const user = encodeURIComponent(userId);
  const state = `/_matrix/client/v3/rooms/${room}/state/m.room.member/${user}`;
  const path = {
    member: state,
    appservice: `${state}?user_id=${encodeURIComponent(witness.userId)}`,
    "synapse-admin": `/_synapse/admin/v1/rooms/${room}/members`,
  }[kind];
  const answer = await fetch(url + path, {
    headers: { authorization: `Bearer ${token}` },
    redirect: "error",
    signal: AbortSignal.timeout(PATIENCE),
  }).catch((cause: unknown) => {
    throw notSaid(cause);
  });
  const body = (await answer.json().catch(() => ({}))) as { membership?: unknown; members?: unknown; errcode?: unknown };
  if (answer.ok)
    return kind === "synapse-admin" ? Array.isArray(body.members) && body.members.includes(userId) : body.membership === "join";
  // 404: no such room, or nobody of that name in it. 403 in the person's own name: they are not in it; else it is this service that may not ask.
  if (answer.status === 404) return false;
  if (answer.status === 403 && kind === "appservice") return false;
  throw notSaid(new Error(`The membership check got ${answer.status} ${String(body.errcode ?? "")}`));
}

function notSaid(cause: unknown): ApiError {
  return new ApiError(502, "M_UNKNOWN", "The homeserver did not say whether you are a member of this room.", { cause });
}
