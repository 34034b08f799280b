import { createHash, randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

import type { HttpClient } from "./http-client.ts";
import {
  ATTRIBUTE,
  decodeStun,
  encodeStun,
  MESSAGE,
  readXorAddress,
  stunLength,
  xorAddress,
  type Attribute,
  type StunMessage,
} from "./stun.ts";

const PATIENCE = 6000;
const UDP = Buffer.from([17, 0, 0, 0]);

/** A TURN client over TCP or TLS (RFC 8656), as far as a check needs one. */
export class TurnClient {
  /** What the server relays from, once allocated. */
  relayed = "";
  readonly #socket: Socket;
  readonly #user: string;
  readonly #password: string;
  readonly #waiting = new Map<string, (message: StunMessage) => void>();
  #received: Buffer = Buffer.alloc(0);
  #realm = "";
  #nonce: Buffer = Buffer.alloc(0);
  #onData: (data: Buffer) => void = () => {};

  private constructor(socket: Socket, user: string, password: string) {
    this.#socket = socket;
    this.#user = user;
    this.#password = password;
    socket.on("data", (data: Buffer) => this.#receive(data));
    socket.on("error", () => socket.destroy());
  }

  /** `url` as in RTCIceServer: `turns:turn.example.org:5349?transport=tcp`. @throws if nobody answers, or the certificate is not good. */
  static async open(url: string, user: string, password: string, http: HttpClient): Promise<TurnClient> {
    const [, scheme = "", host = "", port = ""] = /^(turns?):([^:?]+):?(\d*)/.exec(url) ?? [];
    const secure = scheme === "turns";
    const where = { host, port: Number(port || (secure ? 5349 : 3478)), lookup: http.lookup };
    const socket = secure ? connectTls({ ...where, ca: http.ca, servername: host }) : connect(where);
    await new Promise<void>((resolve, reject) => {
      socket.setTimeout(PATIENCE, () => socket.destroy(new Error(`no answer within ${PATIENCE / 1000} s`)));
      socket.once(secure ? "secureConnect" : "connect", () => resolve());
      socket.once("error", reject);
    });
    socket.setTimeout(0);
    return new TurnClient(socket, user, password);
  }

  /** Asks for a relay. Resolves with the code of the refusal, or undefined if there was none. */
  async allocate(): Promise<number | undefined> {
    const transport: Attribute = [ATTRIBUTE.requestedTransport, UDP];
    const first = await this.#ask(MESSAGE.allocateRequest, [transport], false);
    if (first.errorCode !== 401) return first.errorCode ?? (first.type === MESSAGE.allocateSuccess ? 0 : undefined);
    this.#realm = first.attribute(ATTRIBUTE.realm)?.toString() ?? "";
    this.#nonce = first.attribute(ATTRIBUTE.nonce) ?? Buffer.alloc(0);
    const second = await this.#ask(MESSAGE.allocateRequest, [transport]);
    const relayed = second.attribute(ATTRIBUTE.relayedAddress);
    if (relayed) this.relayed = readXorAddress(relayed);
    return second.errorCode;
  }

  /** Asks to relay to an address. Resolves with the code of the refusal, or undefined if there was none. */
  async permit(address: string): Promise<number | undefined> {
    const answer = await this.#ask(MESSAGE.permissionRequest, [[ATTRIBUTE.peerAddress, xorAddress(address, 9)]]);
    return answer.type === MESSAGE.permissionSuccess ? undefined : (answer.errorCode ?? 400);
  }

  /** Sends `packet` through the relay until something comes back that `passes`. Resolves with whether it did. */
  async exchange(address: string, port: number, packet: Buffer, passes: (data: Buffer) => boolean): Promise<boolean> {
    const indication = () =>
      encodeStun(MESSAGE.sendIndication, [
        [ATTRIBUTE.peerAddress, xorAddress(address, port)],
        [ATTRIBUTE.data, packet],
      ]);
    return new Promise((resolve) => {
      const timer = setInterval(() => this.#socket.write(indication()), 400);
      const limit = setTimeout(() => finish(false), 4000);
      const finish = (result: boolean) => {
        clearInterval(timer);
        clearTimeout(limit);
        this.#onData = () => {};
        resolve(result);
      };
      this.#onData = (data) => passes(data) && finish(true);
      this.#socket.write(indication());
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #ask(type: number, attributes: readonly Attribute[], signed = true): Promise<StunMessage> {
    const transaction = randomBytes(12);
    const credentials: Attribute[] = [
      [ATTRIBUTE.username, this.#user],
      [ATTRIBUTE.realm, this.#realm],
      [ATTRIBUTE.nonce, this.#nonce],
    ];
    // The long-term credential mechanism: RFC 8489 section 9.2.2.
    const key = createHash("md5").update(`${this.#user}:${this.#realm}:${this.#password}`).digest();
    const message = signed
      ? encodeStun(type, [...attributes, ...credentials], { key, transaction })
      : encodeStun(type, attributes, { transaction });
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error("the TURN server does not answer")), PATIENCE);
      this.#waiting.set(transaction.toString("hex"), (answer) => {
        clearTimeout(limit);
        resolve(answer);
      });
      this.#socket.write(message);
    });
  }

  #receive(data: Buffer): void {
    this.#received = Buffer.concat([this.#received, data]);
    for (;;) {
      const length = stunLength(this.#received);
      if (length === undefined || this.#received.length < length) return;
      const message = decodeStun(this.#received.subarray(0, length));
      this.#received = this.#received.subarray(length);
      if (!message) continue;
      if (message.type === MESSAGE.dataIndication) this.#onData(message.attribute(ATTRIBUTE.data) ?? Buffer.alloc(0));
      else this.#waiting.get(message.transaction.toString("hex"))?.(message);
    }
  }
}
