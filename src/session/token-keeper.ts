import { MeloError, isTemporary } from "../internal/errors.js";
import type { Account, Credentials } from "../matrix/credentials.js";
import type { Tokens } from "../matrix/homeserver-fetch.js";
import { refreshTokens } from "../matrix/login.js";

/** A token that ends sooner than this is renewed before it is used, in ms. */
const EARLY = 5_000;

export interface TokenKeeperOptions {
  readonly account: Account;
  /** Asks the host page for the same device's credentials; resolves with `undefined` where it has none to give. */
  readonly askHost: () => Promise<Credentials | undefined>;
  /** Keeps the account with its new token. */
  readonly save: (account: Account) => Promise<void>;
}

/**
 * The access token of the running client, renewed once for however many requests find it dead: with the refresh token if there is one, else by the host page.
 * OAuth 2 (MSC3861) adds its refresh here, in {@link TokenKeeper.#renewed}, and its sign-in beside `login.ts`.
 */
export class TokenKeeper implements Tokens {
  readonly #options: TokenKeeperOptions;
  #account: Account;
  #renewing?: Promise<string | undefined>;

  constructor(options: TokenKeeperOptions) {
    this.#options = options;
    this.#account = options.account;
  }

  async current(): Promise<string> {
    const { accessToken, expiresAt, refreshToken } = this.#account;
    const isEnding = expiresAt !== undefined && expiresAt - Date.now() < EARLY;
    if (isEnding && refreshToken) await this.renew(accessToken).catch(() => {}); // the request itself then says what is wrong
    return this.#account.accessToken;
  }

  async renew(dead: string): Promise<string | undefined> {
    if (dead !== this.#account.accessToken) return this.#account.accessToken; // renewed since
    this.#renewing ??= this.#renew(dead).finally(() => (this.#renewing = undefined));
    return this.#renewing;
  }

  async #renew(dead: string): Promise<string | undefined> {
    const renewed = await this.#renewed();
    if (!renewed || renewed.accessToken === dead) return undefined;
    this.#account = { ...this.#account, ...renewed };
    await this.#options.save(this.#account);
    return this.#account.accessToken;
  }

  /** New tokens, or `undefined` if nobody has any. Rejects if that cannot be known now, so that the session does not end for a lost connection. */
  async #renewed(): Promise<Partial<Account> | undefined> {
    const { homeserver, refreshToken } = this.#account;
    if (refreshToken) {
      try {
        return await refreshTokens(homeserver, refreshToken);
      } catch (error) {
        if (isTemporary(MeloError.from(error))) throw error;
      }
    }
    return this.#options.askHost();
  }
}
