import { nextTask } from "../internal/after-this-task.js";
import { Turns } from "../internal/turns.js";
import type { UserIdentities } from "./user-identities.js";

/** How many identities are asked for before everything else may go first. */
const BATCH = 20;

export interface ChangedPeopleOptions {
  readonly identities: Pick<UserIdentities, "status" | "onChange">;
  /** The other people of the encrypted rooms, as far as they are known. */
  readonly others: () => ReadonlySet<string>;
  /** Told of every change, with all of them. */
  readonly tell: (userIds: readonly string[]) => void;
  readonly signal: AbortSignal;
}

/** Watches over whose identity changed after the visitor had verified it: messages to them wait for a decision. */
export function watchChangedPeople({ identities, others, tell, signal }: ChangedPeopleOptions): void {
  const changed = new Set<string>();
  const turns = new Turns();

  const look = async (userIds: readonly string[]): Promise<void> => {
    const before = [...changed].join();
    const there = others();
    for (let start = 0; start < userIds.length; start += BATCH) {
      if (signal.aborted) return;
      await Promise.all(userIds.slice(start, start + BATCH).map((userId) => ask(userId, there)));
      await nextTask();
    }
    if (!signal.aborted && [...changed].join() !== before) tell(Object.freeze([...changed].sort()));
  };
  const ask = async (userId: string, there: ReadonlySet<string>): Promise<void> => {
    const waits = there.has(userId) && (await identities.status(userId)) === "changed-since-verified";
    if (waits) changed.add(userId);
    else changed.delete(userId);
  };
  // What could not be asked is asked at the next change; the room itself says why it does not send.
  const lookAt = (userIds: readonly string[] | undefined): void =>
    void turns.take(() => look(userIds ?? [...new Set([...others(), ...changed])])).catch(() => {});

  identities.onChange(lookAt, signal);
  lookAt(undefined);
}
