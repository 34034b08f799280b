import { createReadStream, statSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, resolve, sep } from "node:path";

import type { Service } from "./service.ts";

/** An answer that is not a file. */
export interface Answer {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface StaticServerOptions {
  /** For people: "Demo pages". */
  readonly name: string;
  readonly port: number;
  readonly folder: string;
  /** Sent with every file. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Answers for some paths instead of a file; `undefined` leaves it to the files. */
  readonly answer?: (path: string) => Promise<Answer | undefined>;
  /** Makes the folder. */
  readonly prepare?: () => Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".svg": "image/svg+xml",
  ".md": "text/markdown; charset=utf-8",
  ".wasm": "application/wasm", // browsers compile no other type while it streams in
};

/** Files whose names hold a hash of their content never change; all others are asked for again. */
const HASHED = /-[\w-]{8,}\.\w+$/;

/** Serves one folder on localhost, as a plain web server would: types, precompressed Brotli files (`x.js.br` beside `x.js`), caching. */
export class StaticServer implements Service {
  readonly name: string;
  /** Known from the beginning, unless the port is 0: then once the server has started. */
  address: string;
  readonly #options: StaticServerOptions;
  #server?: Server;

  constructor(options: StaticServerOptions) {
    this.#options = options;
    this.name = options.name;
    this.address = `http://localhost:${options.port}`;
  }

  async prepare(): Promise<void> {
    await this.#options.prepare?.();
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      this.#handleRequest(request, response).catch((error: unknown) => {
        if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain" });
        response.end(String(error));
      });
    });
    this.#server = server;
    await new Promise<void>((done, fail) => server.once("error", fail).listen(this.#options.port, "127.0.0.1", done));
    this.address = `http://localhost:${(server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server?.listening) return;
    await new Promise((done) => {
      server.close(done);
      server.closeAllConnections();
    });
  }

  async #handleRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== "GET" && request.method !== "HEAD") return void response.writeHead(405, { allow: "GET, HEAD" }).end();
    const path = decodeURIComponent(new URL(request.url ?? "/", this.address).pathname);
    const answer = await this.#options.answer?.(path);
    if (answer) return void response.writeHead(200, answer.headers).end(answer.body);
    const file = this.#file(path);
    if (!file) return void response.writeHead(404, { "content-type": "text/plain; charset=utf-8" }).end(`There is no ${path} here.\n`);
    const compressed = /\bbr\b/.test(String(request.headers["accept-encoding"])) && isFile(`${file}.br`);
    const sent = compressed ? `${file}.br` : file;
    response.writeHead(200, {
      "content-type": TYPES[extname(file)] ?? "application/octet-stream",
      "content-length": statSync(sent).size,
      "cache-control": HASHED.test(file) ? "public, max-age=31536000, immutable" : "no-cache",
      vary: "accept-encoding",
      ...(compressed && { "content-encoding": "br" }),
      ...this.#options.headers,
    });
    if (request.method === "HEAD") return void response.end();
    createReadStream(sent).pipe(response);
  }

  /** The file for a path, never one outside the folder. */
  #file(path: string): string | undefined {
    const root = resolve(this.#options.folder);
    const file = resolve(join(root, path.endsWith("/") ? `${path}index.html` : path));
    return file.startsWith(root + sep) && isFile(file) ? file : undefined;
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
