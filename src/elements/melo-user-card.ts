import { msg } from "@lit/localize";
import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";

import { FocusHeirController } from "../controllers/focus-heir-controller.js";
import { SessionController } from "../controllers/session-controller.js";
import { WatchController } from "../controllers/watch-controller.js";
import { MeloError } from "../internal/errors.js";
import type { User, UserState } from "../matrix/user-state.js";
import type { SessionApi } from "../session/session-api.js";
import controls from "./controls.styles.js";
import { icon } from "./icon.js";
import { CircleAlert, LoaderCircle, Lock, ShieldAlert, ShieldCheck } from "./icons.js";
import { identitySentence } from "./identity-words.js";
import "./melo-avatar.js";
import styles from "./melo-user-card.styles.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import { errorWords } from "./session-words.js";
import tokens from "./tokens.styles.js";

/**
 * Who a person is, and whether it is really them: name, address, picture, and what this account knows of their identity, with the one step that follows from it.
 *
 * @example <melo-user-card user-id="@bob:example.org"></melo-user-card>
 *
 * @slot actions - Further buttons.
 * @csspart name - The name.
 * @csspart id - The address.
 * @csspart identity - What is known of the identity.
 * @csspart error - What went wrong.
 * @cssproperty [--melo-color-care] - Colour of the icon where the visitor has to decide.
 * @cssstate verified - The visitor has verified this person.
 * @cssstate changed - The identity changed, and waits for a decision.
 */
export class MeloUserCard extends LitElement {
  static override styles = [tokens, controls, notice, styles];

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  /** Who. */
  @property({ attribute: "user-id" }) userId = "";

  @state() private busy = false;
  @state() private problem = "";
  /** The visitor is comparing with the person. */
  @state() private isVerifying = false;

  readonly #internals = this.attachInternals();
  readonly #session = new SessionController(this);
  readonly #user = new WatchController(
    this,
    () => this.#subject,
    (user) => user,
  );
  readonly #account = new WatchController(
    this,
    () => this.#session.value,
    (session) => session.account?.userId,
  );

  constructor() {
    super();
    // A decision takes its button away.
    new FocusHeirController(this, () => this.renderRoot.querySelector<HTMLElement>(".name"));
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("userId")) [this.isVerifying, this.problem, this.busy] = [false, "", false];
    const identity = this.#user.value?.identity;
    const states = { verified: identity === "verified", changed: identity?.startsWith("changed") };
    for (const [name, on] of Object.entries(states)) this.#internals.states[on ? "add" : "delete"](name);
  }

  protected override render(): unknown {
    if (this.#session.missing) return noSession("melo-user-card");
    if (!this.userId) return says(CircleAlert, msg('Say who: <melo-user-card user-id="@name:server">.'), "bad");
    const user = this.#user.value;
    if (!user || !this.#account.value) return says(Lock, msg("Sign in first."));
    return html`<div class="card">
      ${this.#renderWho(user)} ${this.#renderIdentity(user)}
      ${this.problem ? html`<p class="notice bad" part="error" role="alert">${icon(CircleAlert)}<span>${this.problem}</span></p>` : nothing}
      <slot name="actions"></slot>
    </div>`;
  }

  #renderWho({ name, avatar }: UserState): TemplateResult {
    const shown = name || this.userId;
    return html`<div class="who">
      <melo-avatar .session=${this.session} .name=${shown} .colorKey=${this.userId} .src=${avatar}></melo-avatar>
      <div>
        <p class="name" part="name" tabindex="-1"><bdi>${shown}</bdi></p>
        ${shown === this.userId ? nothing : html`<p class="id" part="id"><bdi>${this.userId}</bdi></p>`}
      </div>
    </div>`;
  }

  #renderIdentity({ status, name, identity, isOwn, error }: UserState): unknown {
    if (status === "failed" && error) {
      const { text, action } = errorWords(error);
      return [says(CircleAlert, text, "bad"), action ? this.#renderActions([[msg("Try again"), (user) => user.refresh()]]) : nothing];
    }
    if (status === "loading") return says(LoaderCircle, msg("Looking this person up…"));
    if (isOwn) return says(Lock, msg("This is you."));
    const sentence = identitySentence(identity, name || this.userId);
    switch (identity) {
      case "verified":
        return says(ShieldCheck, sentence, "verified");
      case "changed":
        return [says(ShieldAlert, sentence, "care"), this.#renderActions([[msg("OK"), (user) => user.approve()]], msg("Verify"))];
      case "changed-since-verified":
        return [
          says(ShieldAlert, sentence, "care"),
          this.#renderActions([[msg("Send anyway"), (user) => user.withdraw()]], msg("Verify again")),
        ];
      case "known":
        return [says(Lock, sentence), this.#renderActions([], msg("Verify"))];
      case "unknown":
        return says(Lock, sentence);
    }
  }

  #renderActions(actions: readonly (readonly [label: string, act: (user: User) => Promise<void>])[], verify?: string): TemplateResult {
    if (this.isVerifying) return html`<melo-verify-user .session=${this.session} user-id=${this.userId}></melo-verify-user>`;
    return html`<div class="actions">
      ${verify ? html`<button class="filled" ?disabled=${this.busy} @click=${this.#handleVerify}>${verify}</button>` : nothing}
      ${actions.map(([label, act]) => html`<button class="outlined" ?disabled=${this.busy} @click=${() => this.#act(act)}>${label}</button>`)}
    </div>`;
  }

  get #subject(): User | undefined {
    return this.userId ? this.#session.value?.user(this.userId) : undefined;
  }

  async #act(act: (user: User) => Promise<void>): Promise<void> {
    const user = this.#subject;
    if (!user || this.busy) return;
    [this.busy, this.problem] = [true, ""];
    try {
      await act(user);
    } catch (error) {
      if (user === this.#subject) this.problem = errorWords(MeloError.from(error).toInfo()).text;
    }
    if (user === this.#subject) this.busy = false;
  }

  /** The tag that verifies is loaded for it, and begins at once: its own button would be the same one again. */
  #handleVerify = async (): Promise<void> => {
    const { userId } = this;
    [this.busy, this.problem] = [true, ""];
    try {
      await import("./melo-verify-user.js");
      if (userId === this.userId) this.isVerifying = true;
    } catch {
      if (userId === this.userId) this.problem = errorWords({ code: "code-unreachable", message: "" }).text;
    }
    if (userId === this.userId) this.busy = false;
    await this.updateComplete;
    this.renderRoot.querySelector("melo-verify-user")?.begin();
  };
}

function says(shape: Parameters<typeof icon>[0], text: string, level: "" | "care" | "bad" | "verified" = ""): TemplateResult {
  return html`<p class="notice ${level}" part="identity" role="status">${icon(shape)}<span dir="auto">${text}</span></p>`;
}

if (!customElements.get("melo-user-card")) customElements.define("melo-user-card", MeloUserCard);

declare global {
  interface HTMLElementTagNameMap {
    "melo-user-card": MeloUserCard;
  }
}
