import * as v from "valibot";

import { ApiError } from "./api-error.ts";
import { ROOM_CALL, TEST_CALL } from "./identity.ts";
import { SERVER_NAME } from "./server-name.ts";

const text = (most: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(most));

/** Matrix identifiers have 255 bytes at most, and none of them a control character. */
const identifier = (pattern: RegExp) =>
  v.pipe(
    v.string(),
    v.check((value) => Buffer.byteLength(value) <= 255, "is longer than 255 bytes"),
    v.regex(pattern, "is not of the right form"),
  );

const roomId = identifier(/^![^\p{Cc}\s]+$/u);
const userId = identifier(/^@[^:\p{Cc}\s]*:[^\p{Cc}\s]+$/u);
const opaque = identifier(/^[^\p{Cc}]+$/u);

/** What `/openid/request_token` answers. Clients hand it on as it is. */
const openidToken = v.strictObject({
  access_token: v.pipe(text(2048), v.regex(/^[\x21-\x7e]+$/, "is not of the right form")),
  token_type: v.optional(v.literal("Bearer")),
  matrix_server_name: v.pipe(v.string(), v.regex(SERVER_NAME, "is not a server name")),
  expires_in: v.optional(v.number()),
});
export type OpenidToken = v.InferOutput<typeof openidToken>;

const member = v.strictObject({ id: opaque, claimed_user_id: userId, claimed_device_id: opaque });

/** A delayed leave that is handed over: all three of these or none. Timeouts are in ms. */
const delayFields = {
  delay_id: opaque,
  delay_timeout: v.pipe(v.number(), v.integer(), v.minValue(1000), v.maxValue(7 * 24 * 3600 * 1000)),
  delay_cs_api_url: v.pipe(text(2048), v.url("is not an address")),
};
const delay = v.object(delayFields);
const optionalDelay = {
  delay_id: v.optional(v.union([v.literal(""), delayFields.delay_id])),
  delay_timeout: v.optional(v.union([v.literal(0), delayFields.delay_timeout])),
  delay_cs_api_url: v.optional(v.union([v.literal(""), delayFields.delay_cs_api_url])),
};

const sfuGet = v.strictObject({ room: roomId, openid_token: openidToken, device_id: opaque, ...optionalDelay });
const slot = v.literal(ROOM_CALL);
const slotOrTest = v.picklist([ROOM_CALL, TEST_CALL]);
const getToken = v.strictObject({ room_id: roomId, slot_id: slotOrTest, openid_token: openidToken, member, ...optionalDelay });
const delegate = v.strictObject({ room_id: roomId, slot_id: slot, openid_token: openidToken, member, ...delayFields });

/** A leave that the homeserver sends by itself unless it is put off again and again. MSC4140. */
export interface DelayedLeave {
  readonly delayId: string;
  /** After which time without a restart the homeserver sends it, in ms. */
  readonly timeout: number;
}

export interface SfuGetRequest {
  readonly roomId: string;
  readonly openid: OpenidToken;
  readonly deviceId: string;
  readonly leave?: DelayedLeave;
}

export interface MemberRequest {
  readonly roomId: string;
  readonly slotId: string;
  readonly openid: OpenidToken;
  readonly member: v.InferOutput<typeof member>;
  readonly leave?: DelayedLeave;
}

export function parseSfuGet(body: unknown): SfuGetRequest {
  const request = parse(sfuGet, body);
  return { roomId: request.room, openid: request.openid_token, deviceId: request.device_id, leave: leaveOf(request) };
}

export function parseGetToken(body: unknown): MemberRequest {
  const { room_id: room, slot_id: slotId, openid_token: openid, member: who, ...rest } = parse(getToken, body);
  return { roomId: room, slotId, openid, member: who, leave: leaveOf(rest) };
}

export function parseDelegate(body: unknown): MemberRequest & { readonly leave: DelayedLeave } {
  const { room_id: room, slot_id: slotId, openid_token: openid, member: who, ...rest } = parse(delegate, body);
  return { roomId: room, slotId, openid, member: who, leave: { delayId: rest.delay_id, timeout: rest.delay_timeout } };
}

/**
 * The leave in a token request. Its address is asked for, as the protocol has it, and not used: delayed events are sent to the homeserver that vouched for the
 * person, at the address this service knows for it, so that nobody can have requests sent to places of their choice.
 */
function leaveOf(fields: { delay_id?: string; delay_timeout?: number; delay_cs_api_url?: string }): DelayedLeave | undefined {
  if (!fields.delay_id && !fields.delay_timeout && !fields.delay_cs_api_url) return undefined;
  const all = parse(delay, fields);
  return { delayId: all.delay_id, timeout: all.delay_timeout };
}

/** @throws {ApiError} 400 `M_BAD_JSON`, with the name of the first wrong field and never its value. */
function parse<Schema extends v.GenericSchema>(schema: Schema, body: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, body, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue);
  throw new ApiError(400, "M_BAD_JSON", field ? `${field}: ${complaint(issue)}` : "The body has to be a JSON object.");
}

/** Valibot's own messages repeat what was received, which may be a token. */
function complaint(issue: v.BaseIssue<unknown>): string {
  if (issue.type === "strict_object" && issue.expected === "never") return "is not a known field";
  if (issue.input === undefined) return "is missing";
  if (issue.type === "check" || issue.type === "regex" || issue.type === "url") return issue.message;
  return "is not valid";
}
