import { randomBytes, timingSafeEqual } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";

import type { WayReport, Work } from "./exchange.ts";

const TYPES: Readonly<Record<string, string>> = { ".js": "text/javascript", ".mjs": "text/javascript", ".map": "application/json" };
/** A report of one way has a few hundred bytes. */
const BODY_LIMIT = 16 * 1024;

/**
 * Serves the doctor's page on this machine alone, gives it its work, and takes what it reports. The work has tokens in it: it is given once, for a code that came in a page which was itself
 * given once, for a code that only the browser was told. Other programs of this machine can read the page's script and nothing else.
 */
export class PageHost {
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  readonly #files: ReadonlyMap<string, string>;
  readonly #work: Work;
  readonly #report: (report: WayReport) => void;
  #entry?: string = newCode();
  #forWork?: string = newCode();
  readonly #forReports = this.#forWork!;

  private constructor(folder: string, work: Work, report: (report: WayReport) => void) {
    this.#files = new Map(readdirSync(folder).map((name) => [`/${name}`, join(folder, name)]));
    this.#work = work;
    this.#report = report;
  }

  /** `folder`: the built page. */
  static async open(folder: string, work: Work, report: (report: WayReport) => void): Promise<PageHost> {
    const host = new PageHost(folder, work, report);
    await new Promise<void>((resolve, reject) => host.#server.once("error", reject).listen(0, "127.0.0.1", resolve));
    return host;
  }

  /** `http://127.0.0.1:12345/` */
  get address(): string {
    return `http://${this.#host}/`;
  }

  /** Opens the page, once, when it is posted to the address. */
  get code(): string {
    return this.#entry ?? "";
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  get #host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#handle(request, response);
    } catch {
      if (!response.headersSent) response.writeHead(400);
      response.end();
    }
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = "/", headers } = request;
    if (headers.host !== this.#host) return refuse(response); // a name that somebody has led here
    const file = method === "GET" ? this.#files.get(url) : undefined;
    if (file) return send(response, TYPES[extname(file)] ?? "application/octet-stream", readFileSync(file));
    if (method !== "POST") return refuse(response);
    const body = await bodyOf(request);
    if (url === "/") {
      if (!isSame(new URLSearchParams(body).get("code"), this.#entry)) return refuse(response);
      this.#entry = undefined;
      return send(response, "text/html; charset=utf-8", page(this.#forReports));
    }
    const message = JSON.parse(body) as WayReport;
    if (url === "/work" && isSame(message.code, this.#forWork)) {
      this.#forWork = undefined;
      return send(response, "application/json", JSON.stringify(this.#work));
    }
    if (url !== "/result" || this.#forWork !== undefined || !isSame(message.code, this.#forReports)) return refuse(response);
    this.#report(message);
    return send(response, "application/json", "{}");
  }
}

function newCode(): string {
  return randomBytes(32).toString("base64url");
}

function isSame(given: unknown, wanted: string | undefined): boolean {
  if (typeof given !== "string" || wanted === undefined) return false;
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function page(code: string): string {
  return `<!doctype html><meta charset="utf-8"><meta name="code" content="${code}"><link rel="icon" href="data:,"><title>melo doctor</title><script type="module" src="/page.js"></script>`;
}

function send(response: ServerResponse, type: string, body: string | Buffer): void {
  response.writeHead(200, { "content-type": type, "cache-control": "no-store", "referrer-policy": "no-referrer" }).end(body);
}

function refuse(response: ServerResponse): void {
  response.writeHead(403).end();
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    if ((size += part.length) > BODY_LIMIT) throw new Error("the body is too large");
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}
