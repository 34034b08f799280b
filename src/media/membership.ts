import { bytesToBase64 } from "../internal/base64.js";
import { CALL_MEMBER, RTC_MEMBER } from "../internal/call-events.js";
import { fieldsOf, textIn } from "../internal/fields.js";
import type { OwnCallData } from "./room-call-state.js";

/** The type of a room that is a voice channel (MSC3417). */
export const VOICE_CHANNEL = "org.matrix.msc3417.call";
/** The one call of a room. */
export const SLOT = { application: "m.call", id: "ROOM" } as const;
export const SLOT_ID = `${SLOT.application}#${SLOT.id}`;
/** Where calls are tried out: no call, and in no membership. To the SFU it is another room than the call's. */
export const TEST_SLOT_ID = `${SLOT.application}#io.melo.test`;
/** Where melo keeps what a member says of itself, within the application's own data. */
export const OWN_DATA = "io.melo.call";

/** How long a membership lasts that does not say, in ms. */
const DEFAULT_EXPIRY = 4 * 3_600_000;
/** What lasts longer from now on is no membership but a trick: clients renew theirs every hour, and a longer wait than 2^31 ms makes timers fire at once. */
const LONGEST_EXPIRY = 20 * 24 * 3_600_000;
const LONGEST_ID = 255;

/** What a membership needs to know of the event that it is. */
export interface MembershipEvent {
  getId(): string | undefined;
  getSender(): string | undefined;
  getTs(): number;
  getType(): string;
  getContent(): unknown;
}

/** One membership, read with distrust: anybody in the room can write anything into one. */
export interface Membership {
  readonly id: string;
  readonly userId: string;
  readonly deviceId: string;
  /** `undefined`: known to the SFU by a hash ({@link identityOf}). */
  readonly plainIdentity?: string;
  readonly eventId: string;
  /** In ms since 1970. */
  readonly createdAt: number;
  /** In ms since 1970; a sticky one ends with its event. */
  readonly expiresAt?: number;
  /** `undefined`: publishes where the member publishes that was the first to come. */
  readonly serviceUrl?: string;
  readonly publishesWithOldest: boolean;
  readonly intent?: "audio" | "video";
  readonly data: Partial<OwnCallData>;
}

/** The membership that an event is; `undefined` if it is none, or one of somebody who left, or malformed in any way, or expired. */
export function membershipOf(event: MembershipEvent, now: number): Membership | undefined {
  const eventId = event.getId();
  const userId = event.getSender();
  const content = fieldsOf(event.getContent());
  if (!eventId || !userId) return undefined;
  if (event.getType() === CALL_MEMBER) return ofState({ eventId, userId, content, ts: event.getTs(), now });
  if (event.getType() === RTC_MEMBER) return ofSticky({ eventId, userId, content, ts: event.getTs(), now });
  return undefined;
}

/** Who a member is at the SFU: unpadded base64 of the SHA-256 of the JSON of user, device and member id in sticky mode (MSC4195), else `@user:server:DEVICE`. */
export async function identityOf({
  plainIdentity,
  userId,
  deviceId,
  id,
}: Pick<Membership, "plainIdentity" | "userId" | "deviceId" | "id">): Promise<string> {
  if (plainIdentity !== undefined) return plainIdentity;
  const text = new TextEncoder().encode(JSON.stringify([userId, deviceId, id]));
  return bytesToBase64(new Uint8Array(await crypto.subtle.digest("SHA-256", text))).replace(/=+$/, "");
}

interface Read {
  readonly eventId: string;
  readonly userId: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly ts: number;
  readonly now: number;
}

function ofState({ eventId, userId, content, ts, now }: Read): Membership | undefined {
  const deviceId = idIn(content, "device_id");
  const isRoomCall = content["application"] === "m.call" && content["call_id"] === "" && (content["scope"] ?? "m.room") === "m.room";
  const foci = content["foci_preferred"] ?? [];
  const active = fieldsOf(content["focus_active"]);
  // With a colon in it, a device could be taken for one of a user on another port of the same server.
  if (deviceId === undefined || deviceId.includes(":") || !isRoomCall || typeof active["type"] !== "string" || !isTransports(foci))
    return undefined;
  for (const name of ["created_ts", "expires"]) if (content[name] !== undefined && !isDuration(content[name])) return undefined;
  for (const name of ["m.call.intent", "membershipID"])
    if (content[name] !== undefined && typeof content[name] !== "string") return undefined;
  // A membership that is renewed says when it began. The event itself cannot be older than that.
  const createdAt = Math.min((content["created_ts"] as number | undefined) ?? ts, ts);
  const expiresAt = createdAt + ((content["expires"] as number | undefined) ?? DEFAULT_EXPIRY);
  if (expiresAt <= now || expiresAt - now > LONGEST_EXPIRY) return undefined;
  const plainIdentity = `${userId}:${deviceId}`;
  const publishesWithOldest = active["focus_selection"] === "oldest_membership";
  const serviceUrl = serviceIn(foci);
  const id = idIn(content, "membershipID") ?? plainIdentity;
  return { id, userId, deviceId, plainIdentity, eventId, createdAt, expiresAt, serviceUrl, publishesWithOldest, ...saidIn(content) };
}

function ofSticky({ eventId, userId, content, ts }: Read): Membership | undefined {
  const member = fieldsOf(content["member"]);
  const application = fieldsOf(content["application"]);
  const transports = fieldsOf(content["transports"]);
  const deviceId = idIn(member, "device_id");
  const id = idIn(member, "id");
  const isWhole =
    content["slot_id"] === SLOT_ID &&
    application["type"] === SLOT.application &&
    member["user_id"] === userId &&
    isTransports(transports["published"]);
  if (!isWhole || deviceId === undefined || id === undefined) return undefined;
  const serviceUrl = serviceIn(transports["published"]);
  return { id, userId, deviceId, eventId, createdAt: ts, serviceUrl, publishesWithOldest: false, ...saidIn(application) };
}

function saidIn(fields: Readonly<Record<string, unknown>>): Pick<Membership, "intent" | "data"> {
  const intent = fields["m.call.intent"];
  const own = fieldsOf(fields[OWN_DATA]);
  const data: { -readonly [K in keyof OwnCallData]?: boolean } = {};
  for (const name of ["muted", "deafened", "camera", "sharing"] as const) if (typeof own[name] === "boolean") data[name] = own[name];
  return { intent: intent === "audio" || intent === "video" ? intent : undefined, data };
}

function idIn(fields: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const text = textIn(fields, name);
  return text === undefined || text === "" || text.length > LONGEST_ID ? undefined : text;
}

function isTransports(value: unknown): value is object[] {
  return Array.isArray(value) && value.every((entry) => typeof fieldsOf(entry)["type"] === "string");
}

function isDuration(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

/** The address of the first LiveKit service in a list of transports. */
export function serviceIn(transports: unknown): string | undefined {
  if (!Array.isArray(transports)) return undefined;
  for (const transport of transports.map(fieldsOf)) {
    const url = checkedService(transport["livekit_service_url"]);
    if (transport["type"] === "livekit" && url !== undefined) return url;
  }
  return undefined;
}

/** `url` without a slash at its end, if it is the address of a service: http or https, and nothing of a secret in it. */
export function checkedService(url: unknown): string | undefined {
  if (typeof url !== "string" || url.length > 2_000) return undefined;
  const parsed = URL.parse(url);
  const isService = parsed && /^https?:$/.test(parsed.protocol) && !parsed.username && !parsed.password && !parsed.search && !parsed.hash;
  return isService ? url.replace(/\/+$/, "") : undefined;
}
