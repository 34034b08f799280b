import { CryptoEvent, type CryptoApi, type CryptoEventHandlerMap } from "matrix-js-sdk/lib/crypto-api/index.js";
import {
  VerificationPhase,
  VerificationRequestEvent,
  VerifierEvent,
  type ShowSasCallbacks,
  type VerificationRequest,
  type Verifier,
} from "matrix-js-sdk/lib/crypto-api/verification.js";
import type { MatrixClient, TypedEventEmitter } from "matrix-js-sdk/lib/matrix.js";

import { MeloError } from "../internal/errors.js";
import { Source } from "../internal/readable.js";
import { isUnderWay } from "../internal/verification-status.js";
import {
  INITIAL_VERIFICATION,
  type CancelReason,
  type Verification,
  type VerificationEmoji,
  type VerificationState,
} from "./verification-state.js";

/** The one method so far; a second one is named here and gets an action beside `start`. */
const SAS = "m.sas.v1";

type VerificationClient = Pick<MatrixClient, "getSafeUserId"> & Pick<TypedEventEmitter<CryptoEvent, CryptoEventHandlerMap>, "on" | "off">;

type VerificationCrypto = Pick<
  CryptoApi,
  "requestOwnUserVerification" | "requestDeviceVerification" | "getVerificationRequestsToDeviceInProgress" | "getUserDeviceInfo"
> & { setSupportedVerificationMethods(methods: string[]): void };

/** {@link Verification} over a live client. */
export class DeviceVerification implements Verification, Disposable {
  readonly #client: VerificationClient;
  readonly #crypto: VerificationCrypto;
  readonly #source = new Source<VerificationState>(INITIAL_VERIFICATION);
  #flow?: Flow;

  constructor(client: VerificationClient, crypto: CryptoApi | VerificationCrypto) {
    this.#client = client;
    this.#crypto = crypto as VerificationCrypto; // the method is there, outside the public interface of the SDK
    this.#crypto.setSupportedVerificationMethods([SAS]);
    client.on(CryptoEvent.VerificationRequestReceived, this.#handleRequest);
    this.#takeWaiting();
  }

  get state(): VerificationState {
    return this.#source.state;
  }

  subscribe: Verification["subscribe"] = (listener, options) => this.#source.subscribe(listener, options);

  async request(deviceId?: string): Promise<void> {
    if (isUnderWay(this.state)) return;
    const flow = this.#begin({ status: "asking", device: deviceId === undefined ? undefined : { deviceId } });
    try {
      const request = await (deviceId === undefined
        ? this.#crypto.requestOwnUserVerification()
        : this.#crypto.requestDeviceVerification(this.#client.getSafeUserId(), deviceId));
      if (flow.isOver) await request.cancel();
      else flow.follow(request);
    } catch (error) {
      flow.fail(error);
    }
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

  async confirm(): Promise<void> {
    if (this.state.status === "emoji") await this.#flow?.confirm();
  }

  async mismatch(): Promise<void> {
    if (this.state.status === "emoji") this.#flow?.mismatch();
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

  [Symbol.dispose](): void {
    this.#client.off(CryptoEvent.VerificationRequestReceived, this.#handleRequest);
    void this.cancel(); // nobody could take the flow up again: its keys are in the memory of this client alone
  }

  #begin(first: VerificationState): Flow {
    const flow: Flow = new Flow((change) => {
      if (this.#flow === flow) this.#source.merge(change);
    });
    this.#flow = flow;
    this.#show(first);
    return flow;
  }

  /** Replaces all that was said of the flow before. */
  #show(state: VerificationState): void {
    const nothing = { device: undefined, emoji: undefined, decimals: undefined, reason: undefined, error: undefined };
    this.#source.merge({ ...nothing, ...state });
  }

  /** A request that came while another flow was under way, or before anybody listened. */
  #takeWaiting(): void {
    for (const request of this.#crypto.getVerificationRequestsToDeviceInProgress(this.#client.getSafeUserId()))
      this.#handleRequest(request);
  }

  #handleRequest = (request: VerificationRequest): void => {
    const { isSelfVerification, otherDeviceId, phase, pending, roomId } = request;
    const isForUs =
      isSelfVerification && pending && !request.initiatedByMe && phase === VerificationPhase.Requested && roomId === undefined;
    if (!isForUs || otherDeviceId === undefined || isUnderWay(this.state)) return;
    const flow = this.#begin({ status: "asked", device: { deviceId: otherDeviceId } });
    flow.follow(request);
    void this.#nameDevice(flow, otherDeviceId);
  };

  async #nameDevice(flow: Flow, deviceId: string): Promise<void> {
    const userId = this.#client.getSafeUserId();
    const devices = await this.#crypto.getUserDeviceInfo([userId]).catch(() => undefined);
    const name = devices?.get(userId)?.get(deviceId)?.displayName;
    if (name !== undefined && !flow.isOver) flow.report({ device: { deviceId, name } });
  }
}

/** One verification from its request to its end. What it reports after a next one began is dropped by its owner. */
class Flow {
  readonly report: (change: Partial<VerificationState>) => void;
  #request?: VerificationRequest;
  #verifier?: Verifier;
  #sas?: ShowSasCallbacks;
  #isOver = false;

  constructor(report: (change: Partial<VerificationState>) => void) {
    this.report = report;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  follow(request: VerificationRequest): void {
    this.#request = request;
    request.on(VerificationRequestEvent.Change, this.#handleChange);
    this.#handleChange();
  }

  async accept(): Promise<void> {
    this.report({ status: "starting" });
    await this.#attempt(() => this.#request?.accept());
  }

  async start(): Promise<void> {
    this.report({ status: "starting" });
    await this.#attempt(() => this.#request?.startVerification(SAS));
  }

  async confirm(): Promise<void> {
    this.report({ status: "confirming" });
    await this.#attempt(() => this.#sas?.confirm());
  }

  mismatch(): void {
    this.#end("mismatch");
    this.#sas?.mismatch();
  }

  async cancel(): Promise<void> {
    this.#end("by-us");
    await this.#request?.cancel().catch(() => {}); // nothing is verified all the same, and the other side ends by its own clock
  }

  fail(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const isUnreachable = error instanceof Error && error.name === "ConnectionError";
    const failure = MeloError.from(error, isUnreachable ? "homeserver-unreachable" : "unknown");
    this.report({ status: "failed", error: failure.toInfo(), emoji: undefined, decimals: undefined });
    this.#request?.cancel().catch(() => {}); // a message of it is lost, so the other side could only wait
  }

  async #attempt(act: () => Promise<unknown> | undefined): Promise<void> {
    try {
      await act();
      this.#handleChange();
    } catch (error) {
      this.#handleChange(); // refused because it was cancelled meanwhile: that says more than the refusal
      this.fail(error);
    }
  }

  #handleChange = (): void => {
    const request = this.#request;
    if (!request || this.#isOver) return;
    if (request.phase === VerificationPhase.Cancelled) return this.#end(reasonOf(request.cancellationCode));
    const { otherDeviceId } = request;
    if (request.phase === VerificationPhase.Ready) {
      if (!this.#isAgreed)
        this.report({ status: "ready", ...(otherDeviceId === undefined ? {} : { device: { deviceId: otherDeviceId } }) });
      this.#isAgreed = true;
    }
    const { verifier } = request;
    if (verifier && !this.#verifier) this.#verify(verifier);
  };
  #isAgreed = false;

  /** Both sides agreed before, so a start by the other one is accepted without asking again. */
  #verify(verifier: Verifier): void {
    this.#verifier = verifier;
    this.report({ status: "starting" });
    verifier.on(VerifierEvent.ShowSas, this.#handleSas);
    const shown = verifier.getShowSasCallbacks();
    if (shown) this.#handleSas(shown);
    verifier.verify().then(this.#handleDone, (error: unknown) => {
      if (verifier.hasBeenCancelled) this.#end(reasonOf(this.#request?.cancellationCode ?? codeIn(error)));
      else this.fail(error);
    });
  }

  #handleSas = (callbacks: ShowSasCallbacks): void => {
    if (this.#sas || this.#isOver) return;
    this.#sas = callbacks;
    const { emoji = [], decimal } = callbacks.sas;
    this.report({ status: "emoji", emoji: Object.freeze(emoji.map(withIndex)), decimals: decimal && Object.freeze([...decimal]) });
  };

  /** The only way to `done`: both sides confirmed, and the engine checked what they sent. It holds even if the visitor cancelled a moment too late. */
  #handleDone = (): void => {
    this.#isOver = true;
    this.report({ status: "done", reason: undefined, error: undefined, emoji: undefined, decimals: undefined });
  };

  #end(reason: CancelReason): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.report({ status: "cancelled", reason, emoji: undefined, decimals: undefined });
  }
}

/** Client-server specification, `m.key.verification.cancel`. What this side cancels never comes here. */
function reasonOf(code: string | null | undefined): CancelReason {
  switch (code) {
    case "m.user":
      return "by-them";
    case "m.timeout":
      return "timeout";
    case "m.mismatched_sas":
      return "mismatch";
    case "m.accepted":
      return "accepted-elsewhere";
    case "m.key_mismatch":
    case "m.mismatched_commitment":
      return "key-mismatch";
    default:
      return "unknown";
  }
}

/** The engine ends the comparison before the request; until then only the text of its error has the code. */
function codeIn(error: unknown): string | undefined {
  return error instanceof Error ? /\bwith code (m\.\w+)/.exec(error.message)?.[1] : undefined;
}

function withIndex([symbol, name]: [symbol: string, name: string]): VerificationEmoji {
  return Object.freeze({ index: TABLE.indexOf(name), symbol, name });
}

/** Client-server specification, "SAS method: emoji": the names by number. */
const TABLE: readonly string[] = (
  "Dog,Cat,Lion,Horse,Unicorn,Pig,Elephant,Rabbit,Panda,Rooster,Penguin,Turtle,Fish,Octopus,Butterfly,Flower,Tree,Cactus,Mushroom,Globe,Moon,Cloud,Fire,Banana," +
  "Apple,Strawberry,Corn,Pizza,Cake,Heart,Smiley,Robot,Hat,Glasses,Spanner,Santa,Thumbs Up,Umbrella,Hourglass,Clock,Gift,Light Bulb,Book,Pencil,Paperclip," +
  "Scissors,Lock,Key,Hammer,Telephone,Flag,Train,Bicycle,Aeroplane,Rocket,Trophy,Ball,Guitar,Trumpet,Bell,Anchor,Headphones,Folder,Pin"
).split(",");
