import { expect } from "@open-wc/testing";

import { heldTo, holdTo, protocolOf, type Transport } from "../../src/media/forced-way.js";

const UDP = "candidate:1 1 udp 2130706431 203.0.113.7 7882 typ host";
const TCP = "candidate:2 1 TCP 1671430143 203.0.113.7 7881 typ host tcptype passive";
const sdp = (...candidates: string[]) =>
  ["v=0", "m=audio 9 UDP/TLS/RTP/SAVPF 111", ...candidates.map((each) => `a=${each}`), "a=mid:0", ""].join("\r\n");

describe("a connection that is held to one way", () => {
  function transport() {
    const heard: string[] = [];
    const told: string[] = [];
    const held: Transport = {
      addIceCandidate: async ({ candidate }) => void heard.push(candidate!),
      setRemoteDescription: async ({ sdp: text }) => heard.push(text!) > 0,
      createAndSetAnswer: async () => ({ type: "answer", sdp: sdp(UDP, TCP) }),
      close: () => {},
      onIceCandidate: ({ candidate }) => void told.push(candidate),
      onOffer: ({ sdp: text }) => void told.push(text!),
    };
    return { held, heard, told };
  }

  it("knows the protocol of a candidate, as a line of a description too", () => {
    expect([UDP, TCP, `a=${UDP}`, "a=mid:0", ""].map(protocolOf)).to.deep.equal(["udp", "tcp", "udp", undefined, undefined]);
  });

  it("takes the other protocol's candidates out of a description, and nothing else", () => {
    expect(heldTo("tcp", { type: "offer", sdp: sdp(UDP, TCP) })).to.deep.equal({ type: "offer", sdp: sdp(TCP) });
    expect(heldTo("udp", { type: "answer", sdp: sdp(UDP, TCP) })).to.deep.equal({ type: "answer", sdp: sdp(UDP) });
  });

  for (const [protocol, kept] of [
    ["udp", UDP],
    ["tcp", TCP],
  ] as const) {
    it(`lets neither end learn of anything but ${protocol}`, async () => {
      const { held, heard, told } = transport();
      holdTo(protocol, held);
      for (const candidate of [UDP, TCP]) {
        await held.addIceCandidate({ candidate });
        held.onIceCandidate?.({ candidate } as RTCIceCandidate);
      }
      await held.setRemoteDescription({ type: "answer", sdp: sdp(UDP, TCP) }, 1);
      held.onOffer?.({ type: "offer", sdp: sdp(UDP, TCP) }, 1);
      expect(heard).to.deep.equal([kept, sdp(kept)]);
      expect(told).to.deep.equal([kept, sdp(kept)]);
      expect((await held.createAndSetAnswer()).sdp).to.equal(sdp(kept));
    });
  }
});
