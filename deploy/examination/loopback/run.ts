import { existsSync } from "node:fs";
import { join } from "node:path";

import type { Patient } from "../patient.ts";
import { Browser, findBrowser } from "./browser.ts";
import type { Way, WayReport } from "./exchange.ts";
import { PageHost } from "./page-host.ts";
import { trustedKeys } from "./trusted-keys.ts";

/** Where the page is: beside the bundled doctor, or where `npm run build` puts it. */
const FOLDERS = [join(import.meta.dirname, "loopback"), join(import.meta.dirname, "../../../dist/doctor/loopback")];
const WAYS = ["udp", "tcp", "turn"] as const;
/** How long the browser may take to start and open the page, and how long each way may take, in ms. */
const STARTS_WITHIN = 20_000;
const WAY_WITHIN = 35_000;

/** Why media could not be sent at all. */
export type Obstacle = "no-browser" | "no-page" | "browser-failed";

/** A browser that sends media through the SFU and back, one way after the other. */
export class LoopbackRun {
  readonly #results = { udp: awaited(), tcp: awaited(), turn: awaited() };
  #browser?: Browser;
  #host?: PageHost;
  #timer?: NodeJS.Timeout;

  /** Begins; the page goes on by itself. @throws if the token API gives no tokens for it. */
  static async start(patient: Patient): Promise<LoopbackRun> {
    const run = new LoopbackRun();
    const program = findBrowser();
    const folder = FOLDERS.find((each) => existsSync(join(each, "page.js")));
    if (!program) run.#fail("no-browser");
    else if (!folder) run.#fail("no-page");
    else await run.#open(patient, program, folder);
    return run;
  }

  /** What came of one way, or why nothing did. */
  of(way: Way): Promise<WayReport | Obstacle> {
    return this.#results[way].promise;
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#fail("browser-failed");
    await this.#browser?.close();
    await this.#host?.close();
  }

  async #open(patient: Patient, program: string, folder: string): Promise<void> {
    const [access, { iceServers, ice }] = [await patient.testAccess(), await patient.sfu()];
    this.#host = await PageHost.open(folder, { access, ways: WAYS }, (report) => this.#take(report));
    this.#wait(STARTS_WITHIN + WAY_WITHIN);
    const options = {
      resolve: patient.options.resolve ?? {},
      trusted: await trustedKeys([access[0].url, ...iceServers.flatMap(({ urls }) => urls)], patient.http),
      loopback: ice.candidates.some(({ address }) => address.startsWith("127.")),
    };
    try {
      this.#browser = await Browser.open(program, this.#host.address, this.#host.code, options);
      void this.#browser.ended.then(() => this.#fail("browser-failed"));
    } catch {
      this.#fail("browser-failed");
    }
  }

  #take(report: WayReport): void {
    this.#results[report.way]?.resolve(report);
    this.#wait(WAY_WITHIN);
  }

  #wait(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fail("browser-failed"), milliseconds).unref();
  }

  /** What has been reported already stays. */
  #fail(obstacle: Obstacle): void {
    for (const way of WAYS) this.#results[way].resolve(obstacle);
  }
}

/** A result that is to come; the first one counts. */
function awaited() {
  let resolve: (result: WayReport | Obstacle) => void = () => {};
  const promise = new Promise<WayReport | Obstacle>((done) => (resolve = done));
  return { promise, resolve: (result: WayReport | Obstacle) => resolve(result) };
}
