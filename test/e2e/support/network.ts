import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

import type { BrowserContext, CDPSession, Page } from "playwright-core";

import { PORTS } from "../../../demo/stack/ports.ts";
import { atEnd } from "./at-end.ts";
import { environment } from "./environment.ts";

/** Nobody is there: what is sent to it is lost. */
const NOWHERE = 9;

/** What may go wrong on the way. */
export interface NetworkFault {
  /** No request goes out, and no packet of the media comes through. */
  readonly offline?: boolean;
  /** Every so many packets of the media one is lost, of those that come and of those that go. */
  readonly losesOneOf?: number;
}

/** The network of one visitor, which can be broken: media go through a relay that loses packets, over UDP alone. To be made before a page is opened. */
export class BreakableNetwork {
  readonly #relay: LossyRelay;
  /** A fault belongs to the session that made it: another one cannot mend it. */
  readonly #sessions = new WeakMap<Page, CDPSession>();

  private constructor(relay: LossyRelay) {
    this.#relay = relay;
  }

  static async of(context: BrowserContext): Promise<BreakableNetwork> {
    const { portBase } = await environment();
    const relay = await LossyRelay.open(portBase + PORTS.livekitUdp);
    atEnd(() => relay.close());
    await leadMedia(context, { udp: relay.port, tcp: NOWHERE });
    return new BreakableNetwork(relay);
  }

  /** Without a fault, mends it. */
  async break(page: Page, { offline = false, losesOneOf = Infinity }: NetworkFault = {}): Promise<void> {
    this.#relay.losesOneOf = offline ? 1 : losesOneOf;
    const session = this.#sessions.get(page) ?? (await page.context().newCDPSession(page));
    this.#sessions.set(page, session);
    await session.send("Network.enable");
    const conditions = { offline, latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
    await session.send("Network.emulateNetworkConditions", conditions);
  }
}

/** A network that lets no UDP through. To be called before a page is opened. */
export async function blockUdp(context: BrowserContext): Promise<void> {
  await leadMedia(context, { udp: NOWHERE });
}

/** Passes packets on between browsers and the SFU, but for those that it loses. */
class LossyRelay {
  losesOneOf = Infinity;
  readonly #front: Socket;
  readonly #target: number;
  readonly #backs = new Map<number, Socket>();
  #count = 0;

  private constructor(front: Socket, target: number) {
    this.#front = front;
    this.#target = target;
    front.on("message", (packet, { port }) => {
      if (this.#isLost()) return;
      this.#backFor(port).send(packet, this.#target, "127.0.0.1");
    });
  }

  static async open(target: number): Promise<LossyRelay> {
    const front = createSocket("udp4");
    front.bind(0, "127.0.0.1");
    await once(front, "listening");
    return new LossyRelay(front, target);
  }

  get port(): number {
    return this.#front.address().port;
  }

  close(): void {
    for (const socket of [this.#front, ...this.#backs.values()]) socket.close();
  }

  #isLost(): boolean {
    this.#count++;
    return this.#count % this.losesOneOf === 0;
  }

  /** A socket of its own for each of the browser's, so that the answers find back. */
  #backFor(port: number): Socket {
    const known = this.#backs.get(port);
    if (known) return known;
    const back = createSocket("udp4");
    back.on("message", (packet) => {
      if (!this.#isLost()) this.#front.send(packet, port, "127.0.0.1");
    });
    this.#backs.set(port, back);
    return back;
  }
}

/** Lets the pages of a profile find the SFU's media at other ports. */
async function leadMedia(context: BrowserContext, ports: { readonly udp?: number; readonly tcp?: number }): Promise<void> {
  await context.addInitScript((to) => {
    const lead = (text: string) =>
      text.replace(
        /(candidate:\S+ \d+ )(udp|tcp)( \d+ \S+ )(\d+)/gi,
        (_all, begin: string, kind: string, address: string, port: string) => {
          const other = kind.toLowerCase() === "udp" ? to.udp : to.tcp;
          return `${begin}${kind}${address}${other ?? port}`;
        },
      );
    type Add = (this: RTCPeerConnection, candidate?: RTCIceCandidateInit) => Promise<void>;
    const add = RTCPeerConnection.prototype.addIceCandidate as Add;
    const describe = RTCPeerConnection.prototype.setRemoteDescription;
    RTCPeerConnection.prototype.addIceCandidate = function (this: RTCPeerConnection, given?: RTCIceCandidateInit | null) {
      const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = given ?? {};
      if (!candidate) return add.call(this, given ?? undefined);
      return add.call(this, { candidate: lead(candidate), sdpMid, sdpMLineIndex, usernameFragment });
    };
    RTCPeerConnection.prototype.setRemoteDescription = function (this: RTCPeerConnection, { type, sdp }: RTCSessionDescriptionInit) {
      return Reflect.apply(describe, this, [{ type, sdp: sdp && lead(sdp) }]) as Promise<void>;
    };
  }, ports);
}
