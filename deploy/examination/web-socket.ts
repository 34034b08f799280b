import { createHash, randomBytes } from "node:crypto";
import { EventEmitter } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Duplex } from "node:stream";

import type { HttpClient } from "./http-client.ts";

/** The server did not switch to WebSocket, but answered. */
export class UpgradeRefused extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`the server answered ${status} instead of opening a WebSocket`);
    this.status = status;
  }
}

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const PATIENCE = 10_000;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

/** A WebSocket (RFC 6455) as far as signalling needs it: binary messages, over TLS of a given authority. Emits `message` (Buffer) and `close`. */
export class WebSocketConnection extends EventEmitter<{ message: [Buffer]; close: [] }> {
  readonly #socket: Duplex;
  #pending: Buffer = Buffer.alloc(0);
  #fragments: Buffer[] = [];

  private constructor(socket: Duplex, head: Buffer) {
    super();
    this.#socket = socket;
    // What came along with the answer to the handshake counts too; whoever waits for this connection has to be listening by then.
    setImmediate(() => {
      this.#receive(head);
      socket.on("data", (data: Buffer) => this.#receive(data));
    });
    socket.on("close", () => this.emit("close"));
    socket.on("error", () => socket.destroy());
  }

  /**
   * @throws {UpgradeRefused} if the server answers with a status.
   * @throws if there is no answer at all.
   */
  static open(address: string, http: HttpClient): Promise<WebSocketConnection> {
    const url = new URL(address.replace(/^ws/, "http"));
    const key = randomBytes(16).toString("base64");
    const headers = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13", "sec-websocket-key": key };
    const send = url.protocol === "https:" ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const request = send(url, { headers, ca: http.ca, lookup: http.lookup, agent: false, timeout: PATIENCE });
      request.on("response", (response: IncomingMessage) => {
        response.resume();
        reject(new UpgradeRefused(response.statusCode ?? 0));
      });
      request.on("upgrade", (response: IncomingMessage, socket: Duplex, head: Buffer) => {
        const expected = createHash("sha1").update(`${key}${GUID}`).digest("base64");
        if (response.headers["sec-websocket-accept"] === expected) resolve(new WebSocketConnection(socket, head));
        else reject(new Error("the answer to the WebSocket handshake is wrong"));
      });
      request.on("timeout", () => request.destroy(new Error(`no answer within ${PATIENCE / 1000} s`)));
      request.on("error", reject);
      request.end();
    });
  }

  send(message: Uint8Array): void {
    this.#write(BINARY, message);
  }

  close(): void {
    this.#write(CLOSE, Buffer.from([0x03, 0xe8]));
    this.#socket.end();
  }

  #write(opcode: number, payload: Uint8Array): void {
    const { length } = payload;
    const size = length < 126 ? Buffer.from([0x80 | length]) : Buffer.from([0x80 | 126, length >> 8, length & 0xff]);
    if (length > 0xffff) throw new Error("messages of this size are not needed here");
    const mask = randomBytes(4);
    const masked = payload.map((byte, index) => byte ^ mask[index % 4]!);
    if (this.#socket.writable) this.#socket.write(Buffer.concat([Buffer.from([0x80 | opcode]), size, mask, masked]));
  }

  #receive(data: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, data]);
    for (let frame = this.#nextFrame(); frame; frame = this.#nextFrame()) {
      if (frame.opcode === PING) this.#write(PONG, frame.payload);
      else if (frame.opcode === CLOSE) this.#socket.end();
      else if (frame.opcode <= BINARY) {
        this.#fragments.push(frame.payload);
        if (frame.final) this.emit("message", Buffer.concat(this.#fragments.splice(0)));
      }
    }
  }

  #nextFrame(): { opcode: number; final: boolean; payload: Buffer } | undefined {
    const bytes = this.#pending;
    if (bytes.length < 2) return undefined;
    const short = bytes[1]! & 0x7f;
    const start = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (bytes.length < start) return undefined;
    const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
    if (bytes.length < start + length) return undefined;
    this.#pending = bytes.subarray(start + length);
    return { opcode: bytes[0]! & 0x0f, final: (bytes[0]! & 0x80) !== 0, payload: bytes.subarray(start, start + length) };
  }
}
