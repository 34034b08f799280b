import { ClientEvent } from "matrix-js-sdk/lib/client.js";
import { CryptoEvent, type CryptoApi, type CryptoEventHandlerMap } from "matrix-js-sdk/lib/crypto-api/index.js";
import { VerificationPhase, type VerificationRequest } from "matrix-js-sdk/lib/crypto-api/verification.js";
import type { ClientEventHandlerMap, MatrixClient, MatrixEvent, TypedEventEmitter } from "matrix-js-sdk/lib/matrix.js";

import { MeloError } from "../internal/errors.js";
import { pause } from "../internal/pause.js";
import { Source } from "../internal/readable.js";
import { isUnderWay } from "../internal/verification-status.js";
import { METHODS, VerificationFlow } from "./verification-flow.js";
import { INITIAL_VERIFICATION, type Verification, type VerificationState } from "./verification-state.js";

/** How long to wait for an identity, and how often to look, in ms. */
const MEETING_LASTS = 10_000;
const MEETING_STEP = 200;

export type VerificationClient = Pick<MatrixClient, "getSafeUserId" | "decryptEventIfNeeded" | "getUser"> &
  Pick<TypedEventEmitter<ClientEvent | CryptoEvent, ClientEventHandlerMap & CryptoEventHandlerMap>, "on" | "off">;

export type VerificationCrypto = Pick<
  CryptoApi,
  | "requestOwnUserVerification"
  | "requestDeviceVerification"
  | "requestVerificationDM"
  | "getVerificationRequestsToDeviceInProgress"
  | "findVerificationRequestDMInProgress"
  | "getUserCrossSigningKeys"
  | "getUserDeviceInfo"
  | "getUserVerificationStatus"
  | "userHasCrossSigningKeys"
>;

/** How long a request holds. Client-server specification, "Key verification framework". In ms. */
const REQUEST_LASTS = 600_000;

/** A request of another own device that nobody has answered, as it came. Nothing of it is secret. */
export interface KeptRequest {
  readonly type: string;
  readonly sender: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/** Keeps it for the next client: the engine forgets it with the tab. */
export interface RequestMemory {
  load(): Promise<KeptRequest | undefined>;
  save(request: KeptRequest | undefined): Promise<void>;
}

export interface VerificationOptions {
  readonly client: VerificationClient;
  readonly crypto: VerificationCrypto;
  readonly toError: (error: unknown) => MeloError;
  readonly direct: DirectChats;
  readonly memory: RequestMemory;
}

/** Where people verify each other. */
export interface DirectChats {
  /** The room of the direct chat with somebody, made if there is none. */
  open(userId: string): Promise<string>;
  /** The rooms that are direct chats, each with whom it is with. */
  list(): ReadonlyMap<string, string>;
  /** Whether a room is one. */
  has(roomId: string): boolean;
}

/** {@link Verification} over a live client. */
export class AccountVerification implements Verification, Disposable {
  readonly #options: VerificationOptions;
  readonly #source = new Source<VerificationState>(INITIAL_VERIFICATION);
  readonly #life = new AbortController();
  #flow?: VerificationFlow;
  /** The transaction of the own device that asked last. */
  #asked?: string;

  constructor(options: VerificationOptions) {
    this.#options = options;
    const { client, crypto } = options;
    // The method is there, outside the public interface of the SDK.
    (crypto as unknown as { setSupportedVerificationMethods(methods: string[]): void }).setSupportedVerificationMethods(
      Object.values(METHODS),
    );
    client.on(CryptoEvent.VerificationRequestReceived, this.#handleRequest);
    client.on(ClientEvent.Event, this.#handleEvent);
    client.on(ClientEvent.ReceivedToDeviceMessage, this.#handleMessage);
    this.#takeWaiting();
    void this.#recall().catch(() => {}); // whoever asked can ask again
  }

  get state(): VerificationState {
    return this.#source.state;
  }

  subscribe: Verification["subscribe"] = (listener, options) => this.#source.subscribe(listener, options);

  async request(deviceId?: string): Promise<void> {
    const { client, crypto } = this.#options;
    await this.#ask({ device: deviceId === undefined ? undefined : { deviceId } }, () =>
      deviceId === undefined ? crypto.requestOwnUserVerification() : crypto.requestDeviceVerification(client.getSafeUserId(), deviceId),
    );
  }

  async requestUser(userId: string): Promise<void> {
    const { crypto, direct } = this.#options;
    await this.#ask({ user: this.#person(userId) }, async () => {
      if (userId === this.#options.client.getSafeUserId())
        throw new MeloError("user-invalid", "Nobody verifies themselves as another person.");
      if (!(await crypto.userHasCrossSigningKeys(userId, true)))
        throw new MeloError("identity-unknown", `${userId} has published no identity that could be verified.`);
      const roomId = await direct.open(userId);
      await this.#meet(userId);
      return crypto.requestVerificationDM(userId, roomId);
    });
  }

  async accept(): Promise<void> {
    if (this.state.status === "asked") await this.#flow?.accept();
  }

  async decline(): Promise<void> {
    if (this.state.status === "asked") await this.#flow?.cancel();
  }

  async start(): Promise<void> {
    if (this.state.status === "ready") await this.#flow?.start();
  }

  async scan(code: Uint8Array<ArrayBuffer>): Promise<void> {
    if (this.state.status === "ready" && this.state.methods?.scan) await this.#flow?.scan(code);
  }

  async confirm(): Promise<void> {
    if (this.#isCompared) await this.#flow?.confirm();
  }

  async mismatch(): Promise<void> {
    if (this.#isCompared) this.#flow?.mismatch();
  }

  async cancel(): Promise<void> {
    if (isUnderWay(this.state)) await this.#flow?.cancel();
  }

  async dismiss(): Promise<void> {
    if (isUnderWay(this.state)) return;
    this.#flow = undefined;
    this.#show(INITIAL_VERIFICATION);
    this.#takeWaiting();
  }

  /** What was not accepted yet waits for the next client. Nobody could take up the rest: its keys are in the memory of this client alone. */
  [Symbol.dispose](): void {
    const { client } = this.#options;
    this.#life.abort();
    client.off(CryptoEvent.VerificationRequestReceived, this.#handleRequest);
    client.off(ClientEvent.Event, this.#handleEvent);
    client.off(ClientEvent.ReceivedToDeviceMessage, this.#handleMessage);
    if (this.state.status !== "asked") void this.cancel();
  }

  get #isCompared(): boolean {
    return this.state.status === "emoji" || this.state.status === "code-scanned";
  }

  async #ask(about: Pick<VerificationState, "device" | "user">, ask: () => Promise<VerificationRequest>): Promise<void> {
    if (isUnderWay(this.state) && this.state.status !== "asked") return;
    const flow = this.#begin({ status: "asking", ...about }); // what was asked meanwhile is taken up when this one is over
    try {
      const request = await ask();
      if (flow.isOver) await request.cancel();
      else flow.follow(request);
    } catch (error) {
      flow.fail(error);
    }
  }

  #begin(first: VerificationState): VerificationFlow {
    const flow: VerificationFlow = new VerificationFlow({
      toError: this.#options.toError,
      isMasked: this.#isMasked,
      report: (change) => {
        if (this.#flow !== flow) return;
        this.#source.merge(change);
        if (change.status !== undefined && change.status !== "asked") this.#keep(undefined);
      },
    });
    this.#flow = flow;
    this.#show(first);
    return flow;
  }

  /** Replaces all that was said of the flow before. */
  #show(state: VerificationState): void {
    const nothing = { device: undefined, user: undefined, methods: undefined, code: undefined, emoji: undefined, decimals: undefined };
    this.#source.merge({ ...nothing, endsAt: undefined, reason: undefined, error: undefined, ...state });
  }

  /** A request that came while another flow was under way, or before anybody listened. */
  #takeWaiting(): void {
    const { client, crypto, direct } = this.#options;
    for (const request of crypto.getVerificationRequestsToDeviceInProgress(client.getSafeUserId())) this.#handleRequest(request);
    for (const [roomId, userId] of direct.list()) {
      const request = crypto.findVerificationRequestDMInProgress(roomId, userId);
      if (request) this.#handleRequest(request);
    }
  }

  #handleRequest = (request: VerificationRequest): void => {
    const { isSelfVerification, otherDeviceId, otherUserId, phase, pending, initiatedByMe, roomId } = request;
    const isOpen = pending && !initiatedByMe && phase === VerificationPhase.Requested && !isUnderWay(this.state);
    if (!isOpen || (isSelfVerification ? roomId !== undefined || otherDeviceId === undefined : roomId === undefined)) return;
    if (!isSelfVerification) return void this.#begin({ status: "asked", user: this.#person(otherUserId) }).follow(request);
    const flow = this.#begin({ status: "asked", device: { deviceId: otherDeviceId! } });
    this.#asked = request.transactionId;
    flow.follow(request);
    void this.#nameDevice(flow, otherDeviceId!);
  };

  /** It comes after the request that the engine made of it. */
  #handleMessage = ({ message }: { message: { type: string; sender: string; content: Record<string, unknown> } }): void => {
    const isRequest = message.type === "m.key.verification.request" && message.sender === this.#options.client.getSafeUserId();
    if (isRequest && this.state.status === "asked" && message.content["transaction_id"] === this.#asked) this.#keep(message);
  };

  #keep(request: KeptRequest | undefined): void {
    if (!request && this.#asked === undefined) return; // nothing is kept
    if (!request) this.#asked = undefined;
    this.#options.memory.save(request && { type: request.type, sender: request.sender, content: request.content }).catch(() => {});
  }

  /** Gives the engine what an earlier client of this device was asked and did not answer. The SDK has the way beside its public surface. */
  async #recall(): Promise<void> {
    const { crypto, memory } = this.#options;
    const kept = await memory.load();
    if (!kept || isUnderWay(this.state)) return;
    if (Date.now() - Number(kept.content["timestamp"]) > REQUEST_LASTS) return memory.save(undefined);
    const { processSyncChanges } = crypto as unknown as { processSyncChanges(changes: object): Promise<unknown> };
    // As sliding sync tells it: what is not said is as it was, the number of one-time keys among it.
    await processSyncChanges.call(crypto, { toDeviceEvents: [kept], useMsc4186: true });
  }

  /** Some clients encrypt what they say of a verification in a room. The engine sees it only once it is decrypted, which nobody else may do: the room need not be open. */
  #handleEvent = (event: MatrixEvent): void => {
    const { client, direct } = this.#options;
    if (event.getType() !== "m.room.encrypted" || !direct.has(event.getRoomId() ?? "")) return;
    client.decryptEventIfNeeded(event).catch(() => {}); // what cannot be read is said where the room is shown
  };

  /** The engine learns of somebody's identity when there is an encrypted room with them, which may be a moment old. */
  async #meet(userId: string): Promise<void> {
    for (let waited = 0; waited < MEETING_LASTS; waited += MEETING_STEP) {
      if ((await this.#options.crypto.getUserVerificationStatus(userId)).known) return;
      await pause(MEETING_STEP, this.#life.signal);
    }
    throw new MeloError("identity-unknown", `The identity of ${userId} did not arrive.`);
  }

  /** The device is named like a key of its owner's identity, or of the visitor's. CVE-2022-39250. */
  #isMasked = async (userId: string, deviceId: string): Promise<boolean> => {
    const { client, crypto } = this.#options;
    const owners = new Set([userId, client.getSafeUserId()]);
    const identities = await Promise.all([...owners].map((owner) => crypto.getUserCrossSigningKeys(owner)));
    const keys = identities.flatMap((identity) => Object.values(identity ?? {})).flatMap((key) => Object.values(key?.keys ?? {}));
    return keys.includes(deviceId);
  };

  #person(userId: string): NonNullable<VerificationState["user"]> {
    const name = this.#options.client.getUser(userId)?.displayName;
    return name === undefined ? { userId } : { userId, name };
  }

  async #nameDevice(flow: VerificationFlow, deviceId: string): Promise<void> {
    const { client, crypto } = this.#options;
    const userId = client.getSafeUserId();
    const devices = await crypto.getUserDeviceInfo([userId]).catch(() => undefined);
    const name = devices?.get(userId)?.get(deviceId)?.displayName;
    if (name !== undefined && !flow.isOver) flow.report({ device: { deviceId, name } });
  }
}
