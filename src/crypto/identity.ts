import { CryptoEvent, type CryptoApi, type CryptoEventHandlerMap } from "matrix-js-sdk/lib/crypto-api/index.js";
import { ClientEvent } from "matrix-js-sdk/lib/client.js";
import type { ClientEventHandlerMap, MatrixClient, TypedEventEmitter } from "matrix-js-sdk/lib/matrix.js";

import type { MeloError } from "../internal/errors.js";
import { Source } from "../internal/readable.js";
import { Turns } from "../internal/turns.js";
import type { IdentityReset } from "./identity-reset.js";
import { INITIAL_IDENTITY, type Identity, type IdentityState, type ResetProof } from "./identity-state.js";
import { isOrphaned } from "./orphaned-identity.js";
import { holdsIdentity, isSignedByOwner } from "./own-identity.js";

export type IdentityClient = Pick<MatrixClient, "downloadKeysForUsers" | "getAccountDataFromServer" | "getSafeUserId" | "getDeviceId"> &
  Pick<TypedEventEmitter<ClientEvent | CryptoEvent, ClientEventHandlerMap & CryptoEventHandlerMap>, "on" | "off">;

export type IdentityCrypto = Pick<CryptoApi, "getCrossSigningStatus" | "getDeviceVerificationStatus" | "userHasCrossSigningKeys">;

export interface IdentityOptions {
  readonly client: IdentityClient;
  readonly crypto: IdentityCrypto;
  readonly reset: Pick<IdentityReset, "run" | "isLost">;
  /** Tells, until `signal` aborts, whose identity changed after the visitor had verified it. */
  readonly watchPeople: (tell: (userIds: readonly string[]) => void, signal: AbortSignal) => void;
  /** What a rejection of the client means. */
  readonly toError: (error: unknown) => MeloError;
}

const TRUST_EVENTS = [CryptoEvent.KeysChanged, CryptoEvent.UserTrustStatusChanged] as const;

/** {@link Identity} over a live client. */
export class AccountIdentity implements Identity, Disposable {
  readonly #options: IdentityOptions;
  readonly #source = new Source<IdentityState>(INITIAL_IDENTITY);
  readonly #turns = new Turns();
  /** Once for a burst of changes, and not in the middle of a reset. */
  readonly #look = this.#turns.once(() => this.#refresh());
  readonly #life = new AbortController();
  #lookFailed = false;
  #isKnown = false;

  constructor(options: IdentityOptions) {
    this.#options = options;
    for (const event of TRUST_EVENTS) options.client.on(event, this.#look);
    options.client.on(CryptoEvent.DevicesUpdated, this.#handleDevices);
    options.client.on(ClientEvent.Sync, this.#handleSync);
    options.watchPeople((changedPeople) => this.#source.merge({ changedPeople }), this.#life.signal);
    this.#look();
  }

  get state(): IdentityState {
    return this.#source.state;
  }

  subscribe: Identity["subscribe"] = (listener, options) => this.#source.subscribe(listener, options);

  reset({ password }: ResetProof = {}): Promise<void> {
    return this.#turns.take(async () => {
      this.#source.merge({ resetting: true, error: undefined });
      try {
        await this.#options.reset.run(password, (approvalUrl) => this.#source.merge({ approvalUrl }));
        this.#source.merge({ approvalUrl: undefined });
      } catch (error) {
        throw this.#options.toError(error);
      } finally {
        await this.#refresh();
        this.#source.merge({ resetting: false });
      }
    });
  }

  [Symbol.dispose](): void {
    const { client } = this.#options;
    this.#life.abort();
    for (const event of TRUST_EVENTS) client.off(event, this.#look);
    client.off(CryptoEvent.DevicesUpdated, this.#handleDevices);
    client.off(ClientEvent.Sync, this.#handleSync);
  }

  async #refresh(): Promise<void> {
    if (this.#life.signal.aborted) return;
    try {
      this.#source.merge({ status: await this.#statusNow(), error: undefined });
      this.#lookFailed = false;
    } catch (error) {
      this.#lookFailed = true;
      if (!this.#life.signal.aborted && this.state.status === "loading")
        this.#source.merge({ status: "failed", error: this.#options.toError(error).toInfo() });
    }
  }

  async #statusNow(): Promise<IdentityState["status"]> {
    const { client, crypto, reset } = this.#options;
    const exists = await crypto.userHasCrossSigningKeys(client.getSafeUserId(), !this.#isKnown);
    this.#isKnown = exists;
    if (!exists) return "none";
    if (await isSignedByOwner(client, crypto)) return (await holdsIdentity(crypto)) ? "ready" : "signed";
    return (await reset.isLost()) || (await isOrphaned(client)) ? "unusable" : "unverified";
  }

  #handleDevices = (users: string[]): void => void (users.includes(this.#options.client.getSafeUserId()) && this.#look());

  #handleSync = (): void => void (this.#lookFailed && this.#look());
}
