import { CryptoEvent, type CryptoApi, type CryptoEventHandlerMap } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { AuthDict, MatrixClient, MatrixError, TypedEventEmitter } from "matrix-js-sdk/lib/matrix.js";

import { passwordProof, takesPassword } from "../internal/password-proof.js";
import { Source, type Readable } from "../internal/readable.js";
import { isOrphaned } from "./orphaned-identity.js";
import { isSignedByOwner } from "./own-identity.js";

export interface CrossSigningState {
  /**
   * `ready`: this device is signed by its owner's identity. `missing`: the account has an identity whose keys are not on this device, so another device or the
   * recovery key has to vouch for it; or the server refused to take a new identity.
   */
  readonly status: "unknown" | "ready" | "missing";
}

type CrossSigningClient = Pick<MatrixClient, "downloadKeysForUsers" | "getAccountDataFromServer" | "getSafeUserId" | "getDeviceId"> &
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
   * Call it when the client has been started: without the sync it waits a second longer. `password` answers a server that wants one even for the first identity (before MSC3967). Rejects if the server cannot be asked; call it again then.
   */
  async ensure(options: { password?: string } = {}): Promise<void> {
    this.#ensuring ??= this.#ensure(options).finally(() => (this.#ensuring = undefined));
    await this.#ensuring;
  }

  /**
   * At a sign-in with the password: replaces an identity that nobody can use any more ({@link isOrphaned}: the last device was signed out or lost its keys, and there is
   * no recovery key), since nothing could ever vouch for the new device. Call it before the client is started: an answer about the old identity that arrives after the new one was
   * made would take its keys away again. Rejects if the server cannot be asked.
   */
  async replaceOrphan(password: string): Promise<void> {
    if ((await this.#isPublished()) && (await isOrphaned(this.#client))) await this.#publishNew(password);
  }

  dispose(): void {
    for (const event of TRUST_EVENTS) this.#client.off(event, this.#handleTrust);
  }

  async #ensure({ password }: { password?: string }): Promise<void> {
    if (!(await this.#isPublished()) && !(await this.#publishNew(password))) return this.#source.merge({ status: "missing" });
    await this.#refresh();
    if (!(await isSignedByOwner(this.#client, this.#crypto))) await this.#sign();
    this.#source.merge({ status: (await isSignedByOwner(this.#client, this.#crypto)) ? "ready" : "missing" });
  }

  /** Asks the server itself: an identity that an earlier start made and could not publish is in the crypto store all the same, and signs nothing for others. */
  async #isPublished(): Promise<boolean> {
    const userId = this.#client.getSafeUserId();
    const answer = await this.#client.downloadKeysForUsers([userId]);
    return answer.master_keys?.[userId] !== undefined;
  }

  /** Keys that were made and never published are nobody's loss, so new ones replace them. Tells whether the server took the identity. */
  async #publishNew(password: string | undefined): Promise<boolean> {
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
      return true;
    } catch (error) {
      if (isRefusal(error)) return false;
      throw error;
    }
  }

  /** Brings what the server holds into the crypto store: the identity, and the signatures of this device. */
  async #refresh(): Promise<void> {
    await this.#crypto.userHasCrossSigningKeys(this.#client.getSafeUserId(), true);
  }

  /** Finishes a start that published the identity and was cut off before it signed the device. */
  async #sign(): Promise<void> {
    const { privateKeysCachedLocally } = await this.#crypto.getCrossSigningStatus();
    if (!privateKeysCachedLocally.selfSigningKey) return;
    await this.#crypto.crossSignDevice(this.#client.getDeviceId()!);
    await this.#refresh();
  }

  #handleTrust = async (): Promise<void> => {
    if (this.#ensuring) return; // ends with its own answer
    const signed = await isSignedByOwner(this.#client, this.#crypto).catch(() => undefined); // the client was stopped meanwhile
    if (signed) this.#source.merge({ status: "ready" });
    else if (signed === false && this.state.status === "ready") this.#source.merge({ status: "missing" });
  };
}

/** The server takes the identity only with a proof (user-interactive authentication), or not at all. */
function isRefusal(error: unknown): boolean {
  const status = (error as MatrixError | undefined)?.httpStatus;
  return status === 401 || status === 403;
}

function passwordAnswer(error: unknown, userId: string, password: string | undefined): AuthDict | undefined {
  const { data } = (error ?? {}) as { data?: { session?: string; flows?: { stages?: string[] }[] } };
  if (!takesPassword(data?.flows) || password === undefined) return undefined;
  return passwordProof(userId, password, data?.session);
}
