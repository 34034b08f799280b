import { request as httpsRequest, type RequestOptions } from "node:https";
import { isIP } from "node:net";

import { guardedLookup, isPublicAddress } from "./public-addresses.ts";

/** How long all of a request may take, in ms. */
const PATIENCE = 10_000;
/** The longest answer that is read, in bytes: those that are asked for have a few hundred. */
const LONGEST_ANSWER = 64 * 1024;

export interface Target {
  /** A name or an address to connect to; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** What the server calls itself: the `Host` header. */
  readonly hostHeader: string;
  /** Whose certificate it must have: a name or an address. */
  readonly certificate: string;
}

export interface RawAnswer {
  readonly status: number;
  readonly text: string;
  readonly location?: string;
  /** For how long the answer may be kept, in s, where it says so. */
  readonly maxAge?: number;
}

export interface GuardedRequests {
  send(target: Target, method: "GET" | "POST", path: string, body?: string): Promise<RawAnswer>;
}

/** What tests replace: which addresses are allowed, and whose certificates. */
export interface GuardOptions {
  readonly isAllowed?: (address: string) => boolean;
  readonly lookup?: Parameters<typeof guardedLookup>[1];
  readonly ca?: string;
}

/** Requests to servers that strangers name: over TLS with a valid certificate, to public addresses, with a limit on time and size. */
export function createGuardedRequests({ isAllowed = isPublicAddress, lookup, ca }: GuardOptions = {}): GuardedRequests {
  const guarded = guardedLookup(isAllowed, lookup);
  return {
    send(target, method, path, body) {
      // An address is not looked up, so that it is checked here.
      if (isIP(target.host) && !isAllowed(target.host)) return Promise.reject(new Error(`${target.host} is not a public address`));
      const options: RequestOptions = {
        host: target.host,
        port: target.port,
        method,
        path,
        lookup: guarded,
        servername: isIP(target.certificate) ? "" : target.certificate,
        headers: { host: target.hostHeader, accept: "application/json", ...(body !== undefined && { "content-type": "application/json" }) },
        agent: false, // a connection that is kept would outlive what was checked
        signal: AbortSignal.timeout(PATIENCE),
        ...(ca && { ca }),
      };
      return exchange(options, body);
    },
  };
}

function exchange(options: RequestOptions, body?: string): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(options, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > LONGEST_ANSWER) request.destroy(new Error("The answer is too long."));
        else chunks.push(chunk);
      });
      response.on("error", reject);
      response.on("end", () => {
        const maxAge = /(?:^|[\s,])max-age=(\d+)/.exec(response.headers["cache-control"] ?? "")?.[1];
        resolve({
          status: response.statusCode ?? 0,
          text: Buffer.concat(chunks).toString("utf8"),
          location: response.headers.location,
          maxAge: maxAge === undefined ? undefined : Number(maxAge),
        });
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}
