import type { ReactiveController, ReactiveControllerHost } from "lit";

import { MeloError, type ErrorInfo } from "../internal/errors.js";
import type { SessionApi } from "../session/session-api.js";
import type { LoginFlows, SignIn } from "../session/session-state.js";

/**
 * Gives its host the ways to sign in that the server offers, and runs one attempt at a time. Asks the server when the session is first signed out or locked,
 * and again when the browser is back online.
 *
 * ```ts
 * #login = new LoginController(this, () => this.#session.value);
 * render() { return this.#login.flows?.password ? form() : this.#login.flowsError ? failed() : loading(); }
 * ```
 */
export class LoginController implements ReactiveController {
  /** Ways to sign in; `undefined` until the server said them. */
  flows?: LoginFlows;
  /** Why the ways to sign in are not known. */
  flowsError?: ErrorInfo;
  /** Which attempt is under way: `sso:` with the id of the provider. */
  busy?: "password" | "sign-out" | `sso:${string}`;
  /** Why the last attempt did not succeed. */
  error?: ErrorInfo;
  /** Until when the server wants no other attempt, in ms since 1970. */
  waitUntil?: number;

  readonly #host: ReactiveControllerHost;
  readonly #find: () => SessionApi | undefined;
  #session?: SessionApi;
  #asking?: SessionApi;
  #connected?: AbortController;

  constructor(host: ReactiveControllerHost, find: () => SessionApi | undefined) {
    this.#host = host;
    this.#find = find;
    host.addController(this);
  }

  hostConnected(): void {
    this.#connected = new AbortController();
    window.addEventListener("online", this.#handleOnline, { signal: this.#connected.signal });
  }

  hostDisconnected(): void {
    this.#connected?.abort();
  }

  hostUpdate(): void {
    const session = this.#find();
    if (session !== this.#session) this.#reset(session);
    const status = session?.state.status;
    const wanted = status === "signed-out" || status === "locked";
    if (wanted && !this.flows && !this.flowsError && this.#asking !== session) void this.loadFlows();
  }

  /** Asks the server (again) which ways to sign in it offers. */
  async loadFlows(): Promise<void> {
    const session = (this.#asking = this.#session);
    this.#change({ flowsError: undefined });
    try {
      const flows = await session?.loginFlows();
      if (session === this.#session) this.#change({ flows });
    } catch (error) {
      if (session === this.#session) this.#change({ flowsError: MeloError.from(error).toInfo() });
    } finally {
      if (this.#asking === session) this.#asking = undefined;
    }
  }

  async signIn(attempt: SignIn): Promise<void> {
    await this.#attempt("password", (session) => session.signIn(attempt));
  }

  async unlock(password: string): Promise<void> {
    await this.#attempt("password", (session) => session.unlock(password));
  }

  async signOut(): Promise<void> {
    await this.#attempt("sign-out", (session) => session.signOut());
  }

  /** Where to send the visitor for single sign-on, or `undefined` after a failure, which is then in `error`. */
  async ssoUrl(providerId: string | undefined): Promise<string | undefined> {
    let url: string | undefined;
    await this.#attempt(`sso:${providerId ?? ""}`, async (session) => (url = await session.ssoUrl(providerId)));
    return url;
  }

  async #attempt(busy: NonNullable<LoginController["busy"]>, act: (session: SessionApi) => Promise<unknown>): Promise<void> {
    const session = this.#session;
    if (!session || this.busy) return;
    this.#change({ busy, error: undefined, waitUntil: undefined });
    try {
      await act(session);
      this.#change({ busy: undefined });
    } catch (error) {
      const info = MeloError.from(error).toInfo();
      const wait = info.code === "rate-limited" ? info.retryAfter : undefined;
      this.#change({ busy: undefined, error: info, waitUntil: wait && Date.now() + wait });
    }
  }

  #reset(session: SessionApi | undefined): void {
    this.#session = session;
    this.flows = this.flowsError = this.error = this.waitUntil = this.busy = undefined;
  }

  #change(change: Partial<Pick<LoginController, "flows" | "flowsError" | "busy" | "error" | "waitUntil">>): void {
    Object.assign(this, change);
    this.#host.requestUpdate();
  }

  #handleOnline = (): void => {
    if (this.flowsError) void this.loadFlows();
  };
}
