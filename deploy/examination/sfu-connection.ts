import { randomBytes } from "node:crypto";

import type { HttpClient } from "./http-client.ts";
import { answerRequest, leaveRequest, readSignal, type FromSfu, type IceServer } from "./signal-messages.ts";
import { WebSocketConnection } from "./web-socket.ts";

/** One way to the SFU's media port. */
export interface Candidate {
  readonly transport: "udp" | "tcp";
  readonly address: string;
  readonly port: number;
}

/** What both ends of one ICE session are called. RFC 8445. */
export interface IceSession {
  readonly local: { readonly ufrag: string; readonly password: string };
  readonly remote: { readonly ufrag: string; readonly password: string };
  readonly candidates: readonly Candidate[];
  /** Whether the SFU only answers (ICE lite). Whoever offers leads otherwise, and two that lead refuse each other. */
  readonly lite: boolean;
}

const PATIENCE = 8000;
/** How long after the offer candidates may still come in, in ms. */
const TRICKLE = 1500;

/**
 * Takes part in a call's signalling as a client does that has nothing to send: the SFU offers a connection, and it is answered, so that the SFU takes connectivity checks.
 * No media engine is needed for that.
 */
export class SfuConnection {
  readonly iceServers: readonly IceServer[];
  readonly ice: IceSession;
  readonly #socket: WebSocketConnection;

  private constructor(socket: WebSocketConnection, iceServers: readonly IceServer[], ice: IceSession) {
    this.#socket = socket;
    this.iceServers = iceServers;
    this.ice = ice;
  }

  /** @throws if the SFU refuses the token, or does not offer a connection. */
  static async open(url: string, token: string, http: HttpClient): Promise<SfuConnection> {
    const query = new URLSearchParams({ access_token: token, auto_subscribe: "0", sdk: "js", version: "2.23.0", protocol: "15" });
    const socket = await WebSocketConnection.open(`${url.replace(/\/+$/, "")}/rtc?${query}`, http);
    const answers: FromSfu[] = [];
    let changed = () => {};
    socket.on("message", (bytes) => {
      answers.push(readSignal(bytes));
      changed();
    });
    const find = <K extends FromSfu["kind"]>(kind: K) =>
      answers.find((message): message is Extract<FromSfu, { kind: K }> => message.kind === kind);
    const wait = async (passes: () => boolean, limit: number): Promise<boolean> => {
      const end = Date.now() + limit;
      while (!passes() && Date.now() < end) {
        await new Promise<void>((resolve) => {
          changed = resolve;
          setTimeout(resolve, end - Date.now());
        });
      }
      return passes();
    };

    await wait(() => Boolean(find("join")), PATIENCE);
    const join = find("join");
    if (!join) throw new Error("the SFU opened the connection and said nothing");
    await wait(() => Boolean(find("offer")), PATIENCE);
    const offer = find("offer")?.sdp;
    if (!offer) throw new Error("the SFU offered no media connection");
    const local = { ufrag: randomBytes(6).toString("base64url"), password: randomBytes(18).toString("base64url") };
    socket.send(answerRequest(answerTo(offer, local)));
    const candidates = () => {
      const trickled = answers.flatMap((message) => (message.kind === "candidate" ? [message.candidate] : []));
      return candidatesIn([...offer.split("\r\n").map((line) => line.replace(/^a=/, "")), ...trickled]);
    };
    await wait(() => new Set(candidates().map(({ transport }) => transport)).size === 2, TRICKLE);
    const remote = {
      ufrag: /^a=ice-ufrag:(.+)$/m.exec(offer)?.[1]?.trim() ?? "",
      password: /^a=ice-pwd:(.+)$/m.exec(offer)?.[1]?.trim() ?? "",
    };
    return new SfuConnection(socket, join.iceServers, { local, remote, candidates: candidates(), lite: /^a=ice-lite/m.test(offer) });
  }

  /** Says goodbye and ends the connection. */
  close(): void {
    this.#socket.send(leaveRequest());
    this.#socket.close();
  }
}

/** An answer to an offer that has a data channel and nothing else. The fingerprint belongs to no certificate: the connection goes no further than ICE. */
function answerTo(offer: string, { ufrag, password }: IceSession["local"]): string {
  const fingerprint = Array.from(randomBytes(32), (byte) => byte.toString(16).padStart(2, "0").toUpperCase()).join(":");
  const mid = /^a=mid:(.+)$/m.exec(offer)?.[1]?.trim() ?? "0";
  return [
    "v=0",
    "o=- 1 1 IN IP4 127.0.0.1",
    "s=-",
    "t=0 0",
    `a=group:BUNDLE ${mid}`,
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    "c=IN IP4 0.0.0.0",
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${password}`,
    `a=fingerprint:sha-256 ${fingerprint}`,
    "a=setup:active",
    `a=mid:${mid}`,
    "a=sctp-port:5000",
    "",
  ].join("\r\n");
}

function candidatesIn(lines: readonly string[]): Candidate[] {
  const found = new Map<string, Candidate>();
  for (const line of lines) {
    const [, transport = "", address = "", port = ""] =
      /^candidate:\S+ \d+ (udp|tcp) \d+ (\d+\.\d+\.\d+\.\d+) (\d+) typ host/i.exec(line) ?? [];
    if (!transport) continue;
    found.set(`${transport}${address}${port}`, {
      transport: transport.toLowerCase() as Candidate["transport"],
      address,
      port: Number(port),
    });
  }
  return [...found.values()];
}
