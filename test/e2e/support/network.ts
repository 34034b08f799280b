import type { Page } from "playwright-core";

/** What may go wrong on the way. */
export interface NetworkFault {
  /** No request goes out, no WebSocket lives. */
  readonly offline?: boolean;
  /** Of the media's packets, in per cent; both those that come and those that go. */
  readonly packetLoss?: number;
}

/** Breaks the network of a page, requests and media alike; without a fault, mends it. */
export async function breakNetwork(page: Page, { offline = false, packetLoss = 0 }: NetworkFault = {}): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  const conditions = { offline, latency: 0, downloadThroughput: -1, uploadThroughput: -1, packetLoss };
  await session.send("Network.emulateNetworkConditions", conditions);
}
