import type { Service } from "./service.ts";
import { lastLines } from "./service-process.ts";

/** Starts services one after the other, and ends them in the opposite order. */
export class Launcher {
  readonly #started: Service[] = [];
  readonly #onCrash: (message: string) => void;

  /** `onCrash` gets a message for people, with the last lines of the part's log. */
  constructor(onCrash: (message: string) => void) {
    this.#onCrash = onCrash;
  }

  /** Prepares and starts the service; resolves when it answers. On failure it ends what was started. */
  async start(service: Service): Promise<void> {
    this.#started.push(service);
    try {
      await service.prepare();
      await service.start();
    } catch (error) {
      await this.stop();
      throw error;
    }
    service.onCrash = (reason) => {
      const log = service.logFile ? ` The end of ${service.logFile}:\n${lastLines(service.logFile)}` : "";
      this.#onCrash(`${service.name} ${reason}.${log}`);
    };
  }

  async stop(): Promise<void> {
    for (const service of this.#started.splice(0).reverse()) {
      service.onCrash = undefined;
      await service.stop();
    }
  }
}
