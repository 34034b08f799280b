import type { BrowserContext, Page, Route } from "playwright-core";

/** An event as the server sends it; anything may be missing or wrong in a hostile one. */
export interface RawEvent {
  type: string;
  content: Record<string, unknown>;
  sender?: string;
  event_id?: string;
  state_key?: string;
  origin_server_ts?: number;
  [field: string]: unknown;
}

interface RawRoom {
  timeline?: { events: RawEvent[]; limited?: boolean; prev_batch?: string };
  state?: { events: RawEvent[] };
  "org.matrix.msc4222.state_after"?: { events: RawEvent[] };
  state_after?: { events: RawEvent[] };
  account_data?: { events: RawEvent[] };
  ephemeral?: { events: RawEvent[] };
}

/** The parts of a /sync answer that the tests lay hands on. Client-server specification, "Syncing". */
export interface SyncAnswer {
  next_batch: string;
  rooms?: { join?: Record<string, RawRoom>; invite?: Record<string, unknown>; leave?: Record<string, RawRoom> };
  account_data?: { events: RawEvent[] };
  to_device?: { events: RawEvent[] };
  presence?: { events: RawEvent[] };
}

type Target = BrowserContext | Page;

/** Lets a test stand between the page and the server for one kind of request. */
async function alter(
  target: Target,
  path: RegExp,
  change: (body: unknown, request: URL) => void,
  ask?: (request: URL) => void,
): Promise<() => Promise<void>> {
  const handle = async (route: Route): Promise<void> => {
    try {
      const url = new URL(route.request().url());
      ask?.(url);
      // A long poll takes as long as it takes.
      const response = await route.fetch({ url: url.href, timeout: 0 });
      const body: unknown = response.ok() ? await response.json().catch(() => undefined) : undefined;
      if (body === undefined) return await route.fulfill({ response });
      change(body, url);
      await route.fulfill({ response, json: body });
    } catch {
      // The server is gone, or the page no longer waits for the answer.
      await route.abort("connectionfailed").catch(() => {});
    }
  };
  await target.route(path, handle);
  return () => target.unroute(path, handle);
}

/** Changes every /sync answer in place; `ask` may change the address first. Returns what undoes it. */
export function alterSync(
  target: Target,
  change: (answer: SyncAnswer, request: URL) => void,
  ask?: (request: URL) => void,
): Promise<() => Promise<void>> {
  return alter(target, /\/_matrix\/client\/(v3|r0)\/sync\b/, (body, url) => change(body as SyncAnswer, url), ask);
}

/** Changes every event, wherever a room's events are asked for other than by /sync: state, members, messages, context, single events. */
export async function alterRoomAnswers(target: Target, change: (event: RawEvent) => RawEvent | undefined): Promise<() => Promise<void>> {
  const undoLists = await alter(
    target,
    /\/_matrix\/client\/(v3|v1|r0)\/rooms\/[^/]+\/(state$|state\?|members|messages|context|event|relations)/,
    (body) => {
      changeLists(body, change);
    },
  );
  // One state event asked for by name comes as its content alone.
  const single = /\/_matrix\/client\/(v3|r0)\/rooms\/[^/]+\/state\/m\.room\.encryption/;
  const handle = async (route: Route): Promise<void> => {
    const changed = change({ type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } });
    const headers = { "access-control-allow-origin": "*", "access-control-allow-headers": "*" };
    if (route.request().method() !== "GET") await route.fallback();
    else if (changed) await route.fulfill({ headers, json: changed.content });
    else await route.fulfill({ status: 404, headers, json: { errcode: "M_NOT_FOUND", error: "Event not found." } });
  };
  await target.route(single, handle);
  return async () => {
    await undoLists();
    await target.unroute(single, handle);
  };
}

/** Applies `change` to every list of events in a room's part of a /sync answer; an event answered with `undefined` is left out. */
export function changeRoomEvents(room: RawRoom, change: (event: RawEvent) => RawEvent | undefined): void {
  changeLists(room, change);
}

function changeLists(value: unknown, change: (event: RawEvent) => RawEvent | undefined): void {
  if (Array.isArray(value)) {
    const kept = value.flatMap((entry) => (isEvent(entry) ? (change(entry) ?? []) : [entry]));
    value.splice(0, value.length, ...kept);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      // What a timeline's event replaced is told along with it.
      if (name !== "content") changeLists(inner, change);
    }
  }
}

function isEvent(value: unknown): value is RawEvent {
  return typeof value === "object" && value !== null && "type" in value && "content" in value;
}

/** Rooms of an answer that the account is in. */
export function joinedRoom(answer: SyncAnswer, roomId: string): RawRoom | undefined {
  return answer.rooms?.join?.[roomId];
}

/** The same, made when the answer says nothing of the room. */
export function ensureRoom(answer: SyncAnswer, roomId: string): RawRoom & Required<Pick<RawRoom, "timeline" | "state" | "account_data">> {
  answer.rooms ??= {};
  answer.rooms.join ??= {};
  const room = (answer.rooms.join[roomId] ??= {});
  room.timeline ??= { events: [], limited: false };
  room.state ??= { events: [] };
  room.account_data ??= { events: [] };
  return room as ReturnType<typeof ensureRoom>;
}
