type Fields = Record<string, unknown>;
type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === "string";
const count: Check = (value) => typeof value === "number" && Number.isFinite(value);
const flag: Check = (value) => typeof value === "boolean";
const record: Check = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const mapOf =
  (check: Check): Check =>
  (value) =>
    record(value) && Object.values(value as Fields).every(check);
const shapeOf =
  (shape: Shape): Check =>
  (value) =>
    record(value) &&
    Object.entries(shape).every(([name, check]) => !Object.hasOwn(value as Fields, name) || check((value as Fields)[name]));

type Shape = Readonly<Record<string, Check>>;

/** Fields that any content may have. Client-server specification, "Forming relationships between events" and "User and room mentions". */
const ANY: Shape = {
  "m.relates_to": shapeOf({
    rel_type: text,
    event_id: text,
    key: text,
    is_falling_back: flag,
    "m.in_reply_to": shapeOf({ event_id: text }),
  }),
  "m.new_content": record,
  "m.mentions": shapeOf({ user_ids: listOf(text), room: flag }),
  redacts: text,
};

/** Fields that the SDK reads without looking at their kind, by the type of the event. Client-server specification, "Room Events" and "Client Config". */
const BY_TYPE: Readonly<Record<string, Shape>> = {
  "m.room.member": { membership: text, displayname: text, avatar_url: text, is_direct: flag, reason: text, third_party_invite: record },
  "m.room.name": { name: text },
  "m.room.topic": { topic: text, "m.topic": record },
  "m.room.avatar": { url: text, info: record },
  "m.room.canonical_alias": { alias: text, alt_aliases: listOf(text) },
  "m.room.join_rules": { join_rule: text, allow: listOf(record) },
  "m.room.history_visibility": { history_visibility: text },
  "m.room.guest_access": { guest_access: text },
  "m.room.power_levels": {
    users: mapOf(count),
    users_default: count,
    events: mapOf(count),
    events_default: count,
    state_default: count,
    ban: count,
    kick: count,
    redact: count,
    invite: count,
    notifications: mapOf(count),
  },
  "m.room.create": {
    creator: text,
    room_version: text,
    type: text,
    predecessor: shapeOf({ room_id: text, event_id: text }),
    additional_creators: listOf(text),
  },
  "m.room.tombstone": { body: text, replacement_room: text },
  "m.room.encryption": { algorithm: text, rotation_period_ms: count, rotation_period_msgs: count },
  "m.room.encrypted": { algorithm: text, sender_key: text, device_id: text, session_id: text },
  "m.room.pinned_events": { pinned: listOf(text) },
  "m.room.third_party_invite": { display_name: text, key_validity_url: text, public_key: text },
  "m.room.retention": { max_lifetime: count, min_lifetime: count },
  "m.direct": {},
  "m.push_rules": { global: mapOf(listOf(record)) },
  "m.ignored_user_list": { ignored_users: record },
  "m.fully_read": { event_id: text },
  "m.typing": { user_ids: listOf(text) },
  "m.receipt": {},
};

/** Takes out of `content` each field that is of another kind than its event's type asks for. */
export function dropMisshapen(type: string, content: Fields): void {
  for (const shape of [ANY, Object.hasOwn(BY_TYPE, type) ? BY_TYPE[type] : undefined]) {
    for (const [name, check] of Object.entries(shape ?? {})) {
      if (Object.hasOwn(content, name) && !check(content[name])) delete content[name];
    }
  }
}

/** Whether `value` holds objects within objects to more than `depth` levels: recursive code would not survive thousands. */
export function isDeeperThan(depth: number, value: unknown): boolean {
  let level: unknown[] = [value];
  for (let deep = 0; level.length > 0; deep++) {
    if (deep > depth) return true;
    level = level.flatMap((entry) =>
      typeof entry === "object" && entry !== null
        ? Object.values(entry).filter((inner) => typeof inner === "object" && inner !== null)
        : [],
    );
  }
  return false;
}
