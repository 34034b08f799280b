/** What came in on one track, counted from its beginning. */
export interface Incoming {
  /** Id of the media stream track. */
  readonly track: string;
  readonly kind: "audio" | "video";
  readonly packets: number;
  readonly packetsLost: number;
  /** Of pictures only. */
  readonly framesReceived: number;
  readonly framesDecoded: number;
  /** Of sound only, in samples. */
  readonly samples: number;
  readonly concealed: number;
}

/** What went out of one sender, all layers together. */
export interface Outgoing {
  readonly kind: "audio" | "video";
  readonly packets: number;
  readonly frames: number;
}

export interface Connections {
  /** All that were made and are not closed. */
  open(): number;
  /** Of all that are open. */
  senders(): readonly RTCRtpSender[];
  incoming(): Promise<readonly Incoming[]>;
  outgoing(): Promise<readonly Outgoing[]>;
  /** `udp` or `tcp`, of each connection that is up. */
  protocols(): Promise<readonly string[]>;
}

declare global {
  interface Window {
    readonly e2eConnections: Connections;
  }
}

interface Statistics extends RTCStats {
  readonly [field: string]: unknown;
}

/** Runs in a page before its own code (`addInitScript`), so it uses nothing from outside. */
export function installConnections(): void {
  const made: RTCPeerConnection[] = [];
  window.RTCPeerConnection = new Proxy(RTCPeerConnection, {
    construct(target, rest, newTarget) {
      const connection = Reflect.construct(target, rest, newTarget) as RTCPeerConnection;
      made.push(connection);
      return connection;
    },
  });
  const live = () => made.filter(({ connectionState }) => connectionState !== "closed");
  const statistics = async (): Promise<Statistics[]> => {
    const all: Statistics[] = [];
    for (const connection of live()) for (const entry of (await connection.getStats()).values()) all.push(entry as Statistics);
    return all;
  };
  const count = (value: unknown): number => (typeof value === "number" ? value : 0);
  const connections: Connections = {
    open: () => live().length,
    senders: () => live().flatMap((connection) => connection.getSenders()),
    async incoming() {
      const entries = (await statistics()).filter(({ type }) => type === "inbound-rtp");
      return entries.map((entry) => ({
        track: String(entry["trackIdentifier"]),
        kind: entry["kind"] as "audio" | "video",
        packets: count(entry["packetsReceived"]),
        packetsLost: count(entry["packetsLost"]),
        framesReceived: count(entry["framesReceived"]),
        framesDecoded: count(entry["framesDecoded"]),
        samples: count(entry["totalSamplesReceived"]),
        concealed: count(entry["concealedSamples"]),
      }));
    },
    async outgoing() {
      const entries = (await statistics()).filter(({ type }) => type === "outbound-rtp");
      return entries.map((entry) => ({
        kind: entry["kind"] as "audio" | "video",
        packets: count(entry["packetsSent"]) - count(entry["retransmittedPacketsSent"]), // sent again, they are the same frames
        frames: count(entry["framesSent"]),
      }));
    },
    async protocols() {
      const entries = await statistics();
      const chosen = entries.filter(({ type }) => type === "transport").map((entry) => entry["selectedCandidatePairId"]);
      const pairs = entries.filter(({ type, id }) => type === "candidate-pair" && chosen.includes(id));
      return pairs.map((pair) => String(entries.find(({ id }) => id === pair["localCandidateId"])?.["protocol"]));
    },
  };
  Object.defineProperty(window, "e2eConnections", { value: connections });
}
