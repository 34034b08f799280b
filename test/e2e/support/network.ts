import type { BrowserContext, CDPSession, Page } from "playwright-core";

/** What may go wrong on the way. */
export interface NetworkFault {
  /** No request goes out, no WebSocket lives. */
  readonly offline?: boolean;
  /** Of the media's packets, in per cent; both those that come and those that go. */
  readonly packetLoss?: number;
}

/** A fault belongs to the session that made it: another one cannot mend it. */
const sessions = new WeakMap<Page, CDPSession>();

/** Makes the network of a page one that {@link breakNetwork} can break. Media are lost only on connections that are made after this. */
export async function holdNetwork(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await lose(session, 0);
  sessions.set(page, session);
}

/** Breaks the network of a page, requests and media alike; without a fault, mends it. */
export async function breakNetwork(page: Page, { offline = false, packetLoss = 0 }: NetworkFault = {}): Promise<void> {
  const session = sessions.get(page);
  if (!session) throw new Error("The network of this page is not held.");
  const conditions = { offline, latency: 0, downloadThroughput: -1, uploadThroughput: -1, packetLoss };
  await session.send("Network.emulateNetworkConditions", conditions);
  if (!offline) await lose(session, packetLoss);
}

async function lose(session: CDPSession, packetLoss: number): Promise<void> {
  const rule = { urlPattern: "", latency: 0, downloadThroughput: -1, uploadThroughput: -1, packetLoss };
  await session.send("Network.emulateNetworkConditionsByRule" as never, { offline: false, matchedNetworkConditions: [rule] } as never);
}

/** UDP leads nowhere in the pages of this profile: the SFU's addresses for it are those of a port at which nobody is. To be called before a page is opened. */
export async function blockUdp(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const astray = (line: string) => line.replace(/(candidate:\S+ \d+ udp \d+ \S+ )\d+/gi, "$19");
    const add = RTCPeerConnection.prototype.addIceCandidate as (this: RTCPeerConnection, candidate?: RTCIceCandidateInit) => Promise<void>;
    const describe = RTCPeerConnection.prototype.setRemoteDescription as (
      this: RTCPeerConnection,
      description: RTCSessionDescriptionInit,
    ) => Promise<void>;
    RTCPeerConnection.prototype.addIceCandidate = function (this: RTCPeerConnection, given?: RTCIceCandidateInit | null) {
      const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = given ?? {};
      if (!candidate) return add.call(this, given ?? undefined);
      return add.call(this, { candidate: astray(candidate), sdpMid, sdpMLineIndex, usernameFragment });
    };
    RTCPeerConnection.prototype.setRemoteDescription = function (this: RTCPeerConnection, { type, sdp }: RTCSessionDescriptionInit) {
      return describe.call(this, { type, sdp: sdp && astray(sdp) });
    };
  });
}
