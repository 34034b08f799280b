/** How packets went between this page and the SFU. */
export interface Route {
  readonly protocol: "udp" | "tcp";
  readonly isRelayed: boolean;
  /** How the relay is reached, if it is one. */
  readonly relay?: "udp" | "tcp" | "tls";
  /** In s. */
  readonly roundTrip?: number;
}

/** What one track has received until now. */
export interface Received {
  readonly packets: number;
  readonly lost: number;
  /** In s. */
  readonly jitter: number;
  /** Of a picture: frames that were decoded. */
  readonly frames: number;
}

type Stats = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string };

/** Statistics of WebRTC (W3C webrtc-stats), by id. */
export type Report = ReadonlyMap<string, unknown>;

/** The way that packets take; `undefined` as long as there is none. */
export function routeIn(report: Report): Route | undefined {
  const all = [...report.values()] as Stats[];
  const selected = all.find(({ type, selectedCandidatePairId }) => type === "transport" && typeof selectedCandidatePairId === "string");
  const pair =
    (selected && (report.get(String(selected["selectedCandidatePairId"])) as Stats | undefined)) ??
    all.find(
      ({ type, selected: isSelected, nominated, state }) =>
        type === "candidate-pair" && (isSelected ?? (nominated && state === "succeeded")),
    );
  const local = pair && (report.get(String(pair["localCandidateId"])) as Stats | undefined);
  if (!pair || !local) return undefined;
  const isRelayed = local["candidateType"] === "relay";
  const roundTrip = pair["currentRoundTripTime"];
  return {
    protocol: local["protocol"] === "tcp" ? "tcp" : "udp",
    isRelayed,
    ...(isRelayed && { relay: (local["relayProtocol"] as Route["relay"]) ?? "udp" }),
    ...(typeof roundTrip === "number" && { roundTrip }),
  };
}

/** What a receiver's report tells of its track. */
export function receivedIn(report: Report): Received {
  const inbound = ([...report.values()] as Stats[]).find(({ type }) => type === "inbound-rtp");
  const number = (name: string): number => (typeof inbound?.[name] === "number" ? inbound[name] : 0);
  return {
    packets: number("packetsReceived"),
    lost: Math.max(0, number("packetsLost")), // repeated packets make it negative
    jitter: number("jitter"),
    frames: number("framesDecoded"),
  };
}

/** The share of packets that were lost between two looks, 0 to 1. */
export function lossBetween(before: readonly Received[], after: readonly Received[]): number {
  const sum = (name: "packets" | "lost") => after.reduce((total, one, index) => total + one[name] - (before[index]?.[name] ?? 0), 0);
  const [packets, lost] = [sum("packets"), Math.max(0, sum("lost"))];
  return packets + lost > 0 ? lost / (packets + lost) : 0;
}
