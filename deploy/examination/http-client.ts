import type { LookupAddress, LookupAllOptions, LookupOptions } from "node:dns";
import { lookup } from "node:dns";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { request as httpsRequest } from "node:https";
import type { LookupFunction } from "node:net";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface HttpOptions {
  /** Certificate authorities in PEM, instead of the system's. */
  readonly ca?: string;
  /** Addresses to take for hosts instead of what DNS says. */
  readonly resolve?: Readonly<Record<string, string>>;
}

/** How long an answer may take, in ms: a busy server takes its time over a password. */
const PATIENCE = 20_000;
/** No answer that is looked at here is larger, in bytes. */
const SIZE_LIMIT = 16 * 1024 * 1024;

/** HTTP as plain as it can be: no retries, no cookies, no decompression, redirects only where they are asked for. */
export class HttpClient {
  readonly ca?: string;
  readonly #resolve: Readonly<Record<string, string>>;

  constructor({ ca, resolve = {} }: HttpOptions) {
    this.ca = ca;
    this.#resolve = resolve;
  }

  /** Where the address of a host was given, that; else what the system says. In the form that sockets take. */
  readonly lookup: LookupFunction = (host, options: LookupOptions, done) => {
    const known = this.#resolve[host];
    if (!known) return lookup(host, options as LookupAllOptions, done as (error: Error | null, found: LookupAddress[]) => void);
    const family = known.includes(":") ? 6 : 4;
    if (options.all) done(null, [{ address: known, family }]);
    else done(null, known, family);
  };

  /** Whether the address of this host was given. */
  isGiven(host: string): boolean {
    return host in this.#resolve;
  }

  /** @throws if there is no answer at all: the name is not known, nobody listens, the certificate is not good, it takes too long. */
  async request(
    address: string,
    { method = "GET", headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: object | string } = {},
  ): Promise<Answer> {
    const url = new URL(address);
    const content = typeof body === "object" ? JSON.stringify(body) : body;
    const all = {
      "user-agent": "melo-doctor",
      ...(typeof body === "object" && { "content-type": "application/json" }),
      ...(content !== undefined && { "content-length": String(Buffer.byteLength(content)) }),
      ...headers,
    };
    const send = url.protocol === "https:" ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const request = send(url, { method, headers: all, ca: this.ca, lookup: this.lookup, agent: false, timeout: PATIENCE }, (response) => {
        const parts: Buffer[] = [];
        let size = 0;
        response.on("data", (part: Buffer) => {
          size += part.length;
          if (size > SIZE_LIMIT) request.destroy(new Error("the answer is too large"));
          else parts.push(part);
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }));
        response.on("error", reject);
      });
      request.on("timeout", () => request.destroy(new Error(`no answer within ${PATIENCE / 1000} s`)));
      request.on("error", reject);
      request.end(content);
    });
  }

  /** The same, following up to three redirects. */
  async follow(address: string, headers: Record<string, string> = {}): Promise<Answer> {
    let at = address;
    for (let hops = 0; ; hops++) {
      const answer = await this.request(at, { headers });
      const { location } = answer.headers;
      if (answer.status < 300 || answer.status >= 400 || !location || hops === 3) return answer;
      at = new URL(location, at).href;
    }
  }
}

/** One header, or "" where there is none. */
export function headerOf({ headers }: Answer, name: string): string {
  return [headers[name] ?? ""].flat().join(", ");
}

/** The body as JSON, or undefined if it is not. */
export function jsonOf(answer: Answer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(answer.body.toString());
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Why there was no answer, as a clause. */
export function whyOf(error: unknown): string {
  const { code, message, errors } = error as { code?: string; message?: string; errors?: readonly unknown[] };
  const first = errors?.[0];
  if (code === "ECONNREFUSED" || (first as { code?: string } | undefined)?.code === "ECONNREFUSED") return "nobody listens there";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "the name is not known";
  if (code === "ECONNRESET") return "the connection was broken off";
  if (code === "CERT_HAS_EXPIRED") return "the certificate has expired";
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return "the certificate is for another name";
  if (code && /SELF_SIGNED|UNABLE_TO_(VERIFY|GET)/.test(code)) return "the certificate is not from an authority that is trusted here";
  return message ?? String(error);
}
