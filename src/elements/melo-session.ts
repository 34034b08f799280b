import { ContextProvider } from "@lit/context";
import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";

import { sessionContext } from "../controllers/session-controller.js";
import { MeloError, type ErrorInfo } from "../internal/errors.js";
import type { SessionApi } from "../session/session-api.js";
import type { RecoverySecretSource } from "../session/recovery-secret.js";
import type { CredentialsSource, DevicePolicy, SessionOptions, SessionState } from "../session/session-state.js";
import controls from "./controls.styles.js";
import { icon } from "./icon.js";
import { CircleAlert } from "./icons.js";
import styles from "./melo-session.styles.js";
import { tellOwner } from "./owner-notice.js";
import { optionsProblem } from "./session-options.js";
import { MeloErrorEvent, MeloSessionChangeEvent, MeloSessionReadyEvent, MeloSignedInEvent, MeloSignedOutEvent } from "./session-events.js";
import { errorWords, type Words } from "./session-words.js";
import tokens from "./tokens.styles.js";

/** A session that this element opened, and so ends. */
type OwnSession = SessionApi & { release(): void | Promise<void> };

/**
 * Signs one account in to a Matrix server and gives it to all melo tags inside. Has no box of its own.
 *
 * Tags elsewhere on the page find it when it is the only one, or by its `id` (`session="…"`). It may be moved on the page; removed from it, the session
 * ends with the next frames, unless `keep-alive` is set. The visitor stays signed in either way.
 *
 * @example <melo-session homeserver="https://matrix.example.org"><melo-room room="#garden:example.org"></melo-room></melo-session>
 *
 * @slot - The tags that use the session.
 * @fires {MeloSessionReadyEvent} melo-session-ready - The session is there, or another one.
 * @fires {MeloSessionChangeEvent} melo-session-change - The session went on to another status.
 * @fires {MeloSignedInEvent} melo-signed-in - The visitor is signed in.
 * @fires {MeloSignedOutEvent} melo-signed-out - The visitor is not signed in any more.
 * @fires {MeloErrorEvent} melo-error - The session failed.
 * @csspart error - What the page's owner has to change, if anything.
 * @cssproperty [--melo-accent] - Re-colours everything inside.
 * @cssstate restoring - Looking for an earlier sign-in.
 * @cssstate signed-out - Nobody is signed in.
 * @cssstate ready - Signed in and up to date.
 * @cssstate reconnecting - The server cannot be reached now.
 * @cssstate locked - The server wants the password again.
 * @cssstate failed - Cannot go on.
 * @cssstate memory - This browser keeps nothing here.
 */
export class MeloSession extends LitElement {
  static override styles = [tokens, controls, styles];

  /** Base URL of the homeserver, or its server name. */
  @property() homeserver = "";

  /** Tells several accounts of one site apart. */
  @property() profile = "default";

  /** Which devices may read what is sent from here: those signed by their owner, or all. */
  @property({ attribute: "device-policy" }) devicePolicy: DevicePolicy = "signed-devices";

  /** Where the encryption code (`.wasm`) is; beside melo's own files by default. */
  @property({ attribute: "wasm-url" }) wasmUrl = "";

  /** Address of the service that lets people into calls (`livekit_service_url`), for homeservers that name none. */
  @property({ attribute: "call-service" }) callService = "";

  /** Tells who is in a call by sticky events (MSC4354), where the homeserver has them: encrypted as the room is, and without a power level of their own. Most clients do not see such members yet. */
  @property({ type: Boolean, attribute: "sticky-calls" }) stickyCalls = false;

  /** Keeps the session while the tag is off the page, for sites that build their pages in the browser. */
  @property({ type: Boolean, attribute: "keep-alive" }) keepAlive = false;

  /** The session: opened by this tag, or given by the page (which then ends it). */
  @property({ attribute: false, noAccessor: true })
  get session(): SessionApi | undefined {
    return this.#given ?? this.#own;
  }
  set session(session: SessionApi | undefined) {
    const before = this.session;
    this.#given = session;
    this.requestUpdate("session", before);
  }

  /** A sign-in that the page already has, or a function that gets it. */
  @property({ attribute: false }) credentials?: CredentialsSource;

  /** A function that gives the recovery secret in the visitor's place. */
  @property({ attribute: false }) recoverySecret?: RecoverySecretSource;

  @state() private problem?: Words;

  readonly #internals = this.attachInternals();
  readonly #provider = new ContextProvider(this, { context: sessionContext });
  #given?: SessionApi;
  #own?: OwnSession;
  #ownOptions = "";
  #opening = 0;
  #watching?: AbortController;
  #last?: SessionState;

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (!this.keepAlive) void this.#releaseUnlessMoved();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!this.isConnected) return;
    if (changed.has("credentials") && this.#own) this.#own.credentials = this.credentials;
    if (changed.has("recoverySecret") && this.#own) this.#own.recoverySecret = this.recoverySecret;
    this.#openAsAsked();
    if (this.session !== this.#provider.value) this.#provide();
  }

  protected override render(): TemplateResult {
    // Tags that wait for a session that does not come have nothing to show; what else the page put here stays.
    const useless = this.problem && [...this.children].every(({ localName }) => localName.startsWith("melo-"));
    return html`${this.problem ? this.#renderProblem(this.problem) : nothing}${useless ? nothing : html`<slot></slot>`}`;
  }

  #renderProblem({ text, action }: Words): TemplateResult {
    return html`<div class="error" part="error" role="alert">
      ${icon(CircleAlert)}<span>${text}</span>
      ${action ? html`<button class="link" @click=${() => location.reload()}>${action.label}</button>` : nothing}
    </div>`;
  }

  /** Opens the session that the attributes describe, in place of the one before. */
  #openAsAsked(): void {
    const options: SessionOptions = {
      homeserver: this.homeserver.trim(),
      profile: this.profile,
      devicePolicy: this.devicePolicy,
      wasmUrl: this.wasmUrl || undefined,
      calls:
        this.callService || this.stickyCalls
          ? { service: this.callService || undefined, sticky: this.stickyCalls || undefined }
          : undefined,
    };
    const asked = this.#given ? "" : JSON.stringify(options);
    if (asked === this.#ownOptions) return;
    this.#ownOptions = asked;
    this.#releaseOwn();
    const problem = asked ? optionsProblem(options) : undefined;
    if (problem) this.#fail({ code: "unsupported", message: problem }, { text: problem, forOwner: true });
    else if (asked) void this.#open({ ...options, credentials: this.credentials, recoverySecret: this.recoverySecret });
  }

  async #open(options: SessionOptions): Promise<void> {
    const opening = ++this.#opening;
    this.problem = undefined;
    try {
      const own = await this.openSession(options);
      if (opening !== this.#opening) return void own.release();
      this.#own = own;
      if (this.credentials !== options.credentials) own.credentials = this.credentials;
      if (this.recoverySecret !== options.recoverySecret) own.recoverySecret = this.recoverySecret;
      this.requestUpdate();
    } catch (error) {
      if (opening !== this.#opening) return;
      const info = MeloError.from(error, "code-unreachable").toInfo();
      this.#fail(info, errorWords(info));
    }
  }

  /** Loads the code of a session and opens it. Replaceable, for hosts that bundle it differently. */
  protected async openSession(options: SessionOptions): Promise<OwnSession> {
    const { Session } = await import("../session/session.js");
    return Session.open(options);
  }

  #releaseOwn(): void {
    this.#opening++;
    this.problem = undefined;
    void this.#own?.release();
    this.#own = undefined;
  }

  async #releaseUnlessMoved(): Promise<void> {
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
    if (this.isConnected || this.keepAlive) return;
    this.#releaseOwn();
    this.#ownOptions = "";
    if (!this.#given) this.#provide();
  }

  #provide(): void {
    const session = this.session;
    this.#watching?.abort();
    this.#watching = new AbortController();
    this.#last = undefined;
    session?.subscribe(this.#handleChange, { signal: this.#watching.signal });
    this.#provider.setValue(session);
    (this.isConnected ? this : document).dispatchEvent(new MeloSessionReadyEvent(session));
    this.#handleChange();
  }

  #fail(error: ErrorInfo, words: Words): void {
    this.problem = words;
    if (words.forOwner) tellOwner(words.text);
    this.dispatchEvent(new MeloErrorEvent(error));
  }

  #handleChange = (): void => {
    const [last, now] = [this.#last, this.session?.state];
    this.#last = now;
    this.#internals.states.clear();
    if (now) this.#internals.states.add(now.status);
    if (now?.storage === "memory") this.#internals.states.add("memory");
    if (now && now.status !== last?.status) this.dispatchEvent(new MeloSessionChangeEvent(now.status));
    this.#tellSignedIn(signedIn(last), signedIn(now));
    if (now?.error && now.error !== last?.error && now.status === "failed") {
      const words = errorWords(now.error);
      if (words.forOwner) tellOwner(words.text);
      this.dispatchEvent(new MeloErrorEvent(now.error));
    }
  };

  #tellSignedIn(last: SessionState["account"], now: SessionState["account"]): void {
    if (last?.userId === now?.userId && last?.deviceId === now?.deviceId) return;
    if (last) this.dispatchEvent(new MeloSignedOutEvent(last.userId));
    if (now) this.dispatchEvent(new MeloSignedInEvent(now.userId, now.deviceId));
  }
}

function signedIn(state: SessionState | undefined): SessionState["account"] {
  const without = ["restoring", "signed-out", "signing-in", "locked", "signing-out"];
  return state && !without.includes(state.status) ? state.account : undefined;
}

if (!customElements.get("melo-session")) customElements.define("melo-session", MeloSession);

declare global {
  interface HTMLElementTagNameMap {
    "melo-session": MeloSession;
  }
}
