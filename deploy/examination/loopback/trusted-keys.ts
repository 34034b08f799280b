import { createHash, X509Certificate } from "node:crypto";
import { connect } from "node:tls";

import type { HttpClient } from "../http-client.ts";

const PATIENCE = 6000;

/**
 * What the browser has to be told of the certificates of these servers (`wss:`, `https:` or `turns:`) where they are of an authority that was named for this examination alone: it takes the
 * servers' keys, each seen here in a connection that this authority vouches for. Without such an authority there is nothing to tell.
 */
export async function trustedKeys(addresses: readonly string[], http: HttpClient): Promise<string[]> {
  if (http.ca === undefined) return [];
  const secure = addresses.flatMap((address) => {
    const [, scheme = "", host = "", port] = /^(wss|https|turns):(?:\/\/)?([^:/?]+):?(\d*)/.exec(address) ?? [];
    return scheme ? [{ host, port: Number(port || (scheme === "turns" ? 5349 : 443)) }] : [];
  });
  const keys = await Promise.all(secure.map((where) => keyOf(where, http).catch(() => undefined))); // then the browser says what is wrong
  return [...new Set(keys.filter((key) => key !== undefined))];
}

function keyOf({ host, port }: { host: string; port: number }, http: HttpClient): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, servername: host, ca: http.ca, lookup: http.lookup, timeout: PATIENCE }, () => {
      const { raw } = socket.getPeerCertificate();
      const spki = new X509Certificate(raw).publicKey.export({ type: "spki", format: "der" });
      socket.destroy();
      resolve(createHash("sha256").update(spki).digest("base64"));
    });
    socket.once("timeout", () => socket.destroy(new Error("no answer")));
    socket.once("error", reject);
  });
}
