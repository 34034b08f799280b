import type { Homeservers } from "../homeservers.ts";
import { reasonOf, type Log } from "../log.ts";
import type { Sfu } from "../sfu.ts";
import type { LeaveKey, LeaveStore, PendingLeave } from "./store.ts";

/** How often due leaves are looked for, in ms. */
const TICK = 500;
/** How often the SFU is asked about somebody of whom nothing is heard, in ms: webhooks can be lost. */
const LOOK_EVERY = 15_000;
/** How soon after a failure it is tried again, in ms. */
const RETRY = 2000;
/** For how long the process that looks at a leave has it for itself, in ms. */
const LEASE = 30_000;
/** How long somebody may take from handing over their leave to being connected, in ms. */
const JOIN_GRACE = 60_000;
/** How long somebody may be missing after the SFU said that they went, in ms: a client that makes its connection anew goes and comes. */
const DEPARTED_GRACE = 2000;
/** The same if the SFU merely does not know them, which it does not after a restart. */
const MISSING_GRACE = 15_000;

/** Looks after the delayed leaves that clients have handed over. */
export interface LeaveKeeper {
  /** Takes a leave over; it replaces an earlier one of the same person in the same call. Resolves when it is kept. */
  take(leave: Pick<PendingLeave, "alias" | "identity" | "serverName" | "delayId" | "timeout">): Promise<void>;
  /** Something happened to this person at the SFU; `departed` if they went. */
  look(key: LeaveKey, departed: boolean): Promise<void>;
  /** Rejects when leaves cannot be kept at present. */
  check(): Promise<void>;
  /** Ends looking; what is pending stays in the store. */
  stop(): Promise<void>;
}

interface Parts {
  readonly store: LeaveStore;
  readonly homeservers: Pick<Homeservers, "clientPost">;
  readonly sfu: Pick<Sfu, "isConnected">;
  readonly log: Log;
}

export function startKeeper({ store, homeservers, sfu, log }: Parts): LeaveKeeper {
  const busy = new Set<Promise<void>>();
  const timer = setInterval(() => track(tick()), TICK);

  return {
    async take(leave) {
      const now = Date.now();
      // Nobody knows when the client has put it off the last time, so that this is done at once.
      await store.put({ ...leave, takenAt: now, restartedAt: 0, seen: false, departed: false, version: 0 }, now);
      log("info", "leave_taken");
    },
    async look(key, departed) {
      for (;;) {
        const leave = await store.get(key);
        if (!leave) return;
        const now = Date.now();
        const change = { departed, seen: true, missingSince: departed ? now : undefined };
        if (await store.save({ ...leave, ...change }, departed ? now + DEPARTED_GRACE : now)) return;
      }
    },
    check: () => store.check(),
    async stop() {
      clearInterval(timer);
      await Promise.all(busy);
      await store.close();
    },
  };

  function track(work: Promise<void>): void {
    const whole = work
      .catch((error: unknown) => log("error", "leaves_failed", { reason: reasonOf(error) }))
      .finally(() => busy.delete(whole));
    busy.add(whole);
  }

  async function tick(): Promise<void> {
    for (const leave of await store.claim(Date.now(), LEASE)) track(step(leave));
  }

  /** Does what is to be done for one leave now, and says when to look again. */
  async function step(leave: PendingLeave): Promise<void> {
    const now = Date.now();
    const connected = await sfu.isConnected(leave.alias, leave.identity).catch((error: unknown) => {
      log("warn", "sfu_failed", { reason: reasonOf(error) });
      return undefined;
    });
    if (connected === false) return stepMissing(leave, now);
    // As long as the SFU does not answer, nobody is taken to be gone; the time to come back counts from when it answers again.
    const present: PendingLeave = { ...leave, seen: leave.seen || connected === true, missingSince: undefined, departed: false };
    await putOff(present, now, connected ? LOOK_EVERY : RETRY);
  }

  async function stepMissing(leave: PendingLeave, now: number): Promise<void> {
    const missing: PendingLeave = { ...leave, missingSince: leave.missingSince ?? now };
    const since = missing.seen ? (missing.missingSince ?? now) : missing.takenAt;
    const grace = missing.seen ? (missing.departed ? DEPARTED_GRACE : MISSING_GRACE) : JOIN_GRACE;
    if (now - since >= grace) return send(missing, now);
    await putOff(missing, now, Math.min(since + grace - now, RETRY));
  }

  /** Puts the leave off if it is time to. `lookAfter`: when to look again at the latest, in ms. */
  async function putOff(leave: PendingLeave, now: number, lookAfter: number): Promise<void> {
    const every = restartEvery(leave.timeout);
    if (now - leave.restartedAt < every) {
      await store.save(leave, Math.min(leave.restartedAt + every, now + lookAfter));
      return;
    }
    const outcome = await act(leave, "restart");
    if (outcome === "gone") return end(leave, "leave_over");
    if (outcome === "failed") {
      if (isOver(leave, now)) return end(leave, "leave_lost");
      await store.save(leave, now + Math.min(RETRY, every));
      return;
    }
    await store.save({ ...leave, restartedAt: now }, now + Math.min(every, lookAfter));
  }

  async function send(leave: PendingLeave, now: number): Promise<void> {
    const outcome = await act(leave, "send");
    if (outcome === "done") return end(leave, "leave_sent");
    if (outcome === "gone") return end(leave, "leave_over");
    if (isOver(leave, now)) return end(leave, "leave_lost");
    await store.save(leave, now + RETRY);
  }

  async function end(leave: PendingLeave, event: string): Promise<void> {
    await store.remove(leave);
    log("info", event);
  }

  /** `gone`: the homeserver has no such delayed event any more, since it was sent or cancelled. MSC4140. */
  async function act({ serverName, delayId }: PendingLeave, action: "restart" | "send"): Promise<"done" | "gone" | "failed"> {
    const path = `/_matrix/client/unstable/org.matrix.msc4140/delayed_events/${encodeURIComponent(delayId)}/${action}`;
    try {
      const { status } = await homeservers.clientPost(serverName, path);
      if (status >= 200 && status < 300) return "done";
      if (status === 404) return "gone";
      log("warn", "leave_failed", { action, status });
    } catch (error) {
      log("warn", "leave_failed", { action, reason: reasonOf(error) });
    }
    return "failed";
  }
}

/** Well before the homeserver would send the event, and often enough that one failure does no harm. */
function restartEvery(timeout: number): number {
  return Math.min(Math.max(timeout * 0.4, TICK), 10 * 60_000);
}

/** Whether the homeserver must have sent the event by itself long ago, so that there is nothing left to do. */
function isOver({ takenAt, restartedAt, timeout }: PendingLeave, now: number): boolean {
  return now - Math.max(takenAt, restartedAt) > timeout * 2;
}
