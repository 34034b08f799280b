import { expect } from "@open-wc/testing";

import { lossBetween, receivedIn, routeIn, type Report } from "../../src/media/received-media.js";

function report(...entries: readonly { readonly id: string; readonly [field: string]: unknown }[]): Report {
  return new Map(entries.map((entry) => [entry.id, entry]));
}

const transport = { id: "T", type: "transport", selectedCandidatePairId: "P" };
const pair = { id: "P", type: "candidate-pair", localCandidateId: "L", currentRoundTripTime: 0.021, nominated: true, state: "succeeded" };
const local = { id: "L", type: "local-candidate", candidateType: "host", protocol: "udp" };

describe("what is measured of media", () => {
  it("is the way that packets take, by what the browser has selected", () => {
    const other = { ...pair, id: "O", localCandidateId: "M", currentRoundTripTime: 9 };
    expect(routeIn(report(other, transport, pair, local))).to.deep.equal({ protocol: "udp", isRelayed: false, roundTrip: 0.021 });
    expect(routeIn(report(transport, pair, { ...local, protocol: "tcp" }))?.protocol).to.equal("tcp");
  });

  it("is known in browsers that do not tell of transports", () => {
    expect(routeIn(report({ ...pair, nominated: false, id: "O" }, pair, local))?.roundTrip).to.equal(0.021);
    expect(routeIn(report(pair))).to.equal(undefined);
    expect(routeIn(report())).to.equal(undefined);
  });

  it("says of a relay how it is reached, not how it goes on from there", () => {
    const relayed = { ...local, candidateType: "relay", protocol: "udp", relayProtocol: "tls" };
    expect(routeIn(report(transport, pair, relayed))).to.deep.include({ isRelayed: true, relay: "tls" });
  });

  it("counts what was lost between two looks only", () => {
    const look = (packetsReceived: number, packetsLost: number) =>
      receivedIn(report({ id: "I", type: "inbound-rtp", packetsReceived, packetsLost }));
    expect(lossBetween([look(100, 50)], [look(190, 60)])).to.equal(0.1);
    expect(lossBetween([look(0, 0)], [look(0, 0)])).to.equal(0);
    expect(lossBetween([look(10, 2)], [look(20, -1)])).to.equal(0);
  });

  it("is nothing where nothing has come", () => {
    expect(receivedIn(report())).to.deep.equal({ packets: 0, lost: 0, jitter: 0, frames: 0 });
  });
});
