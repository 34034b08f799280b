import { createReadStream, existsSync, readdirSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";

const projectFolder = fileURLToPath(new URL("../../..", import.meta.url));
const pagesFolder = join(projectFolder, "test/e2e/pages");
/** Folders that are served as they are, by the first part of the path. Element Call is a peer to test against, and never part of melo. */
const FOLDERS: Record<string, string> = {
  cdn: join(projectFolder, "dist/cdn"),
  "element-call": join(projectFolder, "node_modules/@element-hq/element-call-embedded/dist"),
};

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** Builds the pages of test/e2e/pages as a host's own build would, and resolves with the folder to serve. */
export async function buildPages(): Promise<string> {
  const { build } = await import("vite");
  const outDir = join(projectFolder, "dist/e2e");
  const input = readdirSync(pagesFolder)
    .filter((name) => name.endsWith(".html"))
    .map((name) => join(pagesFolder, name));
  await build({
    configFile: false,
    root: pagesFolder,
    base: "./",
    logLevel: "warn",
    build: { outDir, emptyOutDir: true, target: "es2022", modulePreload: false, chunkSizeWarningLimit: 10_000, rolldownOptions: { input } },
  });
  return outDir;
}

export interface PageServer {
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Serves the folder, `dist/cdn` below `/cdn/` and Element Call below `/element-call/`, on localhost and 127.0.0.1: two sites for a browser. Every origin may read them, as on a
 * CDN, since a sandboxed frame has none of its own.
 */
export async function servePages(folder: string, port = 0): Promise<PageServer> {
  const server = createServer((request, response) => answer(folder, request, response));
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
  return {
    address: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const path = normalize(decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname));
  const [, first = "", ...rest] = path.split(sep);
  const known = FOLDERS[first];
  const file = known ? join(known, ...rest) : join(folder, path);
  if (!existsSync(file) || !statSync(file).isFile()) return void response.writeHead(404).end();
  response.writeHead(200, {
    "content-type": TYPES[extname(file)] ?? "application/octet-stream",
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
  });
  createReadStream(file).pipe(response);
}
