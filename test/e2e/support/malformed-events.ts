import fc from "fast-check";

import type { RawEvent } from "./hostile-server.ts";

/** Malformed events by the place in a /sync answer where a hostile or broken server puts them. */
export interface MalformedEvents {
  readonly timeline: readonly RawEvent[];
  readonly state: readonly RawEvent[];
  readonly accountData: readonly RawEvent[];
}

/** The types that a client looks into; a broken one of these hurts more than one of an unknown type. */
const TIMELINE_TYPES = [
  "m.room.message",
  "m.room.encrypted",
  "m.room.redaction",
  "m.reaction",
  "m.sticker",
  "m.room.member",
  "m.room.name",
  "m.room.topic",
  "m.room.create",
  "m.room.power_levels",
  "m.room.tombstone",
  "m.room.encryption",
  "m.key.verification.request",
  "m.call.invite",
  "m.poll.start",
  "org.example.unknown",
];
const STATE_TYPES = [
  "m.room.member",
  "m.room.name",
  "m.room.topic",
  "m.room.avatar",
  "m.room.canonical_alias",
  "m.room.join_rules",
  "m.room.history_visibility",
  "m.room.guest_access",
  "m.room.power_levels",
  "m.room.tombstone",
  "m.room.pinned_events",
  "m.room.server_acl",
  "m.room.third_party_invite",
  "m.room.create",
  "m.room.encryption",
  "m.space.child",
  "im.vector.modular.widgets",
  "org.matrix.msc3401.call.member",
  "org.example.unknown",
];
const ACCOUNT_DATA_TYPES = [
  "m.direct",
  "m.push_rules",
  "m.ignored_user_list",
  "m.tag",
  "m.fully_read",
  "m.secret_storage.default_key",
  "m.cross_signing.master",
  "m.megolm_backup.v1",
  "m.org.matrix.custom.backup_disabled",
  "org.example.unknown",
];

/** Names that a client reads out of a content. */
const FIELDS = [
  "body",
  "msgtype",
  "format",
  "formatted_body",
  "url",
  "file",
  "info",
  "membership",
  "displayname",
  "avatar_url",
  "reason",
  "name",
  "topic",
  "algorithm",
  "ciphertext",
  "session_id",
  "sender_key",
  "device_id",
  "m.relates_to",
  "m.new_content",
  "m.mentions",
  "users",
  "users_default",
  "events",
  "events_default",
  "state_default",
  "ban",
  "replacement_room",
  "predecessor",
  "room_version",
  "creator",
  "alias",
  "join_rule",
  "allow",
  "history_visibility",
  "pinned",
  "global",
  "ignored_users",
  "tags",
  "event_id",
  "key",
  "redacts",
];

/** A plausible value of each field, so that the next one that a client looks at gets its turn. */
const PLAUSIBLE: Record<string, unknown> = {
  msgtype: "m.text",
  body: "a malformed event",
  format: "org.matrix.custom.html",
  membership: "join",
  algorithm: "m.megolm.v1.aes-sha2",
};

const hostileText = fc.oneof(
  fc.constantFrom(
    "",
    "\u0000",
    "\u202e\u2066evil",
    "__proto__",
    "constructor",
    "mxc://../../x",
    "mxc://a/b?c#d",
    "javascript:alert(1)",
    "@:",
    "!",
    "\ud800",
    "<img src=x onerror=alert(1)>",
    "a".repeat(20_000),
    "\u0301".repeat(2_000),
  ),
  fc.string({ unit: "binary", maxLength: 40 }),
);

/** Whatever JSON can say, of the wrong kind more often than not. */
const anyJson = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(null, true, false, 0, -1, 1e308, Number.MAX_SAFE_INTEGER, [], {}, [[]], [null], { "": null }) },
  { weight: 4, arbitrary: hostileText },
  { weight: 4, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.constant(nested(200)) },
);

const relation = fc.oneof(
  anyJson,
  fc.record(
    {
      rel_type: fc.oneof(fc.constantFrom("m.replace", "m.annotation", "m.thread", "m.reference"), anyJson),
      event_id: fc.oneof(fc.constantFrom("$self", "$nowhere"), anyJson),
      key: anyJson,
      "m.in_reply_to": fc.oneof(anyJson, fc.record({ event_id: anyJson })),
    },
    { requiredKeys: [] },
  ),
);

const brokenContent = fc.oneof(
  { weight: 1, arbitrary: anyJson },
  {
    weight: 6,
    arbitrary: fc.uniqueArray(fc.constantFrom(...FIELDS), { minLength: 1, maxLength: 8 }).chain((names) =>
      fc.record(
        Object.fromEntries(
          names.map((name) => {
            const broken = name === "m.relates_to" ? relation : anyJson;
            return [name, name in PLAUSIBLE ? fc.oneof(fc.constant(PLAUSIBLE[name]), broken) : broken];
          }),
        ),
      ),
    ),
  },
);

/** One thing more that is wrong with the event itself. */
const brokenEnvelope = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.record({ sender: anyJson }) },
  { weight: 1, arbitrary: fc.record({ origin_server_ts: anyJson }) },
  { weight: 1, arbitrary: fc.record({ unsigned: anyJson }) },
  { weight: 1, arbitrary: fc.record({ event_id: anyJson }) },
  { weight: 1, arbitrary: fc.record({ type: anyJson }) },
  { weight: 1, arbitrary: fc.record({ redacts: anyJson }) },
  {
    weight: 1,
    arbitrary: fc.record({
      unsigned: fc.record({ "m.relations": anyJson, redacted_because: anyJson, prev_content: anyJson, age: anyJson }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom("sender", "type", "content", "event_id", "origin_server_ts").map((name) => ({ [name]: undefined })),
  },
);

function events(types: readonly string[], state: "never" | "often" | "always"): fc.Arbitrary<RawEvent> {
  const stateKey = fc.oneof(fc.constantFrom("", "@somebody:example.org"), anyJson);
  return fc
    .record({
      type: fc.constantFrom(...types),
      content: brokenContent,
      envelope: brokenEnvelope,
      stateKey,
      isState: fc.boolean(),
      id: fc.uuid(),
    })
    .map(({ type, content, envelope, stateKey: key, isState, id }) => {
      const event: Record<string, unknown> = {
        type,
        content,
        sender: "@somebody:example.org",
        event_id: `$${id}`,
        origin_server_ts: 1_700_000_000_000,
      };
      if (state === "always" || (state === "often" && isState)) event["state_key"] = key;
      return { ...event, ...envelope } as unknown as RawEvent;
    });
}

/** The same malformed events for the same seed: 70 % in timelines, 20 % in state, 10 % in account data. */
export function malformedEvents(count: number, seed: number): MalformedEvents {
  const sample = (arbitrary: fc.Arbitrary<RawEvent>, share: number) => fc.sample(arbitrary, { seed, numRuns: Math.round(count * share) });
  return {
    timeline: sample(events(TIMELINE_TYPES, "often"), 0.7),
    state: sample(events(STATE_TYPES, "always"), 0.2),
    accountData: sample(events(ACCOUNT_DATA_TYPES, "never"), 0.1).map(({ type, content }) => ({ type, content })),
  };
}

/** What a hostile member of an encrypted room can send, where no server looks: a type, and a content that need not fit it. */
export function malformedContents(count: number, seed: number): readonly { readonly type: string; readonly content: object }[] {
  // Reactions are sent in clear text, by the specification's choice.
  const types = TIMELINE_TYPES.filter((type) => type !== "m.room.encrypted" && type !== "m.reaction");
  // A relation stands outside the encryption, where the server looks at it.
  const contents = brokenContent.filter(
    (content): content is object =>
      typeof content === "object" && content !== null && !Array.isArray(content) && !("m.relates_to" in content),
  );
  // A text that is no Unicode cannot be sent by a client that is not broken itself.
  const sendable = contents.filter((content) => JSON.stringify(content).length < 30_000 && !JSON.stringify(content).includes("\\ud"));
  return fc.sample(fc.record({ type: fc.oneof(fc.constant("m.room.message"), fc.constantFrom(...types)), content: sendable }), {
    seed,
    numRuns: count,
  });
}

function nested(depth: number): object {
  let value: object = {};
  for (let level = 0; level < depth; level += 1) value = { body: value };
  return value;
}
