import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

import { ApiError } from "./api-error.ts";
import type { Config } from "./config.ts";
import type { ApiAnswer, Endpoint } from "./endpoint.ts";
import { reasonOf, type Log } from "./log.ts";
import { RateLimit } from "./rate-limit.ts";

/** How long a client may take to send its request, in ms. */
const PATIENCE = 10_000;

/** The HTTP side: which endpoint, how much, how often, from which pages, and refusals as JSON. */
export function createApiServer(endpoints: readonly Endpoint[], config: Config, log: Log): Server {
  const limit = new RateLimit(config.requestsPerMinute);
  const server = createServer({ requestTimeout: PATIENCE, headersTimeout: PATIENCE, keepAliveTimeout: 5000 }, (request, response) => {
    void respond(request, response);
  });
  server.maxRequestsPerSocket = 1000;
  return server;

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const begin = performance.now();
    const path = pathOf(request);
    const endpoint = endpoints.find((candidate) => candidate.path === path);
    if (endpoint?.forBrowsers ?? true) allowOrigin(request, response, config.origins);
    let answer: ApiAnswer;
    let cause: unknown;
    try {
      answer = await answerTo(request, response, endpoint);
    } catch (error) {
      cause = error instanceof ApiError ? error.cause : error;
      answer = refusal(error, response);
    }
    if (!request.complete) response.setHeader("connection", "close"); // what is left of a body that was too long is not read
    const hasBody = answer.status !== 204;
    response.writeHead(answer.status, { "cache-control": "no-store", ...(hasBody && { "content-type": "application/json" }) });
    response.end(hasBody ? JSON.stringify(answer.body) : undefined);
    const { errcode } = answer.body as { errcode?: string };
    const level = answer.status >= 500 ? "error" : answer.status >= 400 ? "info" : "debug";
    log(level, "request", {
      method: request.method,
      path: endpoint?.path ?? "(unknown)", // what strangers ask for may hold anything
      status: answer.status,
      ms: Math.round(performance.now() - begin),
      ...(errcode && { errcode }),
      ...(cause !== undefined && { reason: reasonOf(cause) }),
    });
  }

  async function answerTo(request: IncomingMessage, response: ServerResponse, endpoint: Endpoint | undefined): Promise<ApiAnswer> {
    if (!endpoint) throw new ApiError(404, "M_UNRECOGNIZED", "There is no such endpoint.");
    if (request.method === "OPTIONS" && endpoint.forBrowsers) {
      response.setHeader("access-control-allow-methods", `${endpoint.method}, OPTIONS`);
      response.setHeader("access-control-allow-headers", "content-type, authorization, accept, x-requested-with");
      response.setHeader("access-control-max-age", "86400");
      return { status: 204, body: {} };
    }
    if (request.method !== endpoint.method) {
      response.setHeader("allow", endpoint.forBrowsers ? `${endpoint.method}, OPTIONS` : endpoint.method);
      throw new ApiError(405, "M_UNRECOGNIZED", `This endpoint takes ${endpoint.method} only.`);
    }
    if (endpoint.forBrowsers) {
      const wait = limit.take(clientAddress(request, config.proxies));
      if (wait > 0) throw new ApiError(429, "M_LIMIT_EXCEEDED", "Too many requests. Try again later.", { retryAfter: wait });
    }
    return endpoint.handle({ body: await readBody(request, endpoint.bodyLimit), headers: request.headers });
  }
}

function refusal(error: unknown, response: ServerResponse): ApiAnswer {
  if (!(error instanceof ApiError)) return { status: 500, body: { errcode: "M_UNKNOWN", error: "Something went wrong on this server." } };
  const { status, errcode, message, retryAfter } = error;
  if (retryAfter !== undefined) response.setHeader("retry-after", retryAfter);
  return { status, body: { errcode, error: message, ...(status === 429 && retryAfter && { retry_after_ms: retryAfter * 1000 }) } };
}

function pathOf({ url = "/" }: IncomingMessage): string {
  const end = url.search(/[?#]/);
  return end < 0 ? url : url.slice(0, end);
}

/** Requests carry no cookies, so that any page may be allowed to ask: what counts is the token in the body. */
function allowOrigin({ headers: { origin } }: IncomingMessage, response: ServerResponse, origins: readonly string[]): void {
  if (origins.includes("*")) return void response.setHeader("access-control-allow-origin", "*");
  response.setHeader("vary", "origin");
  if (origin && origins.includes(origin)) response.setHeader("access-control-allow-origin", origin);
}

/** Who asks. Of `X-Forwarded-For` only what this deployment's own proxies have added counts: anybody can send the rest. */
function clientAddress(request: IncomingMessage, proxies: number): string {
  const forwarded = String(request.headers["x-forwarded-for"] ?? "").split(",");
  const told = proxies > 0 ? forwarded.at(-proxies)?.trim() : undefined;
  return network(told || request.socket.remoteAddress || "");
}

/** An IPv6 customer has a whole /64 to choose from, so that counts as one address. */
function network(address: string): string {
  if (!address.includes(":") || address.startsWith("::ffff:")) return address;
  const [head = "", tail] = address.split("::");
  const groups = head.split(":").filter(Boolean);
  if (tail !== undefined) while (groups.length < 4) groups.push("0");
  return groups.slice(0, 4).join(":");
}

/** @throws {ApiError} 413 for a body that is too long, whether it says so or not. */
async function readBody(request: IncomingMessage, limit: number): Promise<string> {
  const tooLong = (): ApiError => new ApiError(413, "M_TOO_LARGE", `The body is longer than ${limit} bytes.`);
  if (Number(request.headers["content-length"] ?? 0) > limit) throw tooLong();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) {
        request.pause();
        reject(tooLong());
      } else chunks.push(chunk);
    });
    request.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    request.on("error", reject);
  });
}
