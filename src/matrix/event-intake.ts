import type { MatrixClient } from "matrix-js-sdk/lib/matrix.js";

import { dropMisshapen, isDeeperThan } from "./event-shapes.js";

/**
 * The type that a malformed timeline event gets, with its own type in the content: it keeps its place, and nothing else of it is believed. The server can send this type
 * too, and gains nothing.
 */
export const MALFORMED = "org.melo.malformed";

/** How deep a content may go: far more than any real one, far less than what breaks recursive code. */
const DEEPEST = 64;

/** For how long an event is still sticky, in ms, and the most that can be (MSC4354). */
const STICKY_LEFT = "msc4354_sticky_duration_ttl_ms";
const LONGEST_STICKY = 60 * 60_000;

type Fields = Record<string, unknown>;

/**
 * Looks through what the homeserver answers before the SDK does. The SDK trusts that events have the right kinds of fields; a single one that has not would cost all the
 * rooms of the same answer their news (CVE-2024-51750).
 */
export function guardAnswers(client: Pick<MatrixClient, "http">): void {
  const { http } = client;
  const request = http.authedRequest.bind(http) as (...args: unknown[]) => Promise<unknown>;
  const guarded = async (...args: unknown[]): Promise<unknown> => {
    const answer = await request(...args);
    const path = String(args[1]);
    if (path === "/sync") admitSync(answer);
    else if (path.startsWith("/rooms/")) admitRoomAnswer(answer);
    return answer;
  };
  http.authedRequest = guarded as typeof http.authedRequest;
}

/** Makes a `/sync` answer safe, in place. Client-server specification, "Syncing". */
export function admitSync(answer: unknown): void {
  if (!isRecord(answer)) return;
  for (const name of ["account_data", "presence"]) admitList(answer[name], "events", admitPlain);
  admitList(answer["to_device"], "events", admitToDevice);
  const rooms = isRecord(answer["rooms"]) ? answer["rooms"] : {};
  if (answer["rooms"] !== undefined) answer["rooms"] = rooms;
  for (const [section, entries] of Object.entries(rooms)) {
    if (!isRecord(entries)) delete rooms[section];
    else for (const roomId of Object.keys(entries)) if (!admitRoom(roomId, entries[roomId])) delete entries[roomId];
  }
}

/** Makes the answer to a request for a room's events safe, in place: messages, members, context, relations. */
export function admitRoomAnswer(answer: unknown): void {
  if (!isRecord(answer)) return;
  for (const name of ["chunk", "events_before", "events_after"]) admitList(answer, name, admitTimeline);
  admitList(answer, "state", admitState);
}

function admitRoom(roomId: string, room: unknown): boolean {
  if (!roomId.startsWith("!") || !isRecord(room)) return false;
  for (const name of [
    "timeline",
    "state",
    "state_after",
    "org.matrix.msc4222.state_after",
    "account_data",
    "ephemeral",
    "invite_state",
    "knock_state",
  ]) {
    if (room[name] !== undefined && !isRecord(room[name])) delete room[name];
  }
  admitList(room["timeline"], "events", admitTimeline);
  for (const name of ["state", "state_after", "org.matrix.msc4222.state_after"]) admitList(room[name], "events", admitState);
  for (const name of ["invite_state", "knock_state"]) admitList(room[name], "events", admitStripped);
  for (const name of ["account_data", "ephemeral"]) admitList(room[name], "events", admitPlain);
  if (room["msc4354_sticky"] !== undefined && !isRecord(room["msc4354_sticky"])) delete room["msc4354_sticky"];
  admitList(room["msc4354_sticky"], "events", admitSticky);
  if (room["summary"] !== undefined && !isSummary(room["summary"])) delete room["summary"];
  for (const name of ["unread_notifications", "unread_thread_notifications", "org.matrix.msc3773.unread_thread_notifications"]) {
    if (room[name] !== undefined && !isRecord(room[name])) delete room[name];
  }
  return true;
}

/** Replaces a list by what `admit` makes of each entry; an entry that it does not admit is left out. */
function admitList(holder: unknown, name: string, admit: (entry: Fields) => Fields | undefined): void {
  if (!isRecord(holder) || holder[name] === undefined) return;
  const list: unknown = holder[name];
  holder[name] = Array.isArray(list)
    ? list.map((entry) => (isRecord(entry) ? admit(entry) : admit({}))).filter((entry) => entry !== undefined)
    : [];
}

function admitTimeline(event: Fields): Fields {
  if (!isId(event["event_id"]) || !isUserId(event["sender"]) || !isTime(event["origin_server_ts"]) || !isShown(event))
    return malformed(event);
  if (event["state_key"] !== undefined && !isState(event)) return malformed(event);
  return cleaned(event);
}

/** Events of the sticky section (MSC4354) may be in no timeline. Each has to say for how long it sticks. */
function admitSticky(event: Fields): Fields | undefined {
  const admitted = admitTimeline(event);
  return admitted["msc4354_sticky"] === undefined ? undefined : admitted;
}

function admitState(event: Fields): Fields | undefined {
  const isWhole =
    isId(event["event_id"]) && isUserId(event["sender"]) && isTime(event["origin_server_ts"]) && isShown(event) && isState(event);
  return isWhole ? cleaned(event) : undefined;
}

/** Invitations come with events that lack most of what others have. */
function admitStripped(event: Fields): Fields | undefined {
  return isShown(event) && isState(event) && isUserId(event["sender"]) ? cleaned(event) : undefined;
}

function admitPlain(event: Fields): Fields | undefined {
  if (!isShown(event) || (event["sender"] !== undefined && !isUserId(event["sender"]))) return undefined;
  return cleaned(event);
}

function admitToDevice(event: Fields): Fields | undefined {
  return isShown(event) && isUserId(event["sender"]) ? event : undefined;
}

/** What every event has: a type, and a content of a sensible depth. */
function isShown(event: Fields): boolean {
  return (
    typeof event["type"] === "string" && event["type"] !== "" && isRecord(event["content"]) && !isDeeperThan(DEEPEST, event["content"])
  );
}

function isState(event: Fields): boolean {
  if (typeof event["state_key"] !== "string") return false;
  if (event["type"] !== "m.room.member") return true;
  return isUserId(event["state_key"]) && typeof (event["content"] as Fields)["membership"] === "string";
}

/** Takes out what is of the wrong kind around a content that may be read. */
function cleaned(event: Fields): Fields {
  dropMisshapen(event["type"] as string, event["content"] as Fields);
  if (event["redacts"] !== undefined && typeof event["redacts"] !== "string") delete event["redacts"];
  if (event["unsigned"] !== undefined) event["unsigned"] = cleanedUnsigned(event["unsigned"]);
  for (const name of ["prev_content", "age", "replaces_state"]) delete event[name];
  const sticky = event["msc4354_sticky"];
  const duration = isRecord(sticky) ? sticky["duration_ms"] : undefined;
  if (typeof duration === "number" && duration > 0 && Number.isFinite(duration)) event["msc4354_sticky"] = { duration_ms: duration };
  else delete event["msc4354_sticky"];
  return event;
}

/** Of what the server adds to an event, only what melo reads; bundled relations are not among it, since edits are looked at one by one. */
function cleanedUnsigned(value: unknown): Fields {
  const given = isRecord(value) ? value : {};
  const kept: Fields = {};
  if (typeof given["age"] === "number" && Number.isFinite(given["age"])) kept["age"] = given["age"];
  if (isTime(given[STICKY_LEFT])) kept[STICKY_LEFT] = Math.min(given[STICKY_LEFT] as number, LONGEST_STICKY);
  for (const name of ["transaction_id", "membership", "io.element.msc4115.membership"])
    if (typeof given[name] === "string") kept[name] = given[name];
  const before = given["prev_content"];
  if (isRecord(before) && !isDeeperThan(DEEPEST, before)) {
    dropMisshapen("m.room.member", before);
    kept["prev_content"] = before;
  }
  const redaction = given["redacted_because"];
  if (redaction !== undefined)
    kept["redacted_because"] = isRecord(redaction) ? malformedUnless(isShown(redaction) && isUserId(redaction["sender"]), redaction) : {};
  return kept;
}

function malformedUnless(isWhole: boolean, event: Fields): Fields {
  if (!isWhole) return {};
  const { type, sender, event_id, origin_server_ts, content } = event;
  return {
    type,
    sender,
    content,
    event_id: isId(event_id) ? event_id : undefined,
    origin_server_ts: isTime(origin_server_ts) ? origin_server_ts : 0,
  };
}

function malformed({ type, event_id, sender, origin_server_ts }: Fields): Fields {
  return {
    type: MALFORMED,
    event_id: isId(event_id) ? event_id : `$melo-${crypto.randomUUID()}`,
    sender: isUserId(sender) ? sender : "",
    origin_server_ts: isTime(origin_server_ts) ? origin_server_ts : 0,
    content: { type: typeof type === "string" ? type.slice(0, 255) : "" },
  };
}

function isSummary(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const heroes = value["m.heroes"];
  const counts = [value["m.joined_member_count"], value["m.invited_member_count"]];
  const isPeople = heroes === undefined || (Array.isArray(heroes) && heroes.every(isUserId));
  return isPeople && counts.every((entry) => entry === undefined || entry === null || Number.isSafeInteger(entry));
}

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isId(value: unknown): boolean {
  return typeof value === "string" && value !== "" && value.length <= 255 && !(value in Object.prototype);
}

/** Appendices of the specification, "User Identifiers": old ones have nearly any character. */
function isUserId(value: unknown): boolean {
  return typeof value === "string" && value.length <= 255 && /^@[^:\0]*:[^\0]+$/.test(value);
}

function isTime(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= 8.64e15;
}
