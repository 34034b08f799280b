import { createClient } from "@redis/client";

import { reasonOf, type Log } from "../log.ts";
import { keyOf, type LeaveStore, type PendingLeave } from "./store.ts";

/** A hash with each leave as JSON, and a sorted set with the times at which they are due. */
const LEAVES = "melo:leaves";
const DUE = "melo:leaves:due";
/** At most so many are given out at a time, so that several processes share the work. */
const CLAIM = 100;

// Each of these is one step for Redis, whatever other processes do at the same time.
const SCRIPTS = {
  put: `redis.call("HSET", KEYS[1], ARGV[1], ARGV[2]); redis.call("ZADD", KEYS[2], ARGV[3], ARGV[1])`,
  claim: `
    local names = redis.call("ZRANGEBYSCORE", KEYS[2], "-inf", ARGV[1], "LIMIT", 0, ARGV[3])
    local found = {}
    for _, name in ipairs(names) do
      redis.call("ZADD", KEYS[2], ARGV[1] + ARGV[2], name)
      found[#found + 1] = redis.call("HGET", KEYS[1], name)
    end
    return found`,
  save: `
    local kept = redis.call("HGET", KEYS[1], ARGV[1])
    if not kept then return 0 end
    local leave = cjson.decode(kept)
    if leave.delayId ~= ARGV[4] or leave.version ~= tonumber(ARGV[5]) then return 0 end
    redis.call("HSET", KEYS[1], ARGV[1], ARGV[2])
    redis.call("ZADD", KEYS[2], ARGV[3], ARGV[1])
    return 1`,
  remove: `
    local kept = redis.call("HGET", KEYS[1], ARGV[1])
    if not kept or cjson.decode(kept).delayId ~= ARGV[2] then return end
    redis.call("HDEL", KEYS[1], ARGV[1])
    redis.call("ZREM", KEYS[2], ARGV[1])`,
} as const;

/** Pending leaves in Redis, for several processes of this service. Resolves when Redis is reached: until then it is tried again and again, and the log says so. */
export async function openRedisStore(url: string, log: Log): Promise<LeaveStore> {
  const client = createClient({
    url,
    disableOfflineQueue: true, // without Redis nothing is promised
    socket: { reconnectStrategy: (tries) => Math.min(100 * 2 ** tries, 5000), connectTimeout: 5000 },
  });
  client.on("error", (error: unknown) => log("error", "redis_failed", { reason: reasonOf(error) }));
  await client.connect();
  const run = (script: keyof typeof SCRIPTS, ...args: (string | number)[]): Promise<unknown> =>
    client.eval(SCRIPTS[script], { keys: [LEAVES, DUE], arguments: args.map(String) });

  return {
    async put(leave, due) {
      await run("put", keyOf(leave), JSON.stringify(leave), due);
    },
    async claim(now, lease) {
      return ((await run("claim", now, lease, CLAIM)) as (string | null)[])
        .filter((text) => text !== null)
        .map((text) => JSON.parse(text) as PendingLeave);
    },
    async get(key) {
      const text = await client.hGet(LEAVES, keyOf(key));
      return text === null ? undefined : (JSON.parse(text) as PendingLeave);
    },
    async save(leave, due) {
      const next: PendingLeave = { ...leave, version: leave.version + 1 };
      return (await run("save", keyOf(leave), JSON.stringify(next), due, leave.delayId, leave.version)) === 1;
    },
    async remove(leave) {
      await run("remove", keyOf(leave), leave.delayId);
    },
    async check() {
      await client.ping();
    },
    async close() {
      await client.close();
    },
  };
}
