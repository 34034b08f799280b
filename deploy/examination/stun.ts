import { createHmac, randomBytes } from "node:crypto";
import { isIPv4 } from "node:net";

const COOKIE = 0x2112a442;

/** Methods and classes of messages. RFC 8489 section 5, RFC 8656 section 17. */
export const MESSAGE = {
  bindingRequest: 0x0001,
  bindingSuccess: 0x0101,
  allocateRequest: 0x0003,
  allocateSuccess: 0x0103,
  permissionRequest: 0x0008,
  permissionSuccess: 0x0108,
  sendIndication: 0x0016,
  dataIndication: 0x0017,
  refreshRequest: 0x0004,
} as const;

/** Types of attributes. */
export const ATTRIBUTE = {
  username: 0x0006,
  integrity: 0x0008,
  errorCode: 0x0009,
  peerAddress: 0x0012,
  data: 0x0013,
  realm: 0x0014,
  nonce: 0x0015,
  lifetime: 0x000d,
  relayedAddress: 0x0016,
  requestedTransport: 0x0019,
  mappedAddress: 0x0020,
  priority: 0x0024,
  fingerprint: 0x8028,
  controlled: 0x8029,
  controlling: 0x802a,
} as const;

export type Attribute = readonly [type: number, value: Buffer | string];

export interface StunMessage {
  readonly type: number;
  readonly transaction: Buffer;
  attribute(type: number): Buffer | undefined;
  /** Of an error response: 401, 403, … */
  readonly errorCode?: number;
}

/** One message, with its integrity under `key` if there is one, and its fingerprint. */
export function encodeStun(
  type: number,
  attributes: readonly Attribute[],
  { key, transaction = randomBytes(12) }: { key?: Buffer | string; transaction?: Buffer } = {},
): Buffer {
  let body = Buffer.concat(attributes.map(([name, value]) => encodeAttribute(name, value)));
  const withHeader = (length: number) => {
    const header = Buffer.alloc(20);
    header.writeUInt16BE(type, 0);
    header.writeUInt16BE(length, 2); // as if the attribute that is being made were there already: RFC 8489 section 14.5
    header.writeUInt32BE(COOKIE, 4);
    transaction.copy(header, 8);
    return Buffer.concat([header, body]);
  };
  if (key !== undefined) {
    const mac = createHmac("sha1", key)
      .update(withHeader(body.length + 24))
      .digest();
    body = Buffer.concat([body, encodeAttribute(ATTRIBUTE.integrity, mac)]);
  }
  const fingerprint = Buffer.alloc(4);
  fingerprint.writeUInt32BE((crc32(withHeader(body.length + 8)) ^ 0x5354554e) >>> 0);
  body = Buffer.concat([body, encodeAttribute(ATTRIBUTE.fingerprint, fingerprint)]);
  return withHeader(body.length);
}

/** Reads one message; undefined if it is none. */
export function decodeStun(bytes: Buffer): StunMessage | undefined {
  if (bytes.length < 20 || bytes.readUInt32BE(4) !== COOKIE || bytes.length < 20 + bytes.readUInt16BE(2)) return undefined;
  const attributes = new Map<number, Buffer>();
  for (let at = 20; at + 4 <= bytes.length;) {
    const length = bytes.readUInt16BE(at + 2);
    if (!attributes.has(bytes.readUInt16BE(at))) attributes.set(bytes.readUInt16BE(at), bytes.subarray(at + 4, at + 4 + length));
    at += 4 + Math.ceil(length / 4) * 4;
  }
  const error = attributes.get(ATTRIBUTE.errorCode);
  return {
    type: bytes.readUInt16BE(0),
    transaction: bytes.subarray(8, 20),
    attribute: (type) => attributes.get(type),
    errorCode: error && error.length >= 4 ? (error[2]! & 7) * 100 + error[3]! : undefined,
  };
}

/** The length of the message that begins here, in a stream. */
export function stunLength(bytes: Buffer): number | undefined {
  return bytes.length < 4 ? undefined : 20 + bytes.readUInt16BE(2);
}

/** An IPv4 address and a port, as XOR-MAPPED-ADDRESS and its like have them. RFC 8489 section 14.2. */
export function xorAddress(address: string, port: number): Buffer {
  if (!isIPv4(address)) throw new Error("Only IPv4 addresses are looked at.");
  const bytes = Buffer.alloc(8);
  bytes[1] = 1;
  bytes.writeUInt16BE(port ^ (COOKIE >>> 16), 2);
  const number = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  bytes.writeUInt32BE((number ^ COOKIE) >>> 0, 4);
  return bytes;
}

/** The relayed or mapped address in an attribute, as `203.0.113.7:49160`. */
export function readXorAddress(value: Buffer): string {
  const number = (value.readUInt32BE(4) ^ COOKIE) >>> 0;
  return `${[24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join(".")}:${value.readUInt16BE(2) ^ (COOKIE >>> 16)}`;
}

function encodeAttribute(type: number, value: Buffer | string): Buffer {
  const content = typeof value === "string" ? Buffer.from(value) : value;
  const bytes = Buffer.alloc(4 + Math.ceil(content.length / 4) * 4);
  bytes.writeUInt16BE(type, 0);
  bytes.writeUInt16BE(content.length, 2);
  content.copy(bytes, 4);
  return bytes;
}

/** CRC-32 of ITU-T V.42, as FINGERPRINT needs it. */
function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
