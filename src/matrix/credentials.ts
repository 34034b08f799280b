import { MeloError } from "../internal/errors.js";
import { clearPart, partOf, type Vault } from "./vault.js";

/** A session that the host page already has. */
export interface Credentials {
  readonly userId: string;
  readonly deviceId: string;
  readonly accessToken: string;
  readonly refreshToken?: string;
  /** When the access token ends, in ms since 1970. */
  readonly expiresAt?: number;
}

/** One device of one account, with what it takes to speak for it. Never leaves the vault and the tab that runs the client. */
export interface Account extends Credentials {
  /** Base URL of the homeserver, without a trailing slash. */
  readonly homeserver: string;
  /** The server wants the password again (soft logout). */
  readonly locked?: boolean;
}

/** The account that is signed in to one slot of the site, kept in the vault. */
export class AccountStore {
  readonly #vault: Vault;

  constructor(vault: Vault) {
    this.#vault = vault;
  }

  async load(): Promise<Account | undefined> {
    const kept = await this.#vault.load<Account>("account");
    return kept && typeof kept.userId === "string" && typeof kept.deviceId === "string" && typeof kept.accessToken === "string"
      ? kept
      : undefined;
  }

  save(account: Account): Promise<void> {
    return this.#vault.save("account", account);
  }

  remove(): Promise<void> {
    return this.#vault.remove("account");
  }
}

/** What belongs to one device in the vault: the key of its crypto store, its unsent messages. */
export function deviceVault(vault: Vault, device: Pick<Account, "userId" | "deviceId">): Vault {
  return partOf(vault, devicePrefix(device));
}

/** Removes what belongs to one device from the vault. With the key of its crypto store gone, nothing can read that any more. */
export function clearDevice(vault: Vault, device: Pick<Account, "userId" | "deviceId">): Promise<void> {
  return clearPart(vault, devicePrefix(device));
}

function devicePrefix({ userId, deviceId }: Pick<Account, "userId" | "deviceId">): string {
  return `device/${encodeURIComponent(userId)}/${encodeURIComponent(deviceId)}/`;
}

/** What the host page gave, if it is complete. Throws `credentials-invalid`; the message names the field, never its value. */
export function checkedCredentials(given: unknown): Credentials {
  const fields = typeof given === "object" && given !== null ? (given as Partial<Record<keyof Credentials, unknown>>) : {};
  const { userId, deviceId, accessToken, refreshToken, expiresAt } = fields;
  if (!isText(userId) || !/^@[^:]*:.+$/.test(userId)) throw invalid("userId", "a Matrix user id");
  if (!isText(deviceId)) throw invalid("deviceId", "a text");
  if (!isText(accessToken)) throw invalid("accessToken", "a text");
  if (refreshToken !== undefined && !isText(refreshToken)) throw invalid("refreshToken", "a text, if it is there");
  if (expiresAt !== undefined && typeof expiresAt !== "number") throw invalid("expiresAt", "a number, if it is there");
  if (expiresAt !== undefined && expiresAt <= Date.now() && refreshToken === undefined) throw invalid("expiresAt", "in the future");
  return { userId, deviceId, accessToken, refreshToken, expiresAt };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function invalid(field: keyof Credentials, expected: string): MeloError {
  return new MeloError("credentials-invalid", `The page's credentials are incomplete: ${field} must be ${expected}.`);
}
