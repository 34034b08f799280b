import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { createServer } from "node:net";

/** Which port belongs to what, counted from the port base. */
export const PORTS = {
  demo: 0,
  cdn: 1,
  dropIn: 2,
  homeserver: 8,
  tokenApi: 9,
  livekit: 10,
  livekitTcp: 11,
  livekitUdp: 12,
} as const;

export type PortName = keyof typeof PORTS;

const UDP: readonly PortName[] = ["livekitUdp"];

/** How far apart two port bases have to be. */
const SPAN = 20;
export const DEFAULT_BASE = 8400;

/** Where to look for the ports of a stack that nobody will come back to: somewhere else each time, since several may look at once. */
export function temporaryBase(): number {
  return 20_000 + randomInt(500) * SPAN;
}

/**
 * The port base to use: the wanted one, or the first from `from` on with all of `names` free.
 * @throws if a port of the wanted base is in use; the message names it.
 */
export async function findPortBase(names: readonly PortName[], wanted?: number, from = DEFAULT_BASE): Promise<number> {
  for (let base = wanted ?? from; base < 65_000; base += SPAN) {
    const busy = await firstBusy(names, base);
    if (!busy) return base;
    if (wanted !== undefined) {
      throw new Error(`Port ${base + PORTS[busy]} (${busy}) is in use: stop what listens there, or name another --port-base.`);
    }
  }
  throw new Error("No free ports were found: name some with --port-base.");
}

async function firstBusy(names: readonly PortName[], base: number): Promise<PortName | undefined> {
  for (const name of names) {
    const free = UDP.includes(name) ? isFreeForUdp : isFree;
    if (!(await free(base + PORTS[name]))) return name;
  }
  return undefined;
}

/** `localhost` is 127.0.0.1 in one program and ::1 in the next, so a port counts as free only when nobody listens on either. */
async function isFree(port: number): Promise<boolean> {
  return (await canListen(port, "127.0.0.1")) && (await canListen(port, "::1"));
}

function isFreeForUdp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    socket.once("error", () => socket.close(() => resolve(false)));
    socket.bind(port, "127.0.0.1", () => socket.close(() => resolve(true)));
  });
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code !== "EADDRINUSE"));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
