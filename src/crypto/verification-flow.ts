import {
  VerificationPhase,
  VerificationRequestEvent,
  VerifierEvent,
  type ShowQrCodeCallbacks,
  type ShowSasCallbacks,
  type VerificationRequest,
  type Verifier,
} from "matrix-js-sdk/lib/crypto-api/verification.js";

import { MeloError } from "../internal/errors.js";
import { bytesToBase64 } from "../internal/base64.js";
import { isOfServer } from "./of-server.js";
import type { CancelReason, VerificationState } from "./verification-state.js";

/** Client-server specification, "Key verification framework": the methods by their names there. */
export const METHODS = { sas: "m.sas.v1", show: "m.qr_code.show.v1", scan: "m.qr_code.scan.v1", reciprocate: "m.reciprocate.v1" } as const;

/** What no longer holds when a flow ends. */
const NOTHING = { emoji: undefined, decimals: undefined, code: undefined, methods: undefined, endsAt: undefined } as const;

export interface FlowOptions {
  readonly report: (change: Partial<VerificationState>) => void;
  readonly toError: (error: unknown) => MeloError;
  /** Whether a device is named like a key of an identity, so that one could be taken for the other: no honest device is. */
  readonly isMasked: (userId: string, deviceId: string) => Promise<boolean>;
}

/** One verification from its request to its end. What it reports after a next one began is dropped by its owner. */
export class VerificationFlow {
  readonly report: FlowOptions["report"];
  readonly #toError: FlowOptions["toError"];
  readonly #isMasked: FlowOptions["isMasked"];
  #request?: VerificationRequest;
  #verifier?: Verifier;
  #sas?: ShowSasCallbacks;
  #scanned?: ShowQrCodeCallbacks;
  #isAgreed = false;
  #agreeing?: Promise<void>;
  #isOver = false;

  constructor({ report, toError, isMasked }: FlowOptions) {
    this.report = report;
    this.#isMasked = isMasked;
    this.#toError = toError;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  follow(request: VerificationRequest): void {
    this.#request = request;
    request.on(VerificationRequestEvent.Change, this.#handleChange);
    const { timeout } = request;
    if (timeout !== null && timeout > 0) this.report({ endsAt: Date.now() + timeout });
    this.#handleChange();
  }

  async accept(): Promise<void> {
    this.report({ status: "starting", endsAt: undefined });
    await this.#attempt(() => this.#request?.accept());
  }

  async start(): Promise<void> {
    this.report({ status: "starting", code: undefined, methods: undefined });
    await this.#attempt(() => this.#request?.startVerification(METHODS.sas));
  }

  /** Rejects `code-invalid` for what is no code of a verification; the flow goes on then. */
  async scan(code: Uint8Array<ArrayBuffer>): Promise<void> {
    if (!isVerificationCode(code)) throw new MeloError("code-invalid", "This is not the QR code of a verification.");
    this.report({ status: "confirming", code: undefined, methods: undefined });
    if (await this.#refuses()) return;
    // The SDK keeps the verifier of the code that is shown here, and would never hear of the end of the one that was scanned.
    Reflect.set(this.#request ?? {}, "_verifier", undefined);
    try {
      await this.#request?.scanQRCode(new Uint8ClampedArray(code));
      this.#handleChange();
    } catch (error) {
      // The engine refuses codes of other flows, devices and keys, and tells nobody: the other side would wait, so this one says it.
      this.#end(isOfServer(error) ? "unknown" : "key-mismatch");
      await this.#request?.cancel().catch(() => {});
    }
  }

  async confirm(): Promise<void> {
    this.report({ status: "confirming" });
    if (await this.#refuses()) return;
    await this.#attempt(async () => (this.#scanned ? this.#scanned.confirm() : this.#sas?.confirm()));
  }

  mismatch(): void {
    this.#end("mismatch");
    if (this.#scanned) this.#scanned.cancel();
    else this.#sas?.mismatch();
  }

  async cancel(): Promise<void> {
    this.#end("by-us");
    await this.#request?.cancel().catch(() => {}); // nothing is verified all the same, and the other side ends by its own clock
  }

  fail(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.report({ ...NOTHING, status: "failed", error: this.#toError(error).toInfo() });
    this.#request?.cancel().catch(() => {}); // a message of it is lost, so the other side could only wait
  }

  async #attempt(act: () => Promise<unknown> | undefined): Promise<void> {
    try {
      await act();
      this.#handleChange();
      await this.#agreeing;
    } catch (error) {
      this.#handleChange(); // refused because it was cancelled meanwhile: that says more than the refusal
      this.fail(error);
    }
  }

  #handleChange = (): void => {
    const request = this.#request;
    if (!request || this.#isOver) return;
    if (request.phase === VerificationPhase.Cancelled) return this.#end(reasonOf(request.cancellationCode));
    if (request.phase === VerificationPhase.Ready && !this.#isAgreed) this.#agreeing = this.#agree(request);
    const { verifier } = request;
    if (verifier && !this.#verifier) this.#verify(verifier, request.chosenMethod === METHODS.reciprocate);
    else if (verifier) this.#lookAtScan(verifier);
  };

  /** Both sides are there: what they can do together is offered. */
  async #agree(request: VerificationRequest): Promise<void> {
    this.#isAgreed = true;
    if (await this.#refuses()) return;
    const { otherDeviceId, isSelfVerification } = request;
    const can = (method: string): boolean => request.otherPartySupportsMethod(method);
    const scan = can(METHODS.show) && can(METHODS.reciprocate);
    const code = can(METHODS.scan) && can(METHODS.reciprocate) ? await request.generateQRCode().catch(() => undefined) : undefined;
    if (this.#isOver || this.#verifier || request.phase !== VerificationPhase.Ready) return; // the other side was faster
    this.report({
      status: "ready",
      endsAt: undefined,
      ...(otherDeviceId !== undefined && isSelfVerification ? { device: { deviceId: otherDeviceId } } : {}),
      methods: Object.freeze({ emoji: can(METHODS.sas), scan }),
      code: code && bytesToBase64(new Uint8Array(code)),
    });
  }

  /** Both sides agreed before, so a start by the other one is accepted without asking again. */
  #verify(verifier: Verifier, isByCode: boolean): void {
    this.#verifier = verifier;
    if (isByCode) this.report({ status: "confirming", code: undefined, methods: undefined });
    else this.report({ status: "starting", code: undefined, methods: undefined });
    verifier.on(VerifierEvent.ShowSas, this.#handleSas);
    const shown = verifier.getShowSasCallbacks();
    if (shown) this.#handleSas(shown);
    this.#lookAtScan(verifier);
    verifier.verify().then(this.#handleDone, (error: unknown) => {
      if (verifier.hasBeenCancelled) this.#end(reasonOf(this.#request?.cancellationCode ?? codeIn(error)));
      else this.fail(error);
    });
  }

  /** The other side says that it has scanned the code: only the visitor can see whether that is so. */
  #lookAtScan(verifier: Verifier): void {
    const callbacks = verifier.getReciprocateQrCodeCallbacks();
    if (!callbacks || this.#scanned || this.#isOver) return;
    this.#scanned = callbacks;
    this.report({ status: "code-scanned" });
  }

  #handleSas = (callbacks: ShowSasCallbacks): void => {
    if (this.#sas || this.#isOver) return;
    this.#sas = callbacks;
    const { emoji = [], decimal } = callbacks.sas;
    const named = emoji.map(([symbol, name]) => Object.freeze({ symbol, name }));
    this.report({ status: "emoji", emoji: Object.freeze(named), decimals: decimal && Object.freeze([...decimal]) });
  };

  /** Client-server specification, "Short Authentication String (SAS) verification": ids of devices and of keys are told apart by their text alone in what both sides sign. */
  async #refuses(): Promise<boolean> {
    const request = this.#request;
    if (this.#isOver || request?.otherDeviceId === undefined) return false;
    // What cannot be looked up is not taken for harmless: nothing is verified then.
    if (!(await this.#isMasked(request.otherUserId, request.otherDeviceId).catch(() => true))) return false;
    this.#end("key-mismatch");
    await request.cancel().catch(() => {});
    return true;
  }

  /** The only way to `done`: both sides confirmed, and the engine checked what they sent. It holds even if the visitor cancelled a moment too late. */
  #handleDone = (): void => {
    this.#isOver = true;
    this.report({ ...NOTHING, status: "done", reason: undefined, error: undefined });
  };

  #end(reason: CancelReason): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.report({ ...NOTHING, status: "cancelled", reason });
  }
}

/** Client-server specification, "QR code format": "MATRIX" and version 2. */
function isVerificationCode(code: Uint8Array): boolean {
  return code.length > 10 && new TextDecoder("latin1").decode(code.subarray(0, 6)) === "MATRIX" && code[6] === 2;
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
