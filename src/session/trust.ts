import type { CryptoApi } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { MatrixClient } from "matrix-js-sdk/lib/matrix.js";

import { INITIAL_DEVICES, type OwnDevices } from "../crypto/own-devices-state.js";
import { late } from "../internal/late.js";
import { serverError } from "../matrix/server-error.js";
import type { Vault } from "../matrix/vault.js";
import { keptDevices } from "./device-memory.js";

/** What the objects about trust are made of, once the client runs. */
export interface TrustParts {
  readonly client: MatrixClient;
  readonly crypto: CryptoApi;
  /** The part of the vault that belongs to the device. */
  readonly vault: Vault;
}

/** The account's devices; their code is loaded when somebody wants to see them. */
export function ownDevices({ client, crypto, vault }: TrustParts): OwnDevices & Disposable {
  return late(INITIAL_DEVICES, async () => {
    const { AccountDevices } = await import("../crypto/own-devices.js");
    return new AccountDevices({ client, crypto, memory: keptDevices(vault), toError: serverError });
  });
}
