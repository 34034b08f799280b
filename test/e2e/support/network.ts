import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
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
  readonly #backs = new Map<string, Socket>();
  #count = 0;

  private constructor(front: Socket, target: number) {
    this.#front = front;
    this.#target = target;
    front.on("message", (packet, from) => {
      if (!this.#isLost()) this.#backFor(from).send(packet, this.#target, "127.0.0.1");
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
  #backFor({ address, port }: RemoteInfo): Socket {
    const known = this.#backs.get(`${address} ${port}`);
    if (known) return known;
    const back = createSocket("udp4");
    back.on("message", (packet) => {
      if (!this.#isLost()) this.#front.send(packet, port, address);
    });
    this.#backs.set(`${address} ${port}`, back);
    return back;
  }
}

/**
 * Lets the pages of a profile find the SFU's media at other ports, and keeps their own addresses from the SFU, which would find its way to them otherwise: it answers to where packets come
 * from.
 */
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
    const withoutOwn = ({ type, sdp }: RTCSessionDescriptionInit): RTCSessionDescriptionInit => ({
      type,
      sdp: sdp?.replace(/^a=candidate:.*\r\n/gm, ""),
    });
    window.RTCPeerConnection = new Proxy(RTCPeerConnection, {
      construct(target, rest, newTarget) {
        const connection = Reflect.construct(target, rest, newTarget) as RTCPeerConnection;
        // The first to listen: nobody else hears of a candidate.
        connection.addEventListener("icecandidate", (event) => event.candidate && event.stopImmediatePropagation());
        return connection;
      },
    });
    const { prototype } = RTCPeerConnection;
    const { addIceCandidate, createAnswer, createOffer, setRemoteDescription } = prototype;
    prototype.addIceCandidate = function (this: RTCPeerConnection, given?: RTCIceCandidateInit | null) {
      const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = given ?? {};
      const led = candidate ? { candidate: lead(candidate), sdpMid, sdpMLineIndex, usernameFragment } : given;
      return Reflect.apply(addIceCandidate, this, [led]) as Promise<void>;
    };
    prototype.setRemoteDescription = function (this: RTCPeerConnection, { type, sdp }: RTCSessionDescriptionInit) {
      return Reflect.apply(setRemoteDescription, this, [{ type, sdp: sdp && lead(sdp) }]) as Promise<void>;
    };
    const making = (make: (...all: never[]) => unknown) =>
      async function (this: RTCPeerConnection, ...all: unknown[]) {
        return withoutOwn((await Reflect.apply(make, this, all as never[])) as RTCSessionDescriptionInit);
      };
    Object.assign(prototype, { createOffer: making(createOffer), createAnswer: making(createAnswer) });
  }, ports);
}
