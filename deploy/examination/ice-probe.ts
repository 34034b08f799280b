import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { connect } from "node:net";

import type { Candidate, IceSession } from "./sfu-connection.ts";
import { ATTRIBUTE, decodeStun, encodeStun, MESSAGE } from "./stun.ts";

/** How long the SFU may take to answer, in ms, and how often it is asked in that time: UDP may lose one. */
const PATIENCE = 4000;
const TRIES = 8;

/** A connectivity check as browsers send it (RFC 8445 section 7): only the SFU itself knows how to answer. */
export function connectivityCheck({ local, remote, lite }: IceSession, transaction: Buffer): Buffer {
  const priority = Buffer.alloc(4);
  priority.writeUInt32BE(1_845_501_695);
  return encodeStun(
    MESSAGE.bindingRequest,
    [
      [ATTRIBUTE.username, `${remote.ufrag}:${local.ufrag}`],
      [lite ? ATTRIBUTE.controlling : ATTRIBUTE.controlled, randomBytes(8)],
      [ATTRIBUTE.priority, priority],
    ],
    { key: remote.password, transaction },
  );
}

/** Sends connectivity checks to the SFU's media port. Resolves with how long its answer took, in ms, or undefined without one. */
export async function probe(candidate: Candidate, session: IceSession): Promise<number | undefined> {
  return candidate.transport === "udp" ? probeUdp(candidate, session) : probeTcp(candidate, session);
}

function probeUdp({ address, port }: Candidate, session: IceSession): Promise<number | undefined> {
  const transaction = randomBytes(12);
  const packet = connectivityCheck(session, transaction);
  const begin = performance.now();
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    let sent = 0;
    const timer = setInterval(() => (sent++ < TRIES ? socket.send(packet, port, address) : finish(undefined)), PATIENCE / TRIES);
    const finish = (result: number | undefined) => {
      clearInterval(timer);
      socket.close();
      resolve(result);
    };
    socket.on("message", (bytes) => {
      const answer = decodeStun(bytes);
      if (answer?.type === MESSAGE.bindingSuccess && answer.transaction.equals(transaction)) finish(performance.now() - begin);
    });
    socket.on("error", () => {}); // an unreachable port: nothing comes back
    socket.send(packet, port, address);
  });
}

/** Over TCP each packet has its length in front (RFC 4571). */
function probeTcp({ address, port }: Candidate, session: IceSession): Promise<number | undefined> {
  const transaction = randomBytes(12);
  const packet = connectivityCheck(session, transaction);
  const begin = performance.now();
  return new Promise((resolve) => {
    let received = Buffer.alloc(0);
    const socket = connect({ host: address, port, timeout: PATIENCE }, () => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(packet.length);
      socket.write(Buffer.concat([length, packet]));
    });
    const finish = (result: number | undefined) => {
      socket.destroy();
      resolve(result);
    };
    socket.on("data", (data) => {
      received = Buffer.concat([received, data]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const answer = decodeStun(received.subarray(2, 2 + received.readUInt16BE(0)));
        received = received.subarray(2 + received.readUInt16BE(0));
        if (answer?.type === MESSAGE.bindingSuccess && answer.transaction.equals(transaction)) return finish(performance.now() - begin);
      }
    });
    for (const event of ["timeout", "error", "close"] as const) socket.on(event, () => finish(undefined));
  });
}
