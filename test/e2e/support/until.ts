import { setTimeout as delay } from "node:timers/promises";

/**
 * Asks `probe` again and again until it answers something truthy, and resolves with that. An error counts as "not yet".
 * Rejects after `limit` ms with `what` and the last answer or error: a test never waits for a time, only for a condition.
 */
export async function until<T>(what: string, probe: () => Promise<T> | T, limit = 30_000): Promise<NonNullable<Awaited<T>>> {
  let last: unknown;
  for (const begin = Date.now(); Date.now() - begin < limit; await delay(50)) {
    try {
      const answer = await probe();
      if (answer) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
  }
  throw new Error(`Waited ${limit / 1000} s for ${what}; at last: ${last instanceof Error ? last.message : JSON.stringify(last)}`);
}
