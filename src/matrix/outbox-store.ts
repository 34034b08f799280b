import type { ErrorInfo } from "../internal/errors.js";
import type { OutgoingMessage } from "./timeline-state.js";
import type { Vault } from "./vault.js";

/** A message as it is kept until the server has it. */
export interface KeptMessage {
  readonly roomId: string;
  readonly message: OutgoingMessage;
  /** When it was written, in ms since 1970. */
  readonly time: number;
  /** Why the server refused it; it is not tried again by itself. */
  readonly error?: ErrorInfo;
}

const PREFIX = "outbox/";

/** Unsent messages in the vault. Their names are in the order in which they were written; all else is sealed. */
export class OutboxStore {
  readonly #vault: Vault;
  readonly #names = new Map<string, string>();
  #last = 0;

  constructor(vault: Vault) {
    this.#vault = vault;
  }

  /** What was left unsent, in order. Never rejects: what cannot be read is lost, and must not keep new messages back. */
  async load(): Promise<KeptMessage[]> {
    const names = await this.#vault.names(PREFIX).catch(() => []);
    const kept = await Promise.all(names.map(async (name) => ({ name, value: await this.#vault.load<KeptMessage>(name) })));
    return kept.flatMap(({ name, value }) => {
      if (!value?.message?.transactionId || !value.roomId) return [];
      this.#names.set(value.message.transactionId, name);
      this.#last = Math.max(this.#last, Number.parseInt(name.slice(PREFIX.length), 10) || 0);
      return [value];
    });
  }

  /** Keeps a message, or what became of it. Never rejects: a browser that gives no more storage still sends, only not after a crash. */
  async keep(kept: KeptMessage): Promise<void> {
    const { transactionId } = kept.message;
    let name = this.#names.get(transactionId);
    if (name === undefined) {
      this.#last = Math.max(kept.time, this.#last + 1); // a clock that was put back must not change the order
      name = `${PREFIX}${String(this.#last).padStart(16, "0")}-${transactionId}`;
      this.#names.set(transactionId, name);
    }
    await this.#vault.save(name, kept).catch(() => {});
  }

  /** Forgets a message. Never rejects: sending it again would not double it. */
  async drop(transactionId: string): Promise<void> {
    const name = this.#names.get(transactionId);
    this.#names.delete(transactionId);
    if (name !== undefined) await this.#vault.remove(name).catch(() => {});
  }
}
