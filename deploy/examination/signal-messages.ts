/** A TURN or STUN server, as the SFU names it. */
export interface IceServer {
  readonly urls: readonly string[];
  readonly username: string;
  readonly credential: string;
}

/** What the SFU says at the beginning of a connection. */
export type FromSfu =
  | { readonly kind: "join"; readonly iceServers: readonly IceServer[] }
  | { readonly kind: "offer"; readonly sdp: string }
  | { readonly kind: "candidate"; readonly candidate: string }
  | { readonly kind: "other" };

// Numbers of the fields in LiveKit's livekit_rtc.proto. They are its wire format, so they do not change.
const RESPONSE = { join: 1, offer: 3, trickle: 4 } as const;
const JOIN_ICE_SERVERS = 5;
const ICE_SERVER = { urls: 1, username: 2, credential: 3 } as const;
const DESCRIPTION = { type: 1, sdp: 2 } as const;
const TRICKLE_CANDIDATE = 1;
const REQUEST = { answer: 2, leave: 8 } as const;

/** Reads one `SignalResponse`. @throws if the bytes are none. */
export function readSignal(bytes: Buffer): FromSfu {
  const [first] = fieldsOf(bytes);
  if (!first) return { kind: "other" };
  const [field, content] = first;
  if (field === RESPONSE.join) {
    const servers = all(content, JOIN_ICE_SERVERS).map((server) => ({
      urls: all(server, ICE_SERVER.urls).map(String),
      username: String(all(server, ICE_SERVER.username)[0] ?? ""),
      credential: String(all(server, ICE_SERVER.credential)[0] ?? ""),
    }));
    return { kind: "join", iceServers: servers };
  }
  if (field === RESPONSE.offer) return { kind: "offer", sdp: String(all(content, DESCRIPTION.sdp)[0] ?? "") };
  if (field === RESPONSE.trickle) {
    const init = JSON.parse(String(all(content, TRICKLE_CANDIDATE)[0] ?? "{}")) as { candidate?: string };
    return { kind: "candidate", candidate: init.candidate ?? "" };
  }
  return { kind: "other" };
}

/** A `SignalRequest` with an answer. */
export function answerRequest(sdp: string): Buffer {
  return field(REQUEST.answer, Buffer.concat([field(DESCRIPTION.type, Buffer.from("answer")), field(DESCRIPTION.sdp, Buffer.from(sdp))]));
}

/** A `SignalRequest` that says goodbye. */
export function leaveRequest(): Buffer {
  return field(REQUEST.leave, Buffer.alloc(0));
}

function all(message: Buffer, number: number): Buffer[] {
  return [...fieldsOf(message)].filter(([name]) => name === number).map(([, content]) => content);
}

/** The fields of a message that hold bytes, which are all that matter here. The encoding is that of Protocol Buffers. */
function* fieldsOf(bytes: Buffer): Generator<[number: number, content: Buffer]> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined) throw new Error("the SFU's message is cut off");
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const wire = tag % 8;
    if (wire === 0) varint();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else if (wire === 2) {
      const length = varint();
      yield [Math.floor(tag / 8), bytes.subarray(at, (at += length))];
    } else throw new Error("the SFU's message is not understood");
  }
}

function field(number: number, content: Buffer): Buffer {
  return Buffer.concat([varintOf(number * 8 + 2), varintOf(content.length), content]);
}

function varintOf(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Buffer.from([...bytes, rest]);
}
