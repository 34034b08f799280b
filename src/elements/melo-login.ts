import { msg, str } from "@lit/localize";
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { property, query } from "lit/decorators.js";

import { LoginController } from "../controllers/login-controller.js";
import { PatienceController } from "../controllers/patience-controller.js";
import { SessionController } from "../controllers/session-controller.js";
import { WatchController } from "../controllers/watch-controller.js";
import type { SessionApi } from "../session/session-api.js";
import type { LoginFlows, SessionState } from "../session/session-state.js";
import controls from "./controls.styles.js";
import { icon } from "./icon.js";
import { CircleAlert, Info, LoaderCircle } from "./icons.js";
import "./melo-avatar.js";
import "./melo-dialog.js";
import type { MeloDialog } from "./melo-dialog.js";
import styles from "./melo-login.styles.js";
import "./melo-password-form.js";
import type { MeloPasswordSubmitEvent } from "./melo-password-form.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import { errorWords, memoryWords, noticeWords, stepWords, type Words } from "./session-words.js";
import { signOutIn } from "./sign-out-in.js";
import tokens from "./tokens.styles.js";

/** Single sign-on leaves the page for `url`. Cancel it to go there in another way. */
export class MeloSignInRedirectEvent extends Event {
  constructor(readonly url: string) {
    super("melo-sign-in-redirect", { bubbles: true, composed: true, cancelable: true });
  }
}

/**
 * Signs the visitor in, in the ways that their server offers; signed in, it says as whom, and signs out.
 *
 * @example <melo-session homeserver="https://matrix.example.org"><melo-login></melo-login></melo-session>
 *
 * @slot - Words of the page's own under the form, such as how to get an account.
 * @fires {MeloSignInRedirectEvent} melo-sign-in-redirect - Cancelable: single sign-on leaves the page.
 * @csspart base - The card.
 * @csspart heading - What it is about.
 * @csspart error - What went wrong.
 * @cssproperty [--melo-color-surface] - Background of the card.
 * @cssproperty [--melo-color-accent] - The button that signs in.
 */
export class MeloLogin extends LitElement {
  static override styles = [tokens, controls, notice, styles];

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  @query("melo-dialog") private dialog!: MeloDialog;

  #session = new SessionController(this);
  #state = new WatchController(
    this,
    () => this.#session.value,
    (now) => now,
  );
  #login = new LoginController(this, () => this.#session.value);
  #patience = new PatienceController(this, () => this.#waiting);

  protected override render(): TemplateResult {
    if (this.#session.missing) return noSession("melo-login");
    const now = this.#state.value;
    return html`
      <div class="base" part="base">${!now || this.#waiting ? this.#renderWaiting(now) : this.#renderStatus(now)}</div>
      <melo-dialog heading=${msg("Sign out?")} confirm=${msg("Sign out")}>
        ${msg("This browser forgets its keys. Older messages open again only with your recovery key or another device.")}
      </melo-dialog>
    `;
  }

  /** Something is under way that is not the form's own attempt. */
  get #waiting(): boolean {
    const status = this.#state.value?.status;
    if (status === "signing-in") return this.#login.busy !== "password";
    return !status || ["restoring", "starting", "syncing", "signing-out"].includes(status);
  }

  #renderStatus(now: SessionState): TemplateResult {
    switch (now.status) {
      case "signed-out":
      case "signing-in":
        return this.#renderSignIn(now);
      case "locked":
        return this.#renderLocked(now);
      case "failed":
        return this.#renderFailed(now);
      default:
        return this.#renderAccount(now);
    }
  }

  #renderWaiting(now: SessionState | undefined): TemplateResult {
    const words =
      now?.status === "signing-out"
        ? msg("Signing out…")
        : now?.status === "signing-in"
          ? msg("Signing in…")
          : msg("Opening your messages…");
    return html`
      <div class="progress">
        ${icon(LoaderCircle)}
        <div role="status">${words} ${this.#patience.over && now ? html`<div class="quiet">${stepWords(now)}</div>` : nothing}</div>
      </div>
    `;
  }

  #renderSignIn(now: SessionState): TemplateResult {
    return html`
      <h2 part="heading">${msg("Sign in")}</h2>
      ${now.notice ? this.#renderNotice(noticeWords(now.notice)) : nothing} ${this.#renderWays(now)}
      <slot></slot>
    `;
  }

  #renderLocked(now: SessionState): TemplateResult {
    return html`
      <h2 part="heading">${msg("Enter your password again")}</h2>
      <p class="quiet">${msg("The server asks for it from time to time. Your messages stay as they are.")}</p>
      ${this.#renderWays(now)}
      <button class="link end" ?disabled=${!!this.#login.busy} @click=${this.#handleSignOut}>${msg("Sign out instead")}</button>
    `;
  }

  #renderWays(now: SessionState): TemplateResult {
    const { flows, flowsError } = this.#login;
    if (flowsError) return this.#renderError(errorWords(flowsError), () => void this.#login.loadFlows());
    if (!flows) return html`<div class="progress">${icon(LoaderCircle)}<span role="status">${msg("Asking the server…")}</span></div>`;
    if (!flows.password && !flows.sso.length) {
      const bySite = flows.token || flows.jwt;
      const words = bySite ? msg("This site signs you in.") : msg("This server offers no way to sign in that works here.");
      return html`<p class="notice">${icon(Info)}<span>${words}</span></p>`;
    }
    const { error } = this.#login;
    return html`
      ${!flows.password && error ? this.#renderError({ text: errorWords(error).text }) : nothing}
      ${flows.password ? this.#renderPassword(now) : nothing}
      ${flows.password && flows.sso.length ? html`<div class="or">${msg("or")}</div>` : nothing}
      ${flows.sso.length ? this.#renderProviders(flows) : nothing}
    `;
  }

  #renderPassword(now: SessionState): TemplateResult {
    const locked = now.status === "locked";
    return html`
      <melo-password-form
        user=${locked ? (now.account?.userId ?? "") : ""}
        label=${locked ? msg("Continue") : msg("Sign in")}
        ?busy=${this.#login.busy === "password"}
        .error=${this.#login.error}
        .waitUntil=${this.#login.waitUntil ?? 0}
        @melo-password-submit=${this.#handlePassword}
      ></melo-password-form>
    `;
  }

  #renderProviders({ password, sso }: LoginFlows): TemplateResult {
    return html`
      <div class="ways">
        ${sso.map(({ id, name }, index) => {
          const label = name ? msg(str`Continue with ${name}`) : msg("Continue on your server's page");
          const look = !password && index === 0 ? "filled" : "outlined";
          return html`<button class=${look} ?disabled=${!!this.#login.busy} @click=${() => this.#redirect(id)}>${label}</button>`;
        })}
      </div>
    `;
  }

  #renderFailed({ error }: SessionState): TemplateResult {
    const words = errorWords(error ?? { code: "unknown", message: "" });
    const act = {
      retry: this.#handleRetry,
      reload: () => location.reload(),
      "sign-out": this.#handleSignOut,
      dismiss: this.#handleDismiss,
    };
    return this.#renderError(words, words.action && act[words.action.effect]);
  }

  #renderAccount(now: SessionState): TemplateResult {
    const userId = now.account?.userId ?? "";
    return html`
      ${now.notice ? this.#renderNotice(noticeWords(now.notice)) : nothing}
      <div class="account">
        <melo-avatar name=${userId} color-key=${userId} .session=${this.#session.value}></melo-avatar>
        <div><span class="quiet">${msg("Signed in as")}</span><b>${userId}</b></div>
        <button class="outlined" ?disabled=${!!this.#login.busy} @click=${this.#handleCarefulSignOut}>${msg("Sign out")}</button>
      </div>
      ${now.storage === "memory" ? html`<p class="notice">${icon(Info)}<span>${memoryWords().text} ${memoryWords().why}</span></p>` : nothing}
    `;
  }

  #renderNotice({ text, action }: Words): TemplateResult {
    return html`
      <p class="notice care" role="status">
        ${icon(Info)}<span>${text}</span>
        ${action ? html`<button class="link" @click=${this.#handleDismiss}>${action.label}</button>` : nothing}
      </p>
    `;
  }

  #renderError({ text, action }: Words, act?: () => void): TemplateResult {
    return html`
      <p class="notice bad" part="error" role="alert">${icon(CircleAlert)}<span>${text}</span></p>
      ${action && act ? html`<button class="outlined end" @click=${act}>${action.label}</button>` : nothing}
    `;
  }

  async #redirect(providerId: string | undefined): Promise<void> {
    const url = await this.#login.ssoUrl(providerId);
    if (url && this.dispatchEvent(new MeloSignInRedirectEvent(url))) location.assign(url);
  }

  #handlePassword = ({ user, password }: MeloPasswordSubmitEvent): void => {
    const locked = this.#state.value?.status === "locked";
    void (locked ? this.#login.unlock(password) : this.#login.signIn({ type: "password", user, password }));
  };

  #handleSignOut = async (): Promise<void> => {
    if (await this.dialog.ask()) await this.#login.signOut();
  };

  /** There may be keys to lose; without the code that looks for them, the plain question has to do. */
  #handleCarefulSignOut = (): Promise<void> => signOutIn(this.renderRoot, this.#session.value).catch(this.#handleSignOut);

  #handleRetry = (): void => void this.#session.value?.retry();
  #handleDismiss = (): void => this.#session.value?.dismissNotice();
}

if (!customElements.get("melo-login")) customElements.define("melo-login", MeloLogin);

declare global {
  interface HTMLElementTagNameMap {
    "melo-login": MeloLogin;
  }
  interface HTMLElementEventMap {
    "melo-sign-in-redirect": MeloSignInRedirectEvent;
  }
}
