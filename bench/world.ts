import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { build } from "vite";

import { buildCdn } from "../demo/stack/cdn-build.ts";
import { onEnd } from "../demo/stack/end.ts";
import { startStack, type Stack } from "../demo/stack/stack.ts";
import { StaticServer } from "../demo/stack/static-server.ts";
import { brotli } from "../scripts/bundling/brotli.ts";
import { ensureChromium } from "../scripts/chromium.ts";
import { longStep } from "../scripts/progress.mjs";
import { projectFolder } from "../scripts/project-node.mjs";
import { register, signIn, type Account, type RawUser } from "../test/e2e/support/homeserver.ts";
import type { DeviceCredentials } from "./measured-page.ts";

const PAGES = join(projectFolder, "bench/pages");
const BUILT = join(projectFolder, "node_modules/.cache/melo-bench");
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"];

/** What the benches run in: a homeserver, two origins with pages, a browser, and two people in an encrypted room. */
export interface World {
  readonly homeserver: string;
  /** Of melo's bundle. */
  readonly cdn: string;
  /** Of the measured pages. */
  readonly site: string;
  readonly alice: Account;
  readonly bob: Account;
  /** Where both are. */
  readonly room: string;
  /** Bob's tab, ready to write. */
  readonly bobsPage: Page;
  /** A browser of a visitor who was never here: nothing stored, nothing cached. */
  newProfile(): Promise<BrowserContext>;
  /** A device of Alice that the server has just made. Her identity is on another one, which has not signed this. */
  newDevice(): Promise<RawUser>;
  /** The first device of somebody who has just joined the room. */
  newcomer(): Promise<RawUser>;
  close(): Promise<void>;
}

/** Starts everything. */
export async function openWorld(): Promise<World> {
  const parts: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of parts.splice(0).reverse()) await end();
  };
  onEnd(close);
  try {
    return { ...(await fill((end) => void parts.push(end))), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function fill(atEnd: (end: () => Promise<unknown>) => void): Promise<Omit<World, "close">> {
  const executablePath = await ensureChromium();
  await buildCdn();
  await longStep("Bundling the bare pages", buildPages);
  const stack: Stack = await startStack({ temporary: true });
  atEnd(() => stack.stop());
  const cors = { "access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin", "timing-allow-origin": "*" };
  const cdn = new StaticServer({ name: "CDN", port: 0, folder: join(projectFolder, "dist/cdn"), headers: cors });
  await cdn.start();
  atEnd(() => cdn.stop());
  const site = new StaticServer({
    name: "Site",
    port: 0,
    folder: BUILT,
    answer: async (path) => (path === "/melo.html" ? meloPage(cdn.address) : undefined),
  });
  await site.start();
  atEnd(() => site.stop());
  const browser: Browser = await chromium.launch({ executablePath, args: FLAGS });
  atEnd(() => browser.close());

  const { homeserver } = stack;
  const [alice, bob] = await Promise.all([register(homeserver, "alice"), register(homeserver, "bob")]);
  const [alicesPage, bobsPage] = await Promise.all([person(alice), person(bob)]);
  const room = await bobsPage.evaluate((userId) => window.createEncryptedRoom(userId), alice.userId);
  await alicesPage.evaluate((id) => window.join(id), room);
  for (let count = 0; count < 20; count++) await alicesPage.evaluate((id) => window.write(id, "From before."), room);
  await alicesPage.context().close();
  await bobsPage.evaluate(([userId, id]) => window.greetDevicesOf(userId!, id!), [alice.userId, room]);

  return {
    homeserver,
    cdn: cdn.address,
    site: site.address,
    alice,
    bob,
    room,
    bobsPage,
    newProfile: () => browser.newContext({ viewport: { width: 900, height: 700 }, reducedMotion: "reduce" }),
    newDevice: () => signIn(homeserver, alice),
    newcomer: async () => {
      const carol = await signIn(homeserver, await register(homeserver, "carol"));
      await bobsPage.evaluate(([id, userId]) => window.invite(id!, userId!), [room, carol.userId]);
      await carol.join(room);
      return carol;
    },
  };

  async function person(account: Account): Promise<Page> {
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${site.address}/person.html`);
    await page.waitForFunction(() => "startPerson" in window);
    await page.evaluate(([server, device]) => window.startPerson(server, device), [
      homeserver,
      credentialsOf(await signIn(homeserver, account)),
    ] as const);
    return page;
  }
}

export function credentialsOf({ userId, deviceId, accessToken }: RawUser): DeviceCredentials {
  return { userId, deviceId, accessToken };
}

/** As Vite does by itself, and compressed as melo's bundle is. */
async function buildPages(): Promise<void> {
  const input = ["bare", "person"].map((name) => join(PAGES, `${name}.html`));
  await build({
    configFile: false,
    root: PAGES,
    logLevel: "error",
    build: { outDir: BUILT, emptyOutDir: true, target: "es2022", chunkSizeWarningLimit: 5_000, rolldownOptions: { input } },
  });
  const assets = join(BUILT, "assets");
  for (const name of await readdir(assets)) {
    const file = join(assets, name);
    if (/\.(js|wasm)$/.test(name)) await writeFile(`${file}.br`, await brotli(await readFile(file)));
  }
}

/** A host's page: melo's script, two tags, and the sign-in that the host has. */
function meloPage(cdn: string) {
  const body = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>A page with melo</title>
    <link rel="icon" href="data:," />
    <script type="module" src="${cdn}/melo.js"></script>
  </head>
  <body style="margin: 0">
    <melo-session><melo-room style="height: 100vh"></melo-room></melo-session>
    <script>
      const { homeserver, credentials, room } = window.benchOptions;
      const session = document.querySelector("melo-session");
      session.setAttribute("homeserver", homeserver);
      session.credentials = credentials;
      document.querySelector("melo-room").setAttribute("room", room);
    </script>
  </body>
</html>
`;
  return { body, headers: { "content-type": "text/html; charset=utf-8" } };
}
