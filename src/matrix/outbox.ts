import type { MessageSender } from "./message-sender.js";
import { OutboxQueue, type QueuedMessage } from "./outbox-queue.js";
import { OutboxStore } from "./outbox-store.js";
import type { OutgoingMessage } from "./timeline-state.js";
import type { Vault } from "./vault.js";

/** How many messages are remembered after they were sent, so that a repeated request does not send them again. */
const REMEMBERED = 1_000;

/** All messages of this device that are on their way. Each is kept in the vault first, so that neither a crash nor another tab's turn loses or doubles one. */
export class Outbox {
  readonly #sender: Pick<MessageSender, "send">;
  readonly #store: OutboxStore;
  readonly #queues = new Map<string, OutboxQueue>();
  readonly #listeners = new Set<(roomId: string) => void>();
  readonly #sent = new Set<string>();
  #loaded?: Promise<void>;
  #isOpen = false;
  #disposed = false;

  constructor(sender: Pick<MessageSender, "send">, vault: Vault) {
    this.#sender = sender;
    this.#store = new OutboxStore(vault);
  }

  /** The room's messages in order; those that were sent as well, until they are settled. */
  messages(roomId: string): readonly QueuedMessage[] {
    return this.#queues.get(roomId)?.messages ?? [];
  }

  /** Calls `listener` when the messages of a room changed. Returns what ends that. */
  subscribe(listener: (roomId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Takes a message in; it is seen in `messages` at once, if nothing was left from before. Resolves when it is kept. */
  async add(roomId: string, message: OutgoingMessage): Promise<void> {
    if (!this.#isOpen) await this.#load();
    if (!this.#sent.has(message.transactionId)) await this.#queue(roomId).add(message);
  }

  async retry(roomId: string, transactionId: string): Promise<void> {
    await this.#load();
    this.#queues.get(roomId)?.retry(transactionId);
  }

  async discard(roomId: string, transactionId: string): Promise<void> {
    await this.#load();
    await this.#queues.get(roomId)?.discard(transactionId);
  }

  settle(roomId: string, transactionId: string): void {
    this.#queues.get(roomId)?.settle(transactionId);
  }

  sweep(roomId: string): void {
    this.#queues.get(roomId)?.sweep();
  }

  /** Shows what was left unsent, before anything is sent. */
  load(): Promise<void> {
    return this.#load();
  }

  /** Begins to send: what was left from before, then what comes. Messages wait until this is called, since rooms and devices are not up to date before. */
  async open(): Promise<void> {
    await this.#load();
    if (this.#disposed) return;
    this.#isOpen = true;
    for (const queue of this.#queues.values()) queue.open();
  }

  /** The server can be reached again. */
  hurry(): void {
    for (const queue of this.#queues.values()) queue.hurry();
  }

  /** Somebody's identity, or what the visitor says to it, has changed: what was refused for that is tried again. */
  reconsider(): void {
    for (const queue of this.#queues.values()) queue.reconsider();
  }

  dispose(): void {
    this.#disposed = true;
    for (const queue of this.#queues.values()) queue.dispose();
    this.#listeners.clear();
  }

  #load(): Promise<void> {
    this.#loaded ??= this.#store.load().then((all) => {
      for (const kept of all) this.#queue(kept.roomId).restore(kept);
    });
    return this.#loaded;
  }

  #queue(roomId: string): OutboxQueue {
    const known = this.#queues.get(roomId);
    if (known) return known;
    const queue = new OutboxQueue({ roomId, sender: this.#sender, store: this.#store, onChange: () => this.#handleChange(roomId) });
    this.#queues.set(roomId, queue);
    if (this.#isOpen) queue.open();
    return queue;
  }

  #handleChange(roomId: string): void {
    for (const { status, message } of this.messages(roomId)) if (status === "sent") this.#remember(message.transactionId);
    for (const listener of [...this.#listeners]) listener(roomId);
  }

  #remember(transactionId: string): void {
    this.#sent.add(transactionId);
    const [oldest] = this.#sent;
    if (this.#sent.size > REMEMBERED && oldest !== undefined) this.#sent.delete(oldest);
  }
}
