import { isTemporary, type ErrorInfo, type MeloError } from "../internal/errors.js";
import { NotReadyYet, type MessageSender } from "./message-sender.js";
import type { KeptMessage, OutboxStore } from "./outbox-store.js";
import { serverError } from "./server-error.js";
import type { OutgoingMessage } from "./timeline-state.js";

/** Waits between attempts begin with this and double, in ms. */
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;
/** How often it is tried again when the device's identity is not set up: about a minute. */
const UNREADY_ATTEMPTS = 7;

/** A message on its way; another object after every change. */
export interface QueuedMessage {
  readonly message: OutgoingMessage;
  readonly time: number;
  readonly status: "sending" | "failed" | "sent";
  readonly error?: ErrorInfo;
  /** With `sent`. */
  readonly eventId?: string;
}

interface Entry {
  state: QueuedMessage;
  /** Settles when the message is kept. */
  readonly kept: Promise<void>;
  /** Ends its request when it is given up. */
  readonly life: AbortController;
}

export interface QueueOptions {
  readonly roomId: string;
  readonly sender: Pick<MessageSender, "send">;
  readonly store: Pick<OutboxStore, "keep" | "drop">;
  readonly onChange: () => void;
}

/**
 * The messages of one room on their way to the server: strictly in order, one at a time. While the server cannot be reached each attempt waits longer, for as long as it takes.
 * A message that the server refuses is `failed`, and those behind it wait for what the visitor decides: order is part of what they wrote.
 */
export class OutboxQueue {
  readonly #options: QueueOptions;
  #entries: Entry[] = [];
  #isOpen = false;
  #isWorking = false;
  #attempts = 0;
  #hurry?: () => void;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  get messages(): readonly QueuedMessage[] {
    return this.#entries.map(({ state }) => state);
  }

  /** Puts a message at the end; the same one again changes nothing. Resolves when it is kept. */
  add(message: OutgoingMessage): Promise<void> {
    const known = this.#find(message.transactionId);
    if (known) return known.kept;
    const time = Date.now();
    return this.#push({ message, time, status: "sending" }, this.#options.store.keep({ roomId: this.#options.roomId, message, time }));
  }

  /** Puts a message that was kept before at the end. */
  restore({ message, time, error }: KeptMessage): void {
    if (!this.#find(message.transactionId))
      void this.#push({ message, time, status: error ? "failed" : "sending", error }, Promise.resolve());
  }

  /** From now on messages are sent. */
  open(): void {
    this.#isOpen = true;
    void this.#work();
  }

  retry(transactionId: string): void {
    const entry = this.#find(transactionId);
    if (entry?.state.status !== "failed") return;
    const { message, time } = entry.state;
    this.#set(entry, { message, time, status: "sending" });
    void this.#options.store.keep({ roomId: this.#options.roomId, message, time });
    this.#attempts = 0;
    void this.#work();
  }

  /** Tries again what was refused for somebody's changed identity. */
  reconsider(): void {
    for (const { state } of this.#entries) if (state.error?.code === "identity-changed") this.retry(state.message.transactionId);
  }

  /** Takes a message out, unless the server has it already. */
  async discard(transactionId: string): Promise<void> {
    const entry = this.#find(transactionId);
    if (!entry || entry.state.status === "sent") return;
    this.settle(transactionId);
    entry.life.abort();
    await entry.kept;
    await this.#options.store.drop(transactionId);
    void this.#work();
  }

  /** Takes a message out that is seen in the room now. */
  settle(transactionId: string): void {
    const rest = this.#entries.filter(({ state }) => state.message.transactionId !== transactionId);
    if (rest.length === this.#entries.length) return;
    this.#entries = rest;
    this.#options.onChange();
  }

  /** Takes out what the server has, whether it is seen or not. */
  sweep(): void {
    this.#entries = this.#entries.filter(({ state }) => state.status !== "sent");
    this.#options.onChange();
  }

  /** The server can be reached again: the next attempt is made now, except where the server itself asked to wait. */
  hurry(): void {
    this.#attempts = 0;
    this.#hurry?.();
  }

  /** Stops. What is not sent stays kept. */
  dispose(): void {
    this.#isOpen = false;
    for (const { life } of this.#entries) life.abort();
    this.#hurry?.();
  }

  #push(state: QueuedMessage, kept: Promise<void>): Promise<void> {
    this.#entries.push({ state: Object.freeze(state), kept, life: new AbortController() });
    this.#options.onChange();
    void this.#work();
    return kept;
  }

  async #work(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    for (let entry = this.#next(); entry; entry = this.#next()) await this.#attempt(entry);
    this.#isWorking = false;
  }

  /** What is to be sent now: nothing while the first of what is unsent has failed. */
  #next(): Entry | undefined {
    const first = this.#isOpen ? this.#entries.find(({ state }) => state.status !== "sent") : undefined;
    return first?.state.status === "sending" ? first : undefined;
  }

  async #attempt(entry: Entry): Promise<void> {
    const { roomId, sender, store } = this.#options;
    const { message, time } = entry.state;
    const { signal } = entry.life;
    await entry.kept;
    if (signal.aborted) return;
    try {
      const eventId = await sender.send(roomId, message, signal);
      this.#attempts = 0;
      this.#set(entry, { message, time, status: "sent", eventId });
      void store.drop(message.transactionId);
    } catch (cause) {
      if (signal.aborted) return;
      const error = serverError(cause);
      this.#attempts++;
      if (this.#mayTryAgain(error)) return this.#pause(error.retryAfter, signal);
      if (error.code === "signed-out") return void (this.#isOpen = false); // whoever signs in again makes another queue
      const { code, message: words } = error;
      this.#set(entry, { message, time, status: "failed", error: { code, message: words } });
      await store.keep({ roomId, message, time, error: { code, message: words } });
    }
  }

  #mayTryAgain(error: MeloError): boolean {
    return isTemporary(error) || (error instanceof NotReadyYet && this.#attempts < UNREADY_ATTEMPTS);
  }

  async #pause(asked: number | undefined, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, asked ?? Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (this.#attempts - 1)));
    signal.addEventListener("abort", () => resolve(), { once: true });
    if (asked === undefined) this.#hurry = resolve;
    await promise;
    clearTimeout(timer);
    this.#hurry = undefined;
  }

  #set(entry: Entry, state: QueuedMessage): void {
    entry.state = Object.freeze(state);
    this.#options.onChange();
  }

  #find(transactionId: string): Entry | undefined {
    return this.#entries.find(({ state }) => state.message.transactionId === transactionId);
  }
}
