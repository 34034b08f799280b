import { SOUND_ACCOUNT_DATA, SOUND_CONTENT, type Fields, type Kind } from "./sound-content.js";

type Json = Record<string, unknown>;

/** Wraps a `fetch` so that the answers in which a server tells of events are sound when they are read as JSON. */
export function soundFetch(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    const sound = /\/sync$/.test(pathname) ? soundSync : /\/(messages|context\/[^/]+|members|relations\/.+|state)$/.test(pathname) ? soundEvents : undefined;
    if (!sound || !response.ok) return response;
    const json = async () => sound(await Response.prototype.json.call(response));
    return Object.defineProperty(response, "json", { value: json });
  };
}

/**
 * Takes what is malformed out of a `/sync` answer, in place, so that one bad event costs nothing but itself: the SDK trusts the shape of what the server says, and gives a whole
 * answer up, or a room for good, where it is wrong. Client-server specification, "Syncing".
 */
export function soundSync(answer: unknown): unknown {
  if (!isObject(answer)) return answer;
  soundList(answer, "account_data", soundAccountData);
  soundList(answer, "presence", soundPlain);
  soundList(answer, "to_device", soundPlain);
  if ("rooms" in answer && !isObject(answer["rooms"])) delete answer["rooms"];
  const { rooms } = answer as { rooms?: Json };
  for (const membership of Object.keys(rooms ?? {})) {
    const group = rooms![membership];
    if (!isObject(group)) delete rooms![membership];
    else for (const roomId of Object.keys(group)) if (!soundRoom(group[roomId])) delete group[roomId];
  }
  return answer;
}

/** The same for answers that hold lists of a room's events: `/messages`, `/context`, `/members`, `/relations`, `/state`. */
export function soundEvents(answer: unknown): unknown {
  if (Array.isArray(answer)) return keepSound(answer, soundEvent);
  if (!isObject(answer)) return answer;
  for (const name of ["chunk", "state", "events_before", "events_after"]) {
    if (name in answer) answer[name] = Array.isArray(answer[name]) ? keepSound(answer[name], soundEvent) : [];
  }
  return answer;
}

/** Whether a room's part can be used; its events that cannot are left out. */
function soundRoom(room: unknown): boolean {
  if (!isObject(room)) return false;
  soundList(room, "timeline", soundEvent);
  soundList(room, "state", soundEvent);
  soundList(room, "state_after", soundEvent);
  soundList(room, "org.matrix.msc4222.state_after", soundEvent);
  soundList(room, "account_data", soundAccountData);
  soundList(room, "ephemeral", soundPlain);
  for (const stripped of ["invite_state", "knock_state"]) soundList(room, stripped, soundStripped);
  keepFields(room, { summary: "object", unread_notifications: "object", unread_thread_notifications: "object" });
  if (isObject(room["summary"])) keepFields(room["summary"], { "m.heroes": "strings", "m.joined_member_count": "number", "m.invited_member_count": "number" });
  return true;
}

/** Leaves the sound ones of `owner[name].events`; a list that is no list goes altogether. */
function soundList(owner: Json, name: string, sound: (event: unknown) => boolean): void {
  if (!(name in owner)) return;
  const list = owner[name];
  if (isObject(list) && Array.isArray(list["events"])) list["events"] = keepSound(list["events"], sound);
  else delete owner[name];
}

function keepSound(events: readonly unknown[], sound: (event: unknown) => boolean): unknown[] {
  return events.filter((event) => sound(event));
}

/** An event of a room. One that says not even what, by whom or where it is goes; of every other one only the parts that are wrong. */
function soundEvent(event: unknown): boolean {
  if (!isObject(event) || !is("id", event["event_id"]) || !soundStripped(event, true)) return false;
  if (!is("time", event["origin_server_ts"])) event["origin_server_ts"] = 0;
  keepFields(event, { unsigned: "object", redacts: "string" });
  const { unsigned } = event;
  if (!isObject(unsigned)) return true;
  keepFields(unsigned, { age: "number", transaction_id: "string", prev_content: "object", "m.relations": "object", redacted_because: "object" });
  // What is told along with an event is told as an event, too.
  if (unsigned["redacted_because"] && !soundEvent(unsigned["redacted_because"])) delete unsigned["redacted_because"];
  const previous = unsigned["prev_content"];
  if (isObject(previous) && !soundContent(String(event["type"]), previous)) delete unsigned["prev_content"];
  const relations = unsigned["m.relations"];
  if (isObject(relations)) {
    keepFields(relations, { "m.replace": "object", "m.thread": "object", "m.reference": "object" });
    const { "m.replace": edit, "m.thread": thread } = relations;
    if (edit && !soundEvent(edit)) delete relations["m.replace"];
    if (isObject(thread) && !soundEvent(thread["latest_event"])) delete relations["m.thread"];
  }
  return true;
}

/** An event as invitations show it: type, sender, content, and a state key. */
function soundStripped(event: unknown, mayLackStateKey = false): boolean {
  if (!isObject(event) || !is("id", event["type"]) || !is("id", event["sender"])) return false;
  const isState = "state_key" in event;
  if (isState ? typeof event["state_key"] !== "string" : !mayLackStateKey) return false;
  if (!isObject(event["content"])) event["content"] = {};
  return soundContent(event["type"] as string, event["content"] as Json) || !isState;
}

/** Leaves the fields that have the right kind. Answers whether everything that must be there is there. */
function soundContent(type: string, content: Json): boolean {
  const relation = content["m.relates_to"];
  if (relation !== undefined && !isObject(relation)) delete content["m.relates_to"];
  else if (relation) {
    keepFields(relation, { rel_type: "string", event_id: "string", key: "string", "m.in_reply_to": "object" });
    const reply = relation["m.in_reply_to"];
    if (isObject(reply) && !is("id", reply["event_id"])) delete relation["m.in_reply_to"];
  }
  keepFields(content, { "m.new_content": "object", "m.mentions": "object" });
  return keepFields(content, SOUND_CONTENT[type] ?? {});
}

function soundAccountData(event: unknown): boolean {
  if (!isObject(event) || !is("id", event["type"]) || !isObject(event["content"])) return false;
  const { type, content } = event as { type: string; content: Json };
  if (type === "m.direct") for (const user of Object.keys(content)) if (!is("strings", content[user])) delete content[user];
  return keepFields(content, SOUND_ACCOUNT_DATA[type] ?? {});
}

/** Typing, receipts, presence, messages to devices. */
function soundPlain(event: unknown): boolean {
  if (!isObject(event) || !is("id", event["type"]) || !isObject(event["content"])) return false;
  const { type, content } = event;
  if ("sender" in event && !is("id", event["sender"])) return false;
  if (type === "m.typing") return is("strings", content["user_ids"]);
  if (type === "m.receipt") return Object.values(content).every((kinds) => is("objects", kinds) && Object.values(kinds as Json).every((users) => is("objects", users)));
  return true;
}

/** Deletes the fields that have the wrong kind; one that ends with `!` is needed. Answers whether every needed one is right. */
function keepFields(content: Json, fields: Fields): boolean {
  let isWhole = true;
  for (const [name, wanted] of Object.entries(fields)) {
    const isNeeded = wanted.endsWith("!");
    const kind = (isNeeded ? wanted.slice(0, -1) : wanted) as Kind;
    if (name in content && !is(kind, content[name])) delete content[name];
    if (isNeeded && !(name in content)) isWhole = false;
  }
  return isWhole;
}

/** Ids longer than this are not valid in any room version, in UTF-16 units. */
const LONGEST_ID = 255;

function is(kind: Kind, value: unknown): boolean {
  switch (kind) {
    case "id":
      return typeof value === "string" && value !== "" && value.length <= LONGEST_ID;
    case "string":
      return typeof value === "string";
    case "number":
      return Number.isFinite(value);
    case "time":
      return Number.isSafeInteger(value) && Math.abs(value as number) <= 8.64e15;
    case "strings":
      return Array.isArray(value) && value.every((entry) => typeof entry === "string");
    case "list of objects":
      return Array.isArray(value) && value.every(isObject);
    case "object":
      return isObject(value);
    case "numbers":
      return isObject(value) && Object.values(value).every((entry) => Number.isFinite(entry));
    case "objects":
      return isObject(value) && Object.values(value).every(isObject);
    case "lists of strings":
      return isObject(value) && Object.values(value).every((entry) => is("strings", entry));
    case "lists of objects":
      return isObject(value) && Object.values(value).every((entry) => is("list of objects", entry));
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
