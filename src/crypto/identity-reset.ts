import type { CryptoApi } from "matrix-js-sdk/lib/crypto-api/index.js";
import { Method } from "matrix-js-sdk/lib/http-api/method.js";
import { ClientPrefix } from "matrix-js-sdk/lib/http-api/prefix.js";
import type { MatrixClient } from "matrix-js-sdk/lib/matrix.js";

import { MeloError } from "../internal/errors.js";
import { passwordProof, takesPassword } from "../internal/password-proof.js";
import { Turns } from "../internal/turns.js";
import type { NewIdentity } from "./new-identity.js";
import { holdsIdentity, isSignedByOwner } from "./own-identity.js";
import { dropSecret, SECRETS } from "./secrets.js";
import { deleteBackups, isBackupRefused, serverBackup, type BackupClient } from "./server-backup.js";

/** Where it stands that a reset has begun: the public master key of its identity. Nothing secret. */
export interface ResetMemory {
  load(): Promise<string | undefined>;
  save(masterKey: string | undefined): Promise<void>;
}

export type ResetClient = BackupClient & Pick<MatrixClient, "secretStorage" | "getSafeUserId" | "getDeviceId" | "downloadKeysForUsers">;

export type ResetCrypto = Pick<
  CryptoApi,
  | "crossSignDevice"
  | "deleteKeyBackupVersion"
  | "getCrossSigningStatus"
  | "getDeviceVerificationStatus"
  | "isKeyBackupTrusted"
  | "resetKeyBackup"
  | "restoreKeyBackup"
  | "userHasCrossSigningKeys"
>;

export interface ResetOptions {
  readonly client: ResetClient;
  readonly crypto: ResetCrypto;
  readonly memory: ResetMemory;
  readonly create: (userId: string) => Promise<NewIdentity>;
  /** The new identity vouches for this device, and everything of the former one is gone. */
  readonly onDone?: () => Promise<void>;
  /** Shared with whatever else touches the recovery key and the backup: in the middle of a reset both look as if somebody had to decide about them. */
  readonly turns?: Turns;
}

/**
 * The steps of a reset. The SDK's `resetEncryption` deletes first and asks for the proof afterwards, and exchanges the local keys before the server took the new ones; here nothing of the
 * old is touched before the server has the new identity, and each step may be done twice.
 */
export class IdentityReset {
  readonly #options: ResetOptions;
  readonly #turns: Turns;
  /** Kept from the server's question to the answer, and until this device has the keys: the same keys again need no second proof. */
  #made?: NewIdentity;
  #question?: string;
  #isSaved = false;

  constructor(options: ResetOptions) {
    this.#options = options;
    this.#turns = options.turns ?? new Turns();
  }

  /** See `Identity.reset`. `onApproval` is told where the account's owner has to allow it. */
  run(password: string | undefined, onApproval: (url: string) => void): Promise<void> {
    return this.#turns.take(async () => {
      await this.#fetchBackup();
      const made = (this.#made ??= await this.#options.create(this.#options.client.getSafeUserId()));
      await this.#options.memory.save(made.masterKey);
      await this.#publish(made, password, onApproval);
      await this.#adopt(made);
      this.#made = undefined;
      this.#isSaved = false;
      await this.#finish();
    });
  }

  /** Finishes what an earlier start began. Rejects if the server cannot be asked. */
  resume(): Promise<void> {
    return this.#turns.take(async () => {
      const { client, crypto, memory } = this.#options;
      const begun = await memory.load();
      if (begun === undefined) return;
      if ((await this.#published()) !== begun) await memory.save(undefined); // the server never took it, so nothing was touched
      else if ((await holdsIdentity(crypto)) && (await isSignedByOwner(client, crypto))) await this.#finish();
    });
  }

  /** Whether the published identity is one whose keys went away with the tab that made it. Ask only on a device that does not hold the identity. */
  async isLost(): Promise<boolean> {
    const begun = await this.#options.memory.load();
    return begun !== undefined && this.#made === undefined && begun === (await this.#published());
  }

  /** What only the former backup has comes to this device while it can still be opened. */
  async #fetchBackup(): Promise<void> {
    if (this.#isSaved) return;
    const { client, crypto } = this.#options;
    const backup = await serverBackup(client);
    if (backup && (await crypto.isKeyBackupTrusted(backup)).matchesDecryptionKey) await crypto.restoreKeyBackup();
    this.#isSaved = true;
  }

  async #publish({ upload }: NewIdentity, password: string | undefined, onApproval: (url: string) => void): Promise<void> {
    const question = await this.#upload(upload, this.#question === undefined ? undefined : { session: this.#question }).then(
      () => undefined,
      questionOf,
    );
    if (!question) return void (this.#question = undefined);
    const { session, flows, params } = question;
    if (takesPassword(flows)) {
      if (!password) throw new MeloError("password-needed", "The server asks for the password.");
      await this.#upload(upload, passwordProof(this.#options.client.getSafeUserId(), password, session)).catch((error: unknown) => {
        const status = (error as { httpStatus?: number }).httpStatus;
        throw status === 401 || status === 403 ? new MeloError("password-wrong", "The server does not take this password.") : error;
      });
      return;
    }
    const url = approvalUrl(flows, params);
    if (!url) throw new MeloError("proof-unsupported", "The server wants a proof that melo cannot give.");
    this.#question = session;
    onApproval(url);
    throw new MeloError("approval-needed", "The server wants the reset to be allowed on its account page.");
  }

  async #upload(upload: NewIdentity["upload"], auth: object | undefined): Promise<void> {
    const body = auth ? { ...upload, auth } : upload;
    await this.#options.client.http.authedRequest(Method.Post, "/keys/device_signing/upload", undefined, body, { prefix: ClientPrefix.V3 });
  }

  /** Brings the new keys into this device's store, and lets them sign it. The SDK has the import beside its public surface. */
  async #adopt({ secrets }: NewIdentity): Promise<void> {
    const { client, crypto } = this.#options;
    const { olmMachine } = crypto as unknown as {
      olmMachine: {
        importCrossSigningKeys(
          ...keys: NewIdentity["secrets"]
        ): Promise<{ hasMaster: boolean; hasSelfSigning: boolean; hasUserSigning: boolean }>;
      };
    };
    await crypto.userHasCrossSigningKeys(client.getSafeUserId(), true);
    const held = await olmMachine.importCrossSigningKeys(...secrets);
    if (!held.hasMaster || !held.hasSelfSigning || !held.hasUserSigning)
      throw new MeloError("unknown", "This device could not take the new identity.");
    await crypto.crossSignDevice(client.getDeviceId()!);
    await crypto.userHasCrossSigningKeys(client.getSafeUserId(), true);
  }

  /** Everything of the former identity goes, the pointer first: without it nobody takes the rest for usable. The new backup comes last, so that it is not put under the former key. */
  async #finish(): Promise<void> {
    const { client, crypto, memory, onDone } = this.#options;
    const { secretStorage } = client;
    const keyId = await secretStorage.getDefaultKeyId();
    if (keyId) await secretStorage.setDefaultKeyId(null);
    for (const name of SECRETS) await dropSecret(client, name);
    if (keyId) await secretStorage.store(`m.secret_storage.key.${keyId}`, null);
    if (!(await isBackupRefused(client))) await crypto.resetKeyBackup();
    else await deleteBackups(client, crypto);
    await memory.save(undefined);
    await onDone?.();
  }

  async #published(): Promise<string | undefined> {
    const userId = this.#options.client.getSafeUserId();
    const answer = await this.#options.client.downloadKeysForUsers([userId]);
    return Object.values(answer.master_keys?.[userId]?.keys ?? {})[0];
  }
}

interface Question {
  readonly session?: string;
  readonly flows: readonly { readonly stages?: readonly string[] }[];
  readonly params?: Readonly<Record<string, { readonly url?: unknown } | undefined>>;
}

/** What the server wants to know first; any other refusal is thrown on. Client-server specification, "User-Interactive Authentication API". */
function questionOf(error: unknown): Question {
  const { httpStatus, data } = (error ?? {}) as { httpStatus?: number; data?: Partial<Question> };
  if (httpStatus !== 401 || !Array.isArray(data?.flows)) throw error;
  return data as Question;
}

/** The page of an OAuth server that allows a reset: MSC4312 (`m.oauth`), and the stage that servers had before it. */
function approvalUrl(flows: Question["flows"], params: Question["params"]): string | undefined {
  for (const stage of ["m.oauth", "org.matrix.cross_signing_reset"]) {
    if (!flows.some(({ stages }) => stages?.length === 1 && stages[0] === stage)) continue;
    const url = params?.[stage]?.url;
    if (typeof url === "string" && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  }
  return undefined;
}
