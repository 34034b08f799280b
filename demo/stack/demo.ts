import { join } from "node:path";

import { build, createServer as createViteServer, type ViteDevServer } from "vite";

import { projectFolder } from "../../scripts/project-node.mjs";
import { dropInPage } from "../drop-in-page.ts";
import type { DemoStack } from "../stack-info.ts";
import { buildOnce } from "./build-once.ts";
import { buildCdn } from "./cdn-build.ts";
import { PORTS, type PortName } from "./ports.ts";
import type { Service } from "./service.ts";
import type { Stack } from "./stack.ts";
import { StaticServer, type Answer } from "./static-server.ts";
import { seedVillage } from "./village.ts";

/** Where the demo's pages are. Three origins, because that is what embedding is about. */
export interface Demo {
  /** The list of pages and the side-by-side page. */
  readonly address: string;
  /** The built bundle, as a CDN serves it. */
  readonly cdn: string;
  /** A page of another site that takes melo from the CDN. */
  readonly dropIn: string;
}

export const DEMO_PORTS: readonly PortName[] = ["demo", "cdn", "dropIn"];

/**
 * Adds the demo's servers to a stack that was started with `alsoFree: DEMO_PORTS`; they end with it. With `dev`, the pages come from Vite's
 * development server, which follows every change of the source.
 */
export async function startDemo(stack: Stack, { dev = false } = {}): Promise<Demo> {
  const { homeserver, serverName, portBase, users, rooms, launcher } = stack;
  const tokenService = stack.livekit?.tokenService;
  const village = tokenService ? await seedVillage(homeserver, { users, rooms }) : undefined;
  const stackJson: DemoStack = { homeserver, serverName, portBase, users, rooms, tokenService, village };
  const answer = async (path: string): Promise<Answer | undefined> =>
    path === "/stack.json" ? { body: JSON.stringify(stackJson), headers: { "content-type": "application/json" } } : undefined;

  const cdn = new StaticServer({
    name: "CDN",
    port: portBase + PORTS.cdn,
    folder: join(projectFolder, "dist/cdn"),
    headers: { "access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin", "timing-allow-origin": "*" },
    prepare: buildCdn,
  });
  await launcher.start(cdn);

  const room = rooms.find(({ encrypted }) => encrypted)?.alias ?? "";
  const user = users.at(-1); // not one of the two who talk side by side: that would be their second device
  if (!user) throw new Error("The stack has no users.");
  const dropIn = new StaticServer({
    name: "Drop-in page",
    port: portBase + PORTS.dropIn,
    folder: join(projectFolder, "demo"),
    async answer(path) {
      if (path !== "/" && path !== "/drop-in.html") return undefined;
      const { html, headers } = await dropInPage({ cdn: cdn.address, homeserver }, room, user);
      return { body: html, headers };
    },
  });
  await launcher.start(dropIn);

  const port = portBase + PORTS.demo;
  const pages = dev
    ? new DevServer(port, answer)
    : new StaticServer({ name: "Demo pages", port, folder: join(projectFolder, "dist/demo"), answer, prepare: buildPages });
  await launcher.start(pages);
  return { address: pages.address, cdn: cdn.address, dropIn: dropIn.address };
}

/** The mode of vite.config.ts that knows the demo's pages. */
const VITE = { configFile: join(projectFolder, "vite.config.ts"), mode: "demo", logLevel: "error" } as const;

const buildPages = () => buildOnce("Building the demo's pages", "dist/demo", ["demo/*"], () => build(VITE));

/** Vite's development server for the demo's pages. */
class DevServer implements Service {
  readonly name = "Demo pages (development server)";
  readonly address: string;
  readonly #port: number;
  readonly #answer: (path: string) => Promise<Answer | undefined>;
  #vite?: ViteDevServer;

  constructor(port: number, answer: (path: string) => Promise<Answer | undefined>) {
    this.#port = port;
    this.#answer = answer;
    this.address = `http://localhost:${port}`;
  }

  async prepare(): Promise<void> {
    this.#vite = await createViteServer({
      ...VITE,
      server: { port: this.#port },
      plugins: [
        {
          name: "stack",
          configureServer: ({ middlewares }) => {
            middlewares.use((request, response, next) => {
              void this.#answer(request.url ?? "").then(
                (answer) => (answer ? response.writeHead(200, answer.headers).end(answer.body) : next()),
                next,
              );
            });
          },
        },
      ],
    });
  }

  async start(): Promise<void> {
    await this.#vite?.listen();
  }

  async stop(): Promise<void> {
    await this.#vite?.close();
  }
}
