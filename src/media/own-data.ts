import { pause } from "../internal/pause.js";
import { OWN_DATA } from "./membership.js";
import type { OwnCallData } from "./room-call-state.js";

/** Not more than one change in this time is told, in ms: each is an event of the room. */
const INTERVAL = 1_500;
/** How long after a failure it is tried again, in ms. */
const RETRY = 3_000;

export interface OwnDataOptions {
  /** Publishes the membership with this as the application's data. The SDK says nothing of failures: what was published tells. */
  readonly publish: (applicationData: Record<string, unknown>) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Tells what this device says of itself, as few times as may be: many changes in a short time are one. */
export class OwnData {
  readonly #options: OwnDataOptions;
  /** Makes each membership another one than the one before it, so that everybody sends this device their keys. */
  readonly #session = crypto.randomUUID().slice(0, 8);
  #wanted: OwnCallData;
  #published?: Readonly<Record<string, unknown>>;
  #telling?: Promise<void>;
  #last = -Infinity;
  #attempt = 0;

  constructor(options: OwnDataOptions, data: OwnCallData) {
    this.#options = options;
    this.#wanted = data;
  }

  /** What the membership says now. */
  get applicationData(): Record<string, unknown> {
    const { muted, deafened, camera, sharing } = this.#wanted;
    return { [OWN_DATA]: { session: this.#session, attempt: this.#attempt, muted, deafened, camera, sharing } };
  }

  /** The homeserver took a membership with this content. */
  handlePublished(content: Readonly<Record<string, unknown>>): void {
    const application = content["application"];
    this.#published = typeof application === "object" && application !== null ? (application as Record<string, unknown>) : content;
    this.#last = performance.now();
  }

  /** Resolves when the homeserver has it. */
  tell(data: OwnCallData): Promise<void> {
    this.#wanted = data;
    this.#telling ??= this.#tellAll().finally(() => (this.#telling = undefined));
    return this.#telling;
  }

  async #tellAll(): Promise<void> {
    for (let wait = this.#last + INTERVAL - performance.now(); !this.#isTold; wait = this.#last + INTERVAL - performance.now()) {
      await pause(Math.max(0, wait), this.#options.signal);
      await this.#options.publish(this.applicationData);
      if (this.#isTold) continue;
      await pause(RETRY, this.#options.signal);
      this.#attempt++;
    }
  }

  get #isTold(): boolean {
    return JSON.stringify(this.#published?.[OWN_DATA]) === JSON.stringify(this.applicationData[OWN_DATA]);
  }
}
