import { CryptoEvent, type CryptoApi, type CryptoEventHandlerMap } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { TypedEventEmitter } from "matrix-js-sdk/lib/matrix.js";

import { MeloError } from "../internal/errors.js";
import type { IdentityStatus } from "../internal/identity-status.js";

type IdentityEvents = Pick<TypedEventEmitter<CryptoEvent, CryptoEventHandlerMap>, "on" | "off">;

type IdentityCrypto = Pick<
  CryptoApi,
  "getUserVerificationStatus" | "pinCurrentUserIdentity" | "withdrawVerificationRequirement" | "userHasCrossSigningKeys"
>;

/** The identities of other users as the crypto store knows them, and the visitor's decisions about those that changed. */
export class UserIdentities {
  readonly #client: IdentityEvents;
  readonly #crypto: IdentityCrypto;
  /** The engine does not tell of decisions. */
  readonly #listeners = new Set<(userIds: readonly string[]) => void>();

  constructor(client: IdentityEvents, crypto: IdentityCrypto) {
    this.#client = client;
    this.#crypto = crypto;
  }

  /** Without asking the server. */
  async status(userId: string): Promise<IdentityStatus> {
    const status = await this.#crypto.getUserVerificationStatus(userId);
    if (!status.known) return "unknown";
    if (status.isCrossSigningVerified()) return "verified";
    if (status.wasCrossSigningVerified()) return "changed-since-verified";
    return status.needsUserApproval ? "changed" : "known";
  }

  /** Asks the server for an identity that may not have been seen yet. Rejects with the SDK's error. */
  async fetch(userId: string): Promise<void> {
    await this.#crypto.userHasCrossSigningKeys(userId, true);
  }

  /** Takes the changed identity of somebody who was not verified. Rejects `identity-changed` if they were: that is a greater decision. */
  async approve(userId: string): Promise<void> {
    const status = await this.status(userId);
    if (status === "changed-since-verified") throw new MeloError("identity-changed", `${userId} was verified before.`);
    if (status !== "changed") return;
    await this.#crypto.pinCurrentUserIdentity(userId);
    this.#tell(userId);
  }

  /** Goes on with the changed identity of somebody who was verified, who then is not any more. */
  async withdraw(userId: string): Promise<void> {
    if ((await this.status(userId)) !== "changed-since-verified") return;
    await this.#crypto.withdrawVerificationRequirement(userId);
    if ((await this.status(userId)) === "changed") await this.#crypto.pinCurrentUserIdentity(userId);
    this.#tell(userId);
  }

  /** Calls `listener` with the users whose identity may be another one now; `undefined` for all of them. */
  onChange(listener: (userIds: readonly string[] | undefined) => void, signal: AbortSignal): void {
    const handleUser = (userId: string): void => listener([userId]);
    const handleUsers = (userIds: string[]): void => listener(userIds);
    const handleAll = (): void => listener(undefined);
    this.#client.on(CryptoEvent.UserTrustStatusChanged, handleUser);
    this.#client.on(CryptoEvent.DevicesUpdated, handleUsers);
    this.#client.on(CryptoEvent.KeysChanged, handleAll);
    this.#listeners.add(listener);
    const stop = (): void => {
      this.#listeners.delete(listener);
      this.#client.off(CryptoEvent.UserTrustStatusChanged, handleUser);
      this.#client.off(CryptoEvent.DevicesUpdated, handleUsers);
      this.#client.off(CryptoEvent.KeysChanged, handleAll);
    };
    signal.addEventListener("abort", stop, { once: true });
  }

  #tell(userId: string): void {
    for (const listener of [...this.#listeners]) listener([userId]);
  }
}
