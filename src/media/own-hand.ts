import { MeloError } from "../internal/errors.js";
import { Turns } from "../internal/turns.js";

/** The key of a reaction to a membership that means a raised hand, as Element Call has it. */
export const RAISED_HAND = "🖐️";
/** An emoji that is shown for a few seconds, as Element Call sends it. */
export const CALL_REACTION = "io.element.call.reaction";

export interface OwnHandOptions {
  readonly send: (type: string, content: Record<string, unknown>) => Promise<string>;
  readonly redact: (eventId: string) => Promise<unknown>;
}

/** The raised hand of this device: a reaction to its own membership, taken back when it is lowered. */
export class OwnHand {
  readonly #options: OwnHandOptions;
  readonly #turns = new Turns();
  #membership?: string;
  /** The reaction, and the membership that it is to. */
  #raised?: { readonly reaction: string; readonly membership: string };

  constructor(options: OwnHandOptions) {
    this.#options = options;
  }

  raise(raised: boolean): Promise<void> {
    return this.#turns.take(async () => {
      if (this.#membership === undefined) throw new MeloError("unknown", "This device is not in the call.");
      if (raised === (this.#raised !== undefined)) return;
      if (raised) await this.#react(this.#membership);
      else await this.#takeBack();
    });
  }

  /** The membership is another event now: others look for the hand there. */
  follow(membership: string): Promise<void> {
    return this.#turns.take(async () => {
      this.#membership = membership;
      const before = this.#raised;
      if (!before || before.membership === membership) return;
      await this.#react(membership);
      await this.#options.redact(before.reaction);
    });
  }

  async #react(membership: string): Promise<void> {
    const relation = { rel_type: "m.annotation", event_id: membership, key: RAISED_HAND };
    this.#raised = { reaction: await this.#options.send("m.reaction", { "m.relates_to": relation }), membership };
  }

  async #takeBack(): Promise<void> {
    if (this.#raised) await this.#options.redact(this.#raised.reaction);
    this.#raised = undefined;
  }
}
