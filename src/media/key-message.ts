import { base64ToBytes } from "../internal/base64.js";
import { fieldsOf, textIn } from "../internal/fields.js";

/** To-device type of media keys. MSC4143 names another one that nobody sends yet. */
export const ENCRYPTION_KEYS = "io.element.call.encryption_keys";

/** A message with a media key, as far as it can be believed: who claims to have sent it has to be checked. */
export interface KeyMessage {
  readonly roomId: string;
  readonly claimedDeviceId: string;
  /** The content with its known fields only. */
  readonly content: Readonly<Record<string, unknown>>;
}

/** Reads the content of a to-device message. `undefined`: malformed. */
export function keyMessageOf(value: unknown): KeyMessage | undefined {
  const content = fieldsOf(value);
  const keys = fieldsOf(content["keys"]);
  const member = fieldsOf(content["member"]);
  const roomId = textIn(content, "room_id");
  const key = textIn(keys, "key");
  const index = keys["index"];
  const claimedDeviceId = textIn(member, "claimed_device_id");
  const id = member["id"];
  const isWhole = roomId !== undefined && claimedDeviceId && key !== undefined && isKey(key) && isIndex(index) && isOptionalText(id);
  if (!isWhole) return undefined;
  const known = { room_id: roomId, keys: { index, key }, member: { claimed_device_id: claimedDeviceId, id } };
  return { roomId, claimedDeviceId, content: { ...known, sent_ts: content["sent_ts"] } };
}

function isIndex(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 255;
}

function isOptionalText(value: unknown): boolean {
  return value === undefined || (typeof value === "string" && value.length <= 255);
}

function isKey(text: string): boolean {
  if (text.length > 128) return false;
  try {
    return base64ToBytes(text.replaceAll("-", "+").replaceAll("_", "/")).length >= 16;
  } catch {
    return false;
  }
}
