/** What a field has to be for the SDK to bear it. */
export type Kind =
  | "string"
  /** A string that is neither empty nor longer than an id may be. */
  | "id"
  | "number"
  /** Milliseconds since 1970 that a `Date` can hold. */
  | "time"
  | "strings"
  | "list of objects"
  | "object"
  /** An object whose values are numbers, and so on. */
  | "numbers"
  | "objects"
  | "lists of strings"
  | "lists of objects";

/** The fields of a content that have to have a certain kind; with `!` they have to be there, too. */
export type Fields = Readonly<Record<string, Kind | `${Kind}!`>>;

/** Fields that the SDK reads without looking, by type of event. Client-server specification, "Room events". */
export const SOUND_CONTENT: Readonly<Record<string, Fields>> = {
  "m.room.create": { creator: "string", room_version: "string", type: "string", predecessor: "object", additional_creators: "strings" },
  "m.room.member": { membership: "string!", displayname: "string", avatar_url: "string", reason: "string", third_party_invite: "object" },
  "m.room.power_levels": {
    users: "numbers",
    events: "numbers",
    notifications: "numbers",
    users_default: "number",
    events_default: "number",
    state_default: "number",
    ban: "number",
    kick: "number",
    invite: "number",
    redact: "number",
  },
  "m.room.name": { name: "string" },
  "m.room.topic": { topic: "string", "m.topic": "object" },
  "m.room.avatar": { url: "string", info: "object" },
  "m.room.canonical_alias": { alias: "string", alt_aliases: "strings" },
  "m.room.join_rules": { join_rule: "string", allow: "list of objects" },
  "m.room.history_visibility": { history_visibility: "string" },
  "m.room.guest_access": { guest_access: "string" },
  "m.room.tombstone": { body: "string", replacement_room: "string" },
  "m.room.pinned_events": { pinned: "strings" },
  "m.room.server_acl": { allow: "strings", deny: "strings" },
  "m.room.third_party_invite": { display_name: "string", key_validity_url: "string", public_key: "string", public_keys: "list of objects" },
  "m.room.encryption": { algorithm: "string", rotation_period_ms: "number", rotation_period_msgs: "number" },
  "m.room.encrypted": { algorithm: "string", sender_key: "string", session_id: "string", device_id: "string" },
  "m.room.message": { msgtype: "string", body: "string", format: "string", formatted_body: "string", url: "string", file: "object", info: "object" },
  "m.room.redaction": { redacts: "string", reason: "string" },
  "m.sticker": { body: "string", url: "string", file: "object", info: "object" },
  "m.space.child": { via: "strings", order: "string" },
  "m.space.parent": { via: "strings" },
};

/** The same for account data, of the account and of a room. */
export const SOUND_ACCOUNT_DATA: Readonly<Record<string, Fields>> = {
  "m.push_rules": { global: "lists of objects!" },
  "m.ignored_user_list": { ignored_users: "objects!" },
  "m.tag": { tags: "objects!" },
  "m.fully_read": { event_id: "id!" },
};
