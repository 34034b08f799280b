import type { CryptoApi } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { MatrixClient } from "matrix-js-sdk/lib/matrix.js";

import type { CrossSigning } from "../crypto/cross-signing.js";
import { INITIAL_DEVICES, type OwnDevices } from "../crypto/own-devices-state.js";
import { INITIAL_RECOVERY, type Recovery } from "../crypto/recovery-state.js";
import { INITIAL_VERIFICATION, type Verification, type VerificationState } from "../crypto/verification-state.js";
import { late } from "../internal/late.js";
import { serverError } from "../matrix/server-error.js";
import type { Vault } from "../matrix/vault.js";
import { keptDevices } from "./device-memory.js";

/** The objects of one client about devices, identities and recovery; the code of each comes when it is first needed. */
export class Trust {
  readonly #client: MatrixClient;
  readonly #crypto: CryptoApi;
  readonly #vault: Vault;
  readonly #crossSigning: Pick<CrossSigning, "ensure">;

  /** `vault` is the part that belongs to the device. */
  constructor(client: MatrixClient, crypto: CryptoApi, vault: Vault, crossSigning: Pick<CrossSigning, "ensure">) {
    this.#client = client;
    this.#crypto = crypto;
    this.#vault = vault;
    this.#crossSigning = crossSigning;
  }

  get devices(): OwnDevices & Disposable {
    return late(INITIAL_DEVICES, async () => {
      const { AccountDevices } = await import("../crypto/own-devices.js");
      return new AccountDevices({ client: this.#client, crypto: this.#crypto, memory: keptDevices(this.#vault), toError: serverError });
    });
  }

  get recovery(): Recovery & Disposable {
    return late(INITIAL_RECOVERY, async () => {
      const { AccountRecovery } = await import("../crypto/recovery.js");
      const onEntered = () => this.#crossSigning.ensure();
      return new AccountRecovery({ client: this.#client, crypto: this.#crypto, toError: serverError, onEntered });
    });
  }

  get verification(): Verification & Disposable {
    return late<VerificationState, Verification>(INITIAL_VERIFICATION, async () => {
      const { DeviceVerification } = await import("../crypto/verification.js");
      return new DeviceVerification(this.#client, this.#crypto);
    });
  }

  /** This device is a signed one. */
  async handleSigned(): Promise<void> {
    const { beginBackup } = await import("../crypto/server-backup.js");
    await beginBackup(this.#client, this.#crypto);
  }
}
