import { CryptoEvent, type CryptoApi, type CryptoEventHandlerMap } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { AuthDict, MatrixClient, MatrixError, TypedEventEmitter } from "matrix-js-sdk/lib/matrix.js";

import { Source, type Readable } from "../internal/readable.js";

export interface CrossSigningState {
  /**
   * `ready`: this device is signed by its owner's identity. `missing`: the account has an identity whose keys are not on this device, so another device or the
   * recovery key has to vouch for it; or the server refused to take a new identity.
   */
  readonly status: "unknown" | "ready" | "missing";
}

type CrossSigningClient = Pick<MatrixClient, "getSafeUserId" | "getDeviceId"> &
  Pick<TypedEventEmitter<CryptoEvent, CryptoEventHandlerMap>, "on" | "off">;

type CrossSigningCrypto = Pick<
  CryptoApi,
  "bootstrapCrossSigning" | "crossSignDevice" | "getCrossSigningStatus" | "getDeviceVerificationStatus" | "userHasCrossSigningKeys"
>;

const TRUST_EVENTS = [CryptoEvent.KeysChanged, CryptoEvent.UserTrustStatusChanged, CryptoEvent.DevicesUpdated] as const;

/** Whether this device is signed by its owner (MSC4153 needs it), and the silent first set-up of a new account's identity. */
export class CrossSigning implements Readable<CrossSigningState> {
  readonly #client: CrossSigningClient;
  readonly #crypto: CrossSigningCrypto;
  readonly #source = new Source<CrossSigningState>({ status: "unknown" });
  #ensuring?: Promise<void>;

  constructor(client: CrossSigningClient, crypto: CrossSigningCrypto) {
    this.#client = client;
    this.#crypto = crypto;
    for (const event of TRUST_EVENTS) client.on(event, this.#handleTrust);
  }

  get state(): CrossSigningState {
    return this.#source.state;
  }

  subscribe: Readable<CrossSigningState>["subscribe"] = (listener, options) => this.#source.subscribe(listener, options);

  /**
   * Makes this device a signed one where that destroys nothing: creates the identity of an account that has none on the server, and finishes what an earlier
   * start began. An identity that exists is never replaced; without its keys here the state becomes `missing`.
   * `password` answers a server that wants one even for the first identity (before MSC3967). Rejects if the server cannot be asked; call it again then.
   */
  async ensure(options: { password?: string } = {}): Promise<void> {
    this.#ensuring ??= this.#ensure(options).finally(() => (this.#ensuring = undefined));
    await this.#ensuring;
  }

  dispose(): void {
    for (const event of TRUST_EVENTS) this.#client.off(event, this.#handleTrust);
  }

  async #ensure({ password }: { password?: string }): Promise<void> {
    if (await this.#isSigned()) return this.#source.merge({ status: "ready" });
    const hasIdentity = await this.#crypto.userHasCrossSigningKeys(this.#client.getSafeUserId(), true);
    if (hasIdentity) await this.#signWithOwnKeys();
    else await this.#createIdentity(password);
    await this.#crypto.userHasCrossSigningKeys(this.#client.getSafeUserId(), true); // fetches the signatures that were just made
    this.#source.merge({ status: (await this.#isSigned()) ? "ready" : "missing" });
  }

  /** An earlier start published the identity and was cut off before it signed the device. */
  async #signWithOwnKeys(): Promise<void> {
    const { privateKeysCachedLocally } = await this.#crypto.getCrossSigningStatus();
    if (privateKeysCachedLocally.selfSigningKey) await this.#crypto.crossSignDevice(this.#client.getDeviceId()!);
  }

  /** Keys that an earlier start made and did not publish are nobody's loss: the server has no identity, so new ones replace them. */
  async #createIdentity(password: string | undefined): Promise<void> {
    try {
      await this.#crypto.bootstrapCrossSigning({
        setupNewCrossSigning: true,
        authUploadDeviceSigningKeys: async (upload) => {
          try {
            await upload(null);
          } catch (error) {
            const answer = passwordAnswer(error, this.#client.getSafeUserId(), password);
            if (!answer) throw error;
            await upload(answer);
          }
        },
      });
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  }

  async #isSigned(): Promise<boolean> {
    const status = await this.#crypto.getDeviceVerificationStatus(this.#client.getSafeUserId(), this.#client.getDeviceId()!);
    return status?.signedByOwner ?? false;
  }

  #handleTrust = async (): Promise<void> => {
    if (this.#ensuring) return; // ends with its own answer
    const signed = await this.#isSigned().catch(() => undefined); // the client was stopped meanwhile
    if (signed) this.#source.merge({ status: "ready" });
    else if (signed === false && this.state.status === "ready") this.#source.merge({ status: "missing" });
  };
}

/** The server takes the identity only with a proof (user-interactive authentication), or not at all. */
function isRefusal(error: unknown): boolean {
  const status = (error as MatrixError | undefined)?.httpStatus;
  return status === 401 || status === 403;
}

/** Client-server specification, "User-Interactive Authentication API", `m.login.password`. */
function passwordAnswer(error: unknown, userId: string, password: string | undefined): AuthDict | undefined {
  const { data } = (error ?? {}) as { data?: { session?: string; flows?: { stages?: string[] }[] } };
  const offered = data?.flows?.some(({ stages }) => stages?.length === 1 && stages[0] === "m.login.password");
  if (!offered || password === undefined) return undefined;
  return { type: "m.login.password", identifier: { type: "m.id.user", user: userId }, password, session: data?.session };
}
