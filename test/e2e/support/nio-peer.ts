import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { MATRIX_NIO, preparePython } from "../../../demo/stack/python.ts";
import { atEnd } from "./at-end.ts";

/** What the foreign client saw happen; `body` is there when it could read the message. */
export interface NioEvent {
  readonly event: "decrypted" | "undecryptable" | "clear" | "withheld" | "member" | "verification";
  readonly room_id?: string;
  readonly event_id?: string;
  readonly sender?: string;
  readonly body?: string;
  readonly session_id?: string;
  /** Of `m.room_key.withheld`; of a verification, the type of the message. */
  readonly code?: string;
  readonly user_id?: string;
  readonly membership?: string;
}

interface Answer {
  readonly id?: number;
  readonly ok?: Record<string, unknown>;
  readonly error?: string;
}

/** matrix-nio in a process of its own: another implementation of Matrix and of its cryptography, whose device nobody signs. */
export class NioPeer {
  readonly events: NioEvent[] = [];
  userId = "";
  deviceId = "";
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #folder: string;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  readonly #listeners = new Set<() => void>();
  #lastId = 0;
  #stderr = "";
  #ended = false;

  private constructor(process: ChildProcessWithoutNullStreams, folder: string) {
    this.#process = process;
    this.#folder = folder;
    createInterface({ input: process.stdout }).on("line", (line) => this.#hear(JSON.parse(line) as Answer | NioEvent));
    process.stderr.on("data", (chunk) => (this.#stderr += String(chunk)));
    process.on("exit", () => {
      this.#ended = true;
      for (const settle of this.#waiting.values()) settle({ error: `matrix-nio ended:\n${this.#stderr}` });
      for (const listener of this.#listeners) listener();
    });
  }

  /** Starts the client and signs it in, registering the account when there is none. It ends, and forgets everything, with the file's tests. */
  static async enter(homeserver: string, username: string, password: string): Promise<NioPeer> {
    const python = await preparePython(MATRIX_NIO);
    const folder = await mkdtemp(join(tmpdir(), "melo-nio-"));
    const peer = new NioPeer(spawn(python, [fileURLToPath(new URL("nio_peer.py", import.meta.url))]), folder);
    atEnd(() => peer.#end());
    const { user_id, device_id } = await peer.#ask("enter", { homeserver, username, password, store: folder });
    peer.userId = String(user_id);
    peer.deviceId = String(device_id);
    return peer;
  }

  /** Joins, and answers whether this client takes the room for encrypted. */
  async join(room: string): Promise<boolean> {
    const { encrypted } = await this.#ask("join", { room });
    return encrypted === true;
  }

  /** The devices of a user, once this client knows of any. */
  async devices(user: string): Promise<readonly string[]> {
    const { devices } = await this.#ask("devices", { user });
    return devices as string[];
  }

  /** Sends a text, encrypted to every device if the room is encrypted, and answers with its event id. */
  async send(room: string, body: string): Promise<string> {
    return this.sendContent(room, { msgtype: "m.text", body });
  }

  /** Sends whatever it is given, encrypted. */
  async sendContent(room: string, content: object, kind = "m.room.message"): Promise<string> {
    const { event_id } = await this.#ask("send", { room, content, kind });
    return String(event_id);
  }

  /** Asks a device to verify this one. */
  async askToVerify(user: string, device: string): Promise<void> {
    await this.#ask("ask", { user, device });
  }

  /** Answers the request of the other device. */
  async agree(): Promise<void> {
    await this.#ask("agree", {});
  }

  /** Begins the comparison of emoji. */
  async start(): Promise<void> {
    await this.#ask("start", {});
  }

  /** What this side shows, once it has the other one's key. */
  async emoji(): Promise<{ readonly emoji: readonly (readonly [symbol: string, name: string])[]; readonly decimals: readonly number[] }> {
    return (await this.#ask("emoji", {})) as unknown as Awaited<ReturnType<NioPeer["emoji"]>>;
  }

  /** Says that they are the same; resolves when the other side has said so too, and its keys fit. */
  async confirm(): Promise<void> {
    await this.#ask("confirm", {});
  }

  async reject(): Promise<void> {
    await this.#ask("reject", {});
  }

  /** Whether it takes a device for verified. */
  async trusts(user: string, device: string): Promise<boolean> {
    return (await this.#ask("trusts", { user, device }))["trusts"] === true;
  }

  /** The first event that matches, past or to come. */
  async seen(matches: (event: NioEvent) => boolean, what: string, limit = 30_000): Promise<NioEvent> {
    const { promise, resolve, reject } = Promise.withResolvers<NioEvent>();
    const look = (): void => {
      const found = this.events.find(matches);
      if (found) resolve(found);
      else if (this.#ended) reject(new Error(`matrix-nio ended while waiting for ${what}:\n${this.#stderr}`));
    };
    const timer = setTimeout(() => reject(new Error(`matrix-nio has not seen ${what}; it saw ${JSON.stringify(this.events)}`)), limit);
    this.#listeners.add(look);
    look();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#listeners.delete(look);
    }
  }

  async #end(): Promise<void> {
    if (!this.#ended) {
      const gone = new Promise((resolve) => this.#process.once("exit", resolve));
      this.#process.kill("SIGKILL");
      await gone;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #ask(command: string, values: object): Promise<Record<string, unknown>> {
    const id = ++this.#lastId;
    const answer = await new Promise<Answer>((resolve) => {
      if (this.#ended) return resolve({ error: `matrix-nio ended:\n${this.#stderr}` });
      this.#waiting.set(id, resolve);
      this.#process.stdin.write(`${JSON.stringify({ id, command, ...values })}\n`);
    });
    this.#waiting.delete(id);
    if (!answer.ok) throw new Error(`matrix-nio, ${command}: ${answer.error}`);
    return answer.ok;
  }

  #hear(line: Answer | NioEvent): void {
    if ("event" in line) {
      this.events.push(line);
      for (const listener of [...this.#listeners]) listener();
    } else this.#waiting.get(line.id ?? 0)?.(line);
  }
}
