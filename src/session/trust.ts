import type { CryptoApi } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { MatrixClient } from "matrix-js-sdk/lib/matrix.js";

import type { BackupRestore } from "../crypto/backup-restore.js";
import type { CrossSigning } from "../crypto/cross-signing.js";
import type { IdentityOptions } from "../crypto/identity.js";
import { INITIAL_IDENTITY, type Identity } from "../crypto/identity-state.js";
import type { IdentityReset } from "../crypto/identity-reset.js";
import { INITIAL_DEVICES, type OwnDevices } from "../crypto/own-devices-state.js";
import { INITIAL_KEY_FILE, type KeyFile } from "../crypto/key-file-state.js";
import { INITIAL_RECOVERY, type Recovery } from "../crypto/recovery-state.js";
import { INITIAL_VERIFICATION, type Verification, type VerificationState } from "../crypto/verification-state.js";
import { late } from "../internal/late.js";
import { remembered } from "../internal/remembered.js";
import { Turns } from "../internal/turns.js";
import { directChats, isDirectChat } from "../matrix/direct-rooms.js";
import type { Identities } from "../matrix/identities.js";
import { peopleOfEncryptedRooms } from "../matrix/people.js";
import type { Rooms } from "../matrix/rooms-state.js";
import { serverError } from "../matrix/server-error.js";
import type { Vault } from "../matrix/vault.js";
import { keptDevices, keptRequest, keptReset, keptRestore, keptUnconfirmed } from "./device-memory.js";

export interface TrustOptions {
  readonly client: MatrixClient;
  readonly crypto: CryptoApi;
  /** The part that belongs to the device. */
  readonly vault: Vault;
  readonly crossSigning: Pick<CrossSigning, "ensure">;
  readonly rooms: () => Pick<Rooms, "openDirect">;
}

/** The objects of one client about devices, identities and recovery; the code of each comes when it is first needed. */
export class Trust {
  readonly #client: MatrixClient;
  readonly #crypto: CryptoApi;
  readonly #vault: Vault;
  readonly #crossSigning: Pick<CrossSigning, "ensure">;
  readonly #rooms: () => Pick<Rooms, "openDirect">;
  /** What touches the recovery key and the backup comes one after the other: a look in the middle of another's work would see half of it. */
  readonly #backupTurns = new Turns();

  /** What tells of other people's identities: one for all who ask, so that each hears of every decision. */
  readonly loadIdentities = remembered(() => this.#loadIdentities());
  /** One for all, so that finishing an earlier reset and beginning another come one after the other. */
  readonly #resetting = remembered(() => this.#loadReset());
  /** One for all: the visitor's and the one that goes on by itself are the same. */
  readonly #restoring = remembered(() => this.#loadRestore());

  constructor({ client, crypto, vault, crossSigning, rooms }: TrustOptions) {
    this.#client = client;
    this.#crypto = crypto;
    this.#vault = vault;
    this.#crossSigning = crossSigning;
    this.#rooms = rooms;
  }

  get devices(): OwnDevices & Disposable {
    return late(INITIAL_DEVICES, async () => {
      const { AccountDevices } = await import("../crypto/own-devices.js");
      return new AccountDevices({ client: this.#client, crypto: this.#crypto, memory: keptDevices(this.#vault), toError: serverError });
    });
  }

  get identity(): Identity & Disposable {
    return late(INITIAL_IDENTITY, async () => {
      const [{ AccountIdentity }, { watchChangedPeople }, identities, reset] = await Promise.all([
        import("../crypto/identity.js"),
        import("../crypto/changed-people.js"),
        this.loadIdentities(),
        this.#resetting(),
      ]);
      const others = () => peopleOfEncryptedRooms(this.#client);
      const watchPeople: IdentityOptions["watchPeople"] = (tell, signal) => watchChangedPeople({ identities, others, tell, signal });
      return new AccountIdentity({ client: this.#client, crypto: this.#crypto, reset, watchPeople, toError: serverError });
    });
  }

  get recovery(): Recovery & Disposable {
    return late(INITIAL_RECOVERY, async () => {
      const [{ AccountRecovery }, restore] = await Promise.all([import("../crypto/recovery.js"), this.#restoring()]);
      const onEntered = () => this.#crossSigning.ensure();
      return new AccountRecovery({
        client: this.#client,
        crypto: this.#crypto,
        restore,
        memory: keptUnconfirmed(this.#vault),
        toError: serverError,
        onEntered,
        turns: this.#backupTurns,
      });
    });
  }

  get keyFile(): KeyFile & Disposable {
    return late(INITIAL_KEY_FILE, async () => {
      const { AccountKeyFile } = await import("../crypto/key-file.js");
      return new AccountKeyFile(this.#crypto);
    });
  }

  get verification(): Verification & Disposable {
    return late<VerificationState, Verification>(INITIAL_VERIFICATION, async () => {
      const { AccountVerification } = await import("../crypto/verification.js");
      const direct = {
        open: (userId: string) => this.#rooms().openDirect(userId),
        list: () => directChats(this.#client),
        has: (roomId: string) => isDirectChat(this.#client, roomId),
      };
      return new AccountVerification({
        client: this.#client,
        crypto: this.#crypto,
        toError: serverError,
        direct,
        memory: keptRequest(this.#vault),
      });
    });
  }

  /** This device is a signed one. `signal` ends what takes its time. */
  async handleSigned(signal: AbortSignal): Promise<void> {
    if (await keptReset(this.#vault).load()) await (await this.#resetting()).resume();
    const { beginBackup } = await import("../crypto/server-backup.js");
    await this.#backupTurns.take(() => beginBackup(this.#client, this.#crypto));
    if (await keptRestore(this.#vault).load()) await (await this.#restoring()).resume();
    const { gatherSecrets } = await import("../crypto/missing-secrets.js");
    await gatherSecrets(this.#client, this.#crypto, signal);
  }

  async #loadIdentities(): Promise<Identities> {
    const { UserIdentities } = await import("../crypto/user-identities.js");
    return new UserIdentities(this.#client, this.#crypto);
  }

  async #loadRestore(): Promise<BackupRestore> {
    const { BackupRestore } = await import("../crypto/backup-restore.js");
    const lastActive = (roomId: string) => this.#client.getRoom(roomId)?.getLastActiveTimestamp() ?? 0;
    const roomsFirst = () =>
      this.#client
        .getRooms()
        .map(({ roomId }) => roomId)
        .sort((a, b) => lastActive(b) - lastActive(a));
    return new BackupRestore({
      client: this.#client,
      crypto: this.#crypto,
      memory: keptRestore(this.#vault),
      toError: serverError,
      roomsFirst,
    });
  }

  async #loadReset(): Promise<IdentityReset> {
    const [{ IdentityReset }, { newIdentity }] = await Promise.all([
      import("../crypto/identity-reset.js"),
      import("../crypto/new-identity.js"),
    ]);
    const onDone = () => this.#crossSigning.ensure();
    const memory = keptReset(this.#vault);
    return new IdentityReset({
      client: this.#client,
      crypto: this.#crypto,
      memory,
      create: newIdentity,
      onDone,
      turns: this.#backupTurns,
    });
  }
}
